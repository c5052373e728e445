using ReuseBench.Bench.Running;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Restarts;

/// <summary>
/// Who else was on the CPUs while a restart was probed. Servers come and go within that time, so what is the measurement's own is the CPU
/// time of this program and all its children, waits that run side by side with it included.
/// </summary>
/// <param name="Steal">Share of the time of the CPUs that the hypervisor took, 0 to 1.</param>
/// <param name="Foreign">Share of it that other processes used, 0 to 1.</param>
internal sealed record CpuShares(double? Steal, double? Foreign)
{
    private static readonly double TicksPerSecond = ProcessCpu.TicksPerSecond;

    /// <param name="begin">Before the stop.</param>
    /// <param name="end">After the restart.</param>
    /// <returns>Null shares where the time between is too short for ticks of 10 ms.</returns>
    public static CpuShares Between(CpuReading begin, CpuReading end)
    {
        long total = end.Ticks.Total - begin.Ticks.Total;
        if (total < TicksPerSecond / 2)
        {
            return new CpuShares(null, null);
        }

        double ownTicks = (end.OwnNs - begin.OwnNs) / 1e9 * TicksPerSecond;
        double foreign = Math.Max(0, end.Ticks.Busy - begin.Ticks.Busy - ownTicks);
        return new CpuShares((double)(end.Ticks.Steal - begin.Ticks.Steal) / total, foreign / total);
    }
}

/// <summary>What <see cref="CpuShares"/> is made of, at one moment.</summary>
/// <param name="Ticks">Of the CPUs of server and swarm.</param>
/// <param name="OwnNs">Of this program and its children, on whichever CPU.</param>
internal sealed record CpuReading(CpuTicks Ticks, long OwnNs)
{
    /// <summary>Takes some milliseconds: it walks /proc.</summary>
    public static CpuReading Take(CpuList cpus) => new(CpuTicks.Of(CpuTimes.Read(), cpus), ProcessFamily.CpuNs());
}
