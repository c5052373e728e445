using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>Ticks since boot, from /proc/stat: of one CPU, or summed over some.</summary>
/// <param name="Total">Of all kinds.</param>
/// <param name="Tasks">Spent in processes: user, nice, system.</param>
/// <param name="Interrupts">Hardware and software interrupts.</param>
/// <param name="Steal">Taken by the hypervisor.</param>
internal sealed record CpuTicks(long Total, long Tasks, long Interrupts, long Steal)
{
    /// <summary>Ticks in a second.</summary>
    public static double PerSecond { get; } = ProcessCpu.TicksPerSecond;

    /// <summary>Those in which something ran here.</summary>
    public long Busy => Tasks + Interrupts;

    /// <summary>Whether there are enough of them, half a second's, to tell shares from.</summary>
    public bool IsEnough => Total >= PerSecond / 2;

    /// <summary>Of each CPU of a list.</summary>
    public static Dictionary<int, CpuTicks> ByCpu(IEnumerable<CpuTimes> times, CpuList cpus) =>
        times.Where(t => cpus.Cpus.Contains(t.Cpu)).ToDictionary(t => t.Cpu, From);

    /// <summary>Over all CPUs of a list.</summary>
    public static CpuTicks Sum(IEnumerable<CpuTimes> times, CpuList cpus) =>
        ByCpu(times, cpus).Values.Aggregate(new CpuTicks(0, 0, 0, 0), (sum, cpu) => sum + cpu);

    public static CpuTicks operator +(CpuTicks one, CpuTicks other) => new(
        one.Total + other.Total, one.Tasks + other.Tasks, one.Interrupts + other.Interrupts, one.Steal + other.Steal);

    public static CpuTicks operator -(CpuTicks after, CpuTicks before) => new(
        after.Total - before.Total, after.Tasks - before.Tasks, after.Interrupts - before.Interrupts, after.Steal - before.Steal);

    private static CpuTicks From(CpuTimes t) => new(t.Total, t.User + t.Nice + t.System, (t.Irq ?? 0) + (t.SoftIrq ?? 0), t.Steal ?? 0);
}

/// <summary>What <see cref="CpuShares"/> is made of, at one moment.</summary>
/// <param name="Ticks">Of the CPUs of server and swarm.</param>
/// <param name="OwnNs">Of this program and its children, on whichever CPU.</param>
internal sealed record CpuReading(CpuTicks Ticks, long OwnNs)
{
    /// <summary>Takes some milliseconds: it walks /proc.</summary>
    public static CpuReading Take(CpuList cpus) => new(CpuTicks.Sum(CpuTimes.Read(), cpus), ProcessFamily.CpuNs());
}

/// <summary>
/// Who else was on the CPUs while a restart was probed. Servers come and go within that time, so what is the measurement's own is the CPU
/// time of this program and all its children, waits that run side by side with it included.
/// </summary>
/// <param name="Steal">Share of the time of the CPUs that the hypervisor took, 0 to 1.</param>
/// <param name="Foreign">Share of it that other processes used, 0 to 1.</param>
internal sealed record CpuShares(double? Steal, double? Foreign)
{
    /// <param name="begin">Before the stop.</param>
    /// <param name="end">After the restart.</param>
    /// <returns>Null shares where the time between is too short for ticks of 10 ms.</returns>
    public static CpuShares Between(CpuReading begin, CpuReading end)
    {
        CpuTicks ticks = end.Ticks - begin.Ticks;
        if (!ticks.IsEnough)
        {
            return new CpuShares(null, null);
        }

        double ownTicks = (end.OwnNs - begin.OwnNs) / 1e9 * CpuTicks.PerSecond;
        double foreign = Math.Max(0, ticks.Busy - ownTicks);
        return new CpuShares((double)ticks.Steal / ticks.Total, foreign / ticks.Total);
    }
}
