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

    /// <summary>Share of the time in which something ran here, or would have but for the hypervisor, 0 to 1.</summary>
    public double OccupiedShare => (double)(Busy + Steal) / Total;

    /// <summary>Whether there are enough of them, half a second's, to tell shares from.</summary>
    public bool IsEnough => Total >= PerSecond / 2;

    /// <summary>Of each CPU of a list.</summary>
    public static Dictionary<int, CpuTicks> ByCpu(IEnumerable<CpuTimes> times, CpuList cpus) =>
        times.Where(t => cpus.Cpus.Contains(t.Cpu)).ToDictionary(t => t.Cpu, From);

    /// <summary>What each CPU of both readings did between them, of those that had ticks enough to tell.</summary>
    public static IEnumerable<KeyValuePair<int, CpuTicks>> Between(IReadOnlyDictionary<int, CpuTicks> begin, IReadOnlyDictionary<int, CpuTicks> end) =>
        end.Where(c => begin.ContainsKey(c.Key)).Select(c => KeyValuePair.Create(c.Key, c.Value - begin[c.Key])).Where(c => c.Value.IsEnough);

    public static CpuTicks operator -(CpuTicks after, CpuTicks before) => new(
        after.Total - before.Total, after.Tasks - before.Tasks, after.Interrupts - before.Interrupts, after.Steal - before.Steal);

    private static CpuTicks From(CpuTimes t) => new(t.Total, t.User + t.Nice + t.System, (t.Irq ?? 0) + (t.SoftIrq ?? 0), t.Steal ?? 0);
}

/// <summary>What <see cref="CpuShares"/> is made of, at one moment.</summary>
/// <param name="Cpus">Ticks of each CPU that server or swarm runs on.</param>
/// <param name="OwnNs">CPU time of this program and its children, on whichever CPU.</param>
/// <param name="PinnedNs">Of it, that of threads that are pinned to one CPU, by CPU.</param>
/// <param name="ThrottledPeriods">Periods in which the CPU quota stopped this control group; null where it has none to say.</param>
internal sealed record CpuReading(
    IReadOnlyDictionary<int, CpuTicks> Cpus, long OwnNs, IReadOnlyDictionary<int, long> PinnedNs, long? ThrottledPeriods)
{
    /// <summary>Periods of the quota that stopped it most, in which it had anything to run; null likewise.</summary>
    public long? QuotaPeriods { get; init; }

    /// <summary>CPU time of the kernel's ksoftirqd, by CPU: packets of ours, and nobody's load.</summary>
    public IReadOnlyDictionary<int, long> SoftIrqNs { get; init; } = new Dictionary<int, long>();

    /// <summary>Takes some milliseconds: it walks /proc.</summary>
    public static CpuReading Take(CpuList cpus, IReadOnlyDictionary<int, long> pinnedNs)
    {
        CpuQuota quota = CpuQuota.Read();
        return new CpuReading(CpuTicks.ByCpu(CpuTimes.Read(), cpus), ProcessFamily.CpuNs(), pinnedNs, quota.ThrottledPeriods)
        {
            QuotaPeriods = quota.Periods,
            SoftIrqNs = SoftIrqThreads.CpuNs(cpus.Cpus),
        };
    }
}

/// <summary>
/// Who else was on the CPUs while a restart was probed, and how often the quota stopped it. Servers come and go within that time, so what is the
/// measurement's own is the CPU time of this program and all its children, waits that run side by side with it included.
/// </summary>
/// <param name="Steal">Share of its time that the hypervisor took from the CPU it took most from, 0 to 1.</param>
/// <param name="Foreign">At least this share of the CPU that had most of it was used by other processes, 0 to 1.</param>
/// <param name="ThrottledPeriods">Periods in which the CPU quota stopped this run; null where no group tells.</param>
internal sealed record CpuShares(double? Steal, double? Foreign, long? ThrottledPeriods = null)
{
    /// <summary>/proc/stat is sampled by ticks: an excess within so many standard errors of that is none.</summary>
    private const double StandardErrors = 2;

    /// <summary>Periods of that quota in the same time; null without one.</summary>
    public long? QuotaPeriods { get; init; }

    /// <summary>Whether the time was long enough for the clock's ticks to tell.</summary>
    public bool HasTicks => Steal is not null;

    /// <param name="begin">Before the stop.</param>
    /// <param name="end">After the restart.</param>
    /// <param name="clients">What client threads used in between that are pinned to one CPU, in ns by CPU.</param>
    /// <param name="interrupts">Interrupts that are charged to processes are in the CPU time of ours; others are nobody's.</param>
    /// <returns>Null shares where the time between is too short for ticks of 10 ms.</returns>
    public static CpuShares Between(CpuReading begin, CpuReading end, IReadOnlyDictionary<int, long> clients, InterruptTime interrupts)
    {
        Dictionary<int, double> pinned = end.PinnedNs.Keys.Union(clients.Keys).ToDictionary(
            cpu => cpu,
            cpu => (end.PinnedNs.GetValueOrDefault(cpu) - begin.PinnedNs.GetValueOrDefault(cpu) + clients.GetValueOrDefault(cpu)) / 1e9);
        double floating = Math.Max(0, ((end.OwnNs - begin.OwnNs) / 1e9) - pinned.Values.Sum());
        KeyValuePair<int, CpuTicks>[] ticks = [.. CpuTicks.Between(begin.Cpus, end.Cpus)];
        return new CpuShares(
            ticks.Max(c => (double?)c.Value.Steal / c.Value.Total),
            ticks.Max(c => (double?)ForeignOn(c.Value, pinned.GetValueOrDefault(c.Key) + floating + SoftIrqOn(c.Key), interrupts)),
            end.ThrottledPeriods - begin.ThrottledPeriods)
        {
            QuotaPeriods = end.QuotaPeriods - begin.QuotaPeriods,
        };

        double SoftIrqOn(int cpu) => CpuShares.SoftIrqOn(begin.SoftIrqNs, end.SoftIrqNs, cpu, interrupts);
    }

    /// <summary>Seconds of ksoftirqd between two readings: the kernel counts them as interrupts, whatever its build.</summary>
    public static double SoftIrqS(IReadOnlyDictionary<int, long> begin, IReadOnlyDictionary<int, long> end, int cpu) =>
        Math.Max(0, end.GetValueOrDefault(cpu) - begin.GetValueOrDefault(cpu)) / 1e9;

    /// <summary>What ksoftirqd did there is an interrupt to the kernel's books: foreign only where those count at all, and it never is.</summary>
    public static double SoftIrqOn(
        IReadOnlyDictionary<int, long> begin, IReadOnlyDictionary<int, long> end, int cpu, InterruptTime interrupts) =>
        interrupts == InterruptTime.Process ? SoftIrqS(begin, end, cpu) : 0;

    /// <summary>
    /// Share of one CPU's ticks that is left when its own are taken off. What ran unpinned may have run on any of them and is taken off each, so that
    /// nobody is convicted by it.
    /// </summary>
    /// <param name="ticks">Of the CPU.</param>
    /// <param name="ownS">Seconds that may have been the measurement's own there.</param>
    /// <param name="interrupts">To whom their time is charged.</param>
    public static double ForeignOn(CpuTicks ticks, double ownS, InterruptTime interrupts)
    {
        double busy = (double)(ticks.Tasks + (interrupts == InterruptTime.Process ? ticks.Interrupts : 0)) / ticks.Total;
        double noise = StandardErrors * Math.Sqrt(busy * (1 - busy) / ticks.Total);
        return Math.Max(0, busy - (ownS * CpuTicks.PerSecond / ticks.Total) - noise);
    }
}
