using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.SystemTests;

/// <summary>What a container does to the program: it is process 1, and has some rights without the others.</summary>
public sealed class ContainerTests
{
    private const int Repeats = 3;

    /// <summary>As process 1 the runtime reaps every child, and took the notice that a thread stands still: most repeats hung for good.</summary>
    [Fact]
    public void A_worker_is_stopped_where_the_program_is_process_1()
    {
        string unshare = Tools.Require("unshare");
        using TestFolder folder = new();
        Outcome right = RunningProgram.Run(unshare, "-pf", "--mount-proc", "true");
        Assert.SkipUnless(right.ExitCode == 0, $"a process namespace cannot be made here: {right.Errors}");
        string matrix = folder.At("stall.yaml");
        File.WriteAllText(matrix, $$"""
            name: stall
            description: one worker of four stands still
            repeats: {{Repeats}}
            groups:
              - {experiment: stall, driver: accept-only, variant: reuseport, workers: 4, connections: 100, sources: 127.0.0.2-127.0.0.9, source_plan: random}
            """);
        string results = folder.At("run");
        Outcome outcome = RunningProgram.Run(
            unshare, "-pf", "--mount-proc", "--kill-child", RunningProgram.ReuseBench, "run", "--matrix", matrix, "--out", results);

        // Exit code 1: a repeat failed, and says why.
        Assert.True(outcome.HasMeasured || outcome.ExitCode == 1, outcome.Output + outcome.Errors);
        ResultRow[] rows = [.. TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName))];
        Assert.Equal(Repeats, rows.Length);
        Assert.SkipWhen(rows[0].Failure?.StartsWith(ResultRow.SkippedPrefix, StringComparison.Ordinal) == true, rows[0].Failure ?? "");
        Assert.All(rows, row => Assert.True(row.Failure?.Contains("the host was too busy", StringComparison.Ordinal) ?? true, row.Failure));
    }

    [Theory]
    [InlineData("auto", true, "No network namespace could be made (rtnetlink up lo: EPERM)")]
    [InlineData("netns", false, "no network namespace can be made here (rtnetlink up lo: EPERM)")]
    public void A_namespace_whose_loopback_cannot_be_set_up_is_none(string isolate, bool isMeasured, string says)
    {
        string setpriv = Tools.Require("setpriv");
        Assert.SkipUnless(NetworkNamespace.CanHaveOne(out LinuxException? problem), problem?.Message ?? "");
        Assert.SkipUnless(Environment.UserName == "root", "gives up a right that only root has");
        using TestFolder folder = new();
        string matrix = folder.At("cell.yaml");
        File.WriteAllText(matrix, """
            name: cell
            description: one cell
            groups:
              - {experiment: fairness, driver: accept-only, variant: reuseport, workers: 2, duration: 50ms}
            """);
        Outcome outcome = RunningProgram.Run(
            setpriv, "--bounding-set=-net_admin", "--inh-caps=-net_admin",
            RunningProgram.ReuseBench, "run", "--matrix", matrix, "--isolate", isolate, "--out", folder.At("run"));
        Assert.True(isMeasured ? outcome.HasMeasured : outcome.ExitCode == 1, outcome.Output + outcome.Errors);
        Assert.Contains(says, string.Join(' ', (outcome.Output + outcome.Errors).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }
}
