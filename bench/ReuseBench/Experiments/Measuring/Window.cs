using ReuseBench.Bench.Children;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>What the server and the CPUs did between two samples.</summary>
internal sealed record Window(WindowSample Begin, WindowSample End)
{
    public DateTime BeganUtc => Begin.Utc;

    public double? ServerCpuS => (End.ServerCpuNs - Begin.ServerCpuNs) / 1e9;

    public long ServerVoluntarySwitches => End.ServerVoluntarySwitches - Begin.ServerVoluntarySwitches;

    public long ServerInvoluntarySwitches => End.ServerInvoluntarySwitches - Begin.ServerInvoluntarySwitches;

    public long? ThrottledPeriods => End.ThrottledPeriods - Begin.ThrottledPeriods;

    public long? QuotaPeriods => End.QuotaPeriods - Begin.QuotaPeriods;

    /// <summary>
    /// Share of its time that the hypervisor took from the CPU it took most from; null in a window shorter than the clock's ticks can tell.
    /// </summary>
    public double? StealShare => Ticks.Max(c => (double?)c.Value.Steal / c.Value.Total);

    /// <summary>Whether <see cref="StealShare"/> and <see cref="BackgroundShare"/> could be told.</summary>
    public bool HasTicks => Ticks.Any();

    private double Seconds => (End.TimeNs - Begin.TimeNs) / 1e9;

    /// <summary>What each CPU did in the window, of those that had ticks enough to tell.</summary>
    private IEnumerable<KeyValuePair<int, CpuTicks>> Ticks => CpuTicks.Between(Begin.Cpus, End.Cpus);

    /// <summary>
    /// Seconds between the samples in which the swarm kept the server busy. The samples are taken when the swarm's marks arrive: what lies
    /// before the first of them is not sampled, and after the end of the load the server only finishes what is in flight.
    /// </summary>
    public double LoadedSeconds(LoadDocument swarm)
    {
        double loaded = (Math.Min(swarm.WindowEndNs, End.TimeNs) - Begin.TimeNs) / 1e9;
        return loaded > 0 ? loaded : Seconds;
    }

    /// <summary>
    /// Of the workers' CPUs: share of the window in which they ran anything, the mean and the most; null where there were too few ticks.
    /// </summary>
    public (double? Mean, double? Most) BusyShares(CpuList workers)
    {
        double[] shares = [.. Ticks.Where(c => workers.Cpus.Contains(c.Key)).Select(c => c.Value.OccupiedShare)];
        return shares.Length == 0 ? (null, null) : (shares.Average(), shares.Max());
    }

    /// <summary>Share of the window in which the CPUs that are watched were busy, without the busiest; null where there is no other.</summary>
    public double? OthersBusyShare => WorkSpeed.OthersBusy([.. Ticks.Select(c => c.Value.OccupiedShare)]);

    /// <summary>
    /// CPU time of the server's threads on the CPU of each worker over the loaded time, the mean and the most, 0 to 1: from the scheduler's own account
    /// (schedstat), exact to a tick. With the interrupts of that CPU where no process is charged for them and it is the server's alone, and over what the
    /// hypervisor left of the CPU. Null where no thread is pinned, or it is not known who is charged.
    /// </summary>
    /// <param name="workers">CPUs of the workers.</param>
    /// <param name="loadedS">Seconds in which the swarm kept the server busy.</param>
    /// <param name="interrupts">Who is charged.</param>
    /// <param name="isAlone">Whether no client thread runs on these CPUs.</param>
    public (double? Mean, double? Most) WorkerShares(CpuList workers, double loadedS, InterruptTime interrupts, bool isAlone)
    {
        if (interrupts == InterruptTime.Unknown || loadedS <= 0 || (interrupts == InterruptTime.Apart && !isAlone)
            || workers.IsEmpty || !workers.Cpus.All(End.ServerPinnedNs.ContainsKey))
        {
            return (null, null);
        }

        Dictionary<int, CpuTicks> ticks = Ticks.ToDictionary();
        double[] shares = [.. workers.Cpus.Select(ShareOf)];
        return (shares.Average(), shares.Max());

        double ShareOf(int cpu)
        {
            double own = (End.ServerPinnedNs[cpu] - Begin.ServerPinnedNs.GetValueOrDefault(cpu)) / 1e9 / loadedS;
            if (!ticks.TryGetValue(cpu, out CpuTicks? seen))
            {
                return Math.Min(1, own);
            }

            double apart = interrupts == InterruptTime.Apart ? (double)seen.Interrupts / seen.Total : 0;
            return seen.Steal < seen.Total ? Math.Min(1, (own + apart) * seen.Total / (seen.Total - seen.Steal)) : 0;
        }
    }

