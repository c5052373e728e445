using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.SystemTests;

/// <summary>What a signal from elsewhere does to a measurement, and what a killed program leaves.</summary>
public sealed class KilledProcessTests
{
    private const string Serving = "serve";
    private const string Loading = "load";

    private const int Connections = 4;

    /// <summary>A server or swarm that is told to end does so in good order, with all its counts: that is no measurement either.</summary>
    [Theory]
    [InlineData(Serving, Signal.Terminate)]
    [InlineData(Serving, Signal.Kill)]
    [InlineData(Loading, Signal.Terminate)]
    [InlineData(Loading, Signal.Kill)]
    public void A_repeat_whose_process_somebody_ends_has_failed(string role, Signal signal)
    {
        using TestFolder folder = new();
        string results = folder.At("run");
        string matrix = folder.At("one.yaml");
        File.WriteAllText(matrix, """
            name: one
            groups:
              - {variant: single, workload: keepalive, warmup: 0s, duration: 5s, connections: CONNECTIONS, timeout: 2s, connect_timeout: 2s}
            """.Replace("CONNECTIONS", $"{Connections}", StringComparison.Ordinal));
        using RunningProgram run = RunningProgram.Start(RunningProgram.ReuseBench, "run", "--matrix", matrix, "--out", results);

        // Both ends of each connection: the window has begun.
        Eventually.Holds(
            () => Child(run, Serving) is int server && Established(server) >= 2 * Connections, () => $"no swarm at work: {run.Output}{run.Errors}");
        Assert.Equal(0, ChildProcess.Kill(Child(run, role)!.Value, signal));
        Outcome outcome = run.WaitForExit();

        Assert.Equal(1, outcome.ExitCode);
        ResultRow row = Assert.Single(Tables.Results.Read(results));
        Assert.NotNull(row.Failure);
        Assert.Null(row.CountsAgree);
        Assert.Equal(0, row.Requests);
    }

    [Theory]
    [InlineData("1", true)] // the control: who wants to trace the program finds it there
    [InlineData(null, false)]
    public void A_killed_program_leaves_nothing_in_the_temporary_folder(string? diagnostics, bool leaves)
    {
        string env = Tools.Require("env");
        using TestFolder folder = new();
        string[] setting = diagnostics is null ? ["-u", "DOTNET_EnableDiagnostics"] : [$"DOTNET_EnableDiagnostics={diagnostics}"];
        using RunningProgram server = RunningProgram.Start(env, [.. setting, $"TMPDIR={folder.Path}", RunningProgram.ReuseBench, "serve"]);
        server.WaitForLine("READY ");
        Assert.Equal(0, ChildProcess.Kill(server.Process.Id, Signal.Kill));
        server.WaitForExit();
        Assert.Equal(leaves, Directory.EnumerateFileSystemEntries(folder.Path).Any());
    }

    private static int? Child(RunningProgram run, string role) => ProcessFamily.ChildrenOf(run.Process.Id)
        .Where(pid => CommandLineOf(pid).Contains(role)).Select(pid => (int?)pid).FirstOrDefault();

    /// <summary>Sockets in the network namespace of a process that are connected (include/net/tcp_states.h).</summary>
    private static int Established(int pid) =>
        ReadText($"/proc/{pid}/net/tcp").Split('\n').Count(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, "01", ..]);

    private static string[] CommandLineOf(int pid) => ReadText($"/proc/{pid}/cmdline").Split('\0');

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // It ended while we looked.
            return "";
        }
    }
}
