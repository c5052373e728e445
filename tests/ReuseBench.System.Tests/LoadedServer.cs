using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.SystemTests;

/// <summary>A server of ours on a port of its own, and swarms against it; on CPUs of their own where there are two.</summary>
internal sealed partial class LoadedServer : IDisposable
{
    private static readonly int[] Cpus = CpuAffinity.OfCurrentThread();

    private readonly RunningProgram _server;
    private readonly string _port;

    private LoadedServer(RunningProgram server)
    {
        _server = server;
        _port = Port().Match(server.WaitForLine("READY ")).Groups[1].Value;
    }

    public static LoadedServer Start(params string[] serve) =>
        new(RunningProgram.Start(RunningProgram.ReuseBench, ["serve", "--variant", "single", "--workers", "1", "--cpus", $"{Cpus[0]}", .. serve]));

    /// <summary>One swarm of persistent connections, from its start to its end.</summary>
    public LoadDocument Load(params string[] load)
    {
        Outcome outcome = RunningProgram.Run(
            RunningProgram.ReuseBench,
            ["load", "--target", $"127.0.0.1:{_port}", "--workload", "keepalive", "--cpus", $"{Cpus[^1]}", "--json", .. load]);
        // 4: measured, and the swarm finds its own figures invalid, which is what some of these tests are for.
        Assert.True(outcome.HasMeasured, outcome.Errors);
        return JsonSerializer.Deserialize(outcome.Output, WireJson.Default.LoadDocument)!;
    }

    /// <summary>The same for a reader at a terminal.</summary>
    public Outcome RunLoad(params string[] load) => RunningProgram.Run(
        RunningProgram.ReuseBench, ["load", "--target", $"127.0.0.1:{_port}", "--workload", "keepalive", "--cpus", $"{Cpus[^1]}", .. load]);

    /// <summary>How long its threads have wanted a CPU and had none, in nanoseconds: the second figure of schedstat
    /// (Documentation/scheduler/sched-stats.rst of the kernel).</summary>
    public long WaitedForCpuNs() => Directory.GetDirectories($"/proc/{_server.Process.Id}/task")
        .Sum(task => long.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[1], CultureInfo.InvariantCulture));

    public void Dispose() => _server.Dispose();

    [GeneratedRegex("\"port\":(\\d+)")]
    private static partial Regex Port();
}
