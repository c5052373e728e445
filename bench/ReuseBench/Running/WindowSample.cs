using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>What is read at each end of the measured window, on the measurement's thread.</summary>
/// <param name="Utc">The wall clock.</param>
/// <param name="TimeNs">CLOCK_MONOTONIC.</param>
/// <param name="ServerCpuNs">CPU time of the server's processes; null where it could not be read.</param>
/// <param name="Cpus">Ticks of the CPUs of server and swarm.</param>
/// <param name="ServerVoluntarySwitches">Of the workers' and acceptors' threads, from their shared counters.</param>
/// <param name="ServerInvoluntarySwitches">Likewise.</param>
internal sealed record WindowSample(
    DateTime Utc, long TimeNs, long? ServerCpuNs, CpuTicks Cpus, long ServerVoluntarySwitches, long ServerInvoluntarySwitches)
{
    public static WindowSample Take(ServerChild server, CpuList cpus)
    {
        (long voluntary, long involuntary) = server.Page.ContextSwitches();
        return new WindowSample(DateTime.UtcNow, MonotonicClock.NowNs(), server.CpuNs(), CpuTicks.Of(CpuTimes.Read(), cpus), voluntary, involuntary);
    }
}

/// <summary>Ticks of /proc/stat, summed over some CPUs: all, those that ran something here, those that the hypervisor took.</summary>
internal sealed record CpuTicks(long Total, long Busy, long Steal)
{
    public static CpuTicks Of(IEnumerable<CpuTimes> times, CpuList cpus)
    {
        CpuTimes[] ours = [.. times.Where(t => cpus.Cpus.Contains(t.Cpu))];
        long steal = ours.Sum(t => t.Steal ?? 0);
        return new CpuTicks(ours.Sum(t => t.Total), ours.Sum(t => t.Total - t.Idle - (t.IoWait ?? 0)) - steal, steal);
    }
}