    /// <summary>CPU time of ksoftirqd on the CPUs that are watched, in seconds; null where it cannot be seen.</summary>
    public double? SoftIrqThreadsS => End.SoftIrqNs.Count == 0
        ? null
        : End.SoftIrqNs.Keys.Sum(cpu => CpuShares.SoftIrqS(Begin.SoftIrqNs, End.SoftIrqNs, cpu));

    /// <summary>
    /// At least this share of the CPU that had most of it was used by neither server nor swarm. Each CPU is held against the threads
    /// that are pinned to it; what ran unpinned may have run on any and is taken off each.
    /// </summary>
    /// <param name="swarm">What the client threads used.</param>
    /// <param name="interrupts">Interrupts that are charged to processes are in the CPU time of ours; others are nobody's.</param>
    public double? BackgroundShare(LoadDocument swarm, InterruptTime interrupts)
    {
        if (ServerCpuS is not double server || swarm.ClientCpuS is not double client)
        {
            return null;
        }

        Dictionary<int, double> pinned = Pinned(swarm);
        double floating = Math.Max(0, server + client - pinned.Values.Sum());
        return Ticks.Max(c => (double?)CpuShares.ForeignOn(
            c.Value, pinned.GetValueOrDefault(c.Key) + floating + CpuShares.SoftIrqOn(Begin.SoftIrqNs, End.SoftIrqNs, c.Key, interrupts), interrupts));
    }

    /// <summary>Seconds of our pinned threads by CPU.</summary>
    private Dictionary<int, double> Pinned(LoadDocument swarm)
    {
        Dictionary<int, double> seconds = End.ServerPinnedNs.ToDictionary(
            t => t.Key, t => (t.Value - Begin.ServerPinnedNs.GetValueOrDefault(t.Key)) / 1e9);
        foreach (ClientThread thread in swarm.ClientThreadDetails)
        {
            if (thread.Cpu is int cpu)
            {
                seconds[cpu] = seconds.GetValueOrDefault(cpu) + thread.CpuS;
            }
        }

        return seconds;
    }
}

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
    IReadOnlyDictionary<int, CpuTicks> Cpus,
    long ServerVoluntarySwitches,
    long ServerInvoluntarySwitches,
    long? ThrottledPeriods)
{
    /// <summary>Periods of the quota that stopped it most, in which it had anything to run; null likewise.</summary>
    public long? QuotaPeriods { get; init; }

    /// <summary>CPU time of the kernel's ksoftirqd threads by CPU; empty where they cannot be seen.</summary>
    public IReadOnlyDictionary<int, long> SoftIrqNs { get; init; } = new Dictionary<int, long>();

    /// <param name="server">The server.</param>
    /// <param name="cpus">The CPUs to watch.</param>
    public static WindowSample Take(IServerUnderTest server, CpuList cpus)
    {
        // What the figures are made of first, close to the mark; the evidence after it.
        DateTime utc = DateTime.UtcNow;
        long timeNs = MonotonicClock.NowNs();
        long? serverNs = server.CpuNs();
        Dictionary<int, CpuTicks> ticks = CpuTicks.ByCpu(CpuTimes.Read(), cpus);
        IReadOnlyDictionary<int, long> pinned = server.PinnedCpuNs();
        (long voluntary, long involuntary) = server.ContextSwitches();
        CpuQuota quota = CpuQuota.Read();
        return new WindowSample(utc, timeNs, serverNs, pinned, ticks, voluntary, involuntary, quota.ThrottledPeriods)
        {
            QuotaPeriods = quota.Periods,
            SoftIrqNs = SoftIrqThreads.CpuNs(cpus.Cpus),
        };
    }
}
