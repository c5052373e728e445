using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>What is read at each end of the measured window, on the measurement's thread.</summary>
/// <param name="Utc">The wall clock.</param>
/// <param name="TimeNs">CLOCK_MONOTONIC.</param>
/// <param name="ServerCpuNs">CPU time of the server's processes; null where it could not be read.</param>
/// <param name="ServerPinnedNs">Of it, that of threads that are pinned to one CPU, by CPU.</param>
/// <param name="Cpus">Ticks of the CPUs that workers and client threads run on, by CPU.</param>
/// <param name="ServerVoluntarySwitches">Of the workers' and acceptors' threads, from their shared counters.</param>
/// <param name="ServerInvoluntarySwitches">Likewise.</param>
/// <param name="ThrottledPeriods">Periods in which the CPU quota stopped this control group; null where it has none to say.</param>
internal sealed record WindowSample(
    DateTime Utc,
    long TimeNs,
    long? ServerCpuNs,
    IReadOnlyDictionary<int, long> ServerPinnedNs,
    IReadOnlyDictionary<int, TicksOfCpu> Cpus,
    long ServerVoluntarySwitches,
    long ServerInvoluntarySwitches,
    long? ThrottledPeriods)
{
    /// <param name="server">The server.</param>
    /// <param name="cpus">The CPUs to watch.</param>
    public static WindowSample Take(ServerChild server, CpuList cpus)
    {
        // What the figures are made of first, close to the mark; the evidence after it.
        DateTime utc = DateTime.UtcNow;
        long timeNs = MonotonicClock.NowNs();
        long? serverNs = server.CpuNs();
        Dictionary<int, TicksOfCpu> ticks = TicksOfCpu.Of(CpuTimes.Read(), cpus);
        Dictionary<int, long> pinned = server.Ready.Pids.SelectMany(PinnedThreads.CpuNs).GroupBy(t => t.Key).ToDictionary(g => g.Key, g => g.Sum(t => t.Value));
        (long voluntary, long involuntary) = server.Page.ContextSwitches();
        return new WindowSample(utc, timeNs, serverNs, pinned, ticks, voluntary, involuntary, CpuQuota.Read().ThrottledPeriods);
    }
}
