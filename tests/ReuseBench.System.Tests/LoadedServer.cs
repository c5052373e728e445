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

    /// <summary>
    /// How long this host was without a CPU for somebody, in nanoseconds: for the server's threads (the second figure of their schedstat,
    /// Documentation/scheduler/sched-stats.rst of the kernel), for anybody where the kernel says it (Documentation/accounting/psi.rst), and for all where
    /// a hypervisor had the CPUs itself, or a quota was used up, which is taken for 10 ms each time.
    /// </summary>
    public long WaitedForCpuNs()
    {
        const string Pressure = "/proc/pressure/cpu";
        long server = Directory.GetDirectories($"/proc/{_server.Process.Id}/task")
            .Sum(task => long.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[1], CultureInfo.InvariantCulture));
        long anybodyUs = File.Exists(Pressure)
            ? long.Parse(File.ReadLines(Pressure).First().Split("total=")[1], CultureInfo.InvariantCulture)
            : 0;
        long stolen = CpuTimes.Read().Where(t => t.Cpu == Cpus[0] || t.Cpu == Cpus[^1]).Sum(t => t.Steal ?? 0);
        long throttled = CpuQuota.Read().ThrottledPeriods ?? 0;
        return server + (anybodyUs * 1_000) + (stolen * 1_000_000_000 / ProcessCpu.TicksPerSecond) + (throttled * 10_000_000);
    }

    public void Dispose() => _server.Dispose();

    [GeneratedRegex("\"port\":(\\d+)")]
    private static partial Regex Port();
}
