using System.Net;
using System.Net.NetworkInformation;
using HdrHistogram;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>
/// What this host can tell of a swarm that runs alone, against somebody else's server: kernel counters, CPU speed, who else had its CPUs. It hears the
/// swarm's marks and passes them on.
/// </summary>
internal sealed class LoadWatch : ILoadSignals
{
    private readonly ILoadSignals _next;
    private readonly CpuList _cpus;
    private readonly Canary _canary;
    private readonly KernelCounts _before;
    private Sample? _begin;
    private Sample? _end;

    /// <summary>Takes what is to be known before the load begins; a few milliseconds.</summary>
    /// <param name="settings">Of the swarm.</param>
    /// <param name="next">Hears the marks, too.</param>
    public LoadWatch(LoadSettings settings, ILoadSignals next)
    {
        _next = next;
        _cpus = settings.Cpus.IsEmpty
            ? new CpuList(CpuAffinity.OfCurrentThread())
            : new CpuList(PinningOrder.Of(settings.Cpus.Cpus).Take(settings.Threads));
        _canary = new Canary(_cpus);
        _canary.Take();
        // Compiles it: the mark is no time for that.
        _ = Sample.Take(_cpus);
        _before = KernelCounts.Read();
    }

    public void Report(LoadSignal signal)
    {
        if (signal.Signal == LoadSignal.Begin)
        {
            _begin = Sample.Take(_cpus);
        }
        else if (signal.Signal == LoadSignal.End)
        {
            _end = Sample.Take(_cpus);
        }

        _next.Report(signal);
    }

    /// <summary>After the load: takes the rest.</summary>
    /// <param name="swarm">What was measured.</param>
    /// <param name="isLocal">Whether the server may run on this host, where its CPU time cannot be told from that of others.</param>
    public HostSight End(LoadDocument swarm, bool isLocal)
    {
        KernelCounts kernel = KernelCounts.Read() - _before;
        _canary.Take();
        KernelTraits traits = KernelTraits.Read();
        HostSight sight = new(kernel, traits) { Canary = _canary.Slowest, CpuSpeed = OfOneSide(_canary.LeastOfBest(1)) };
        if (_begin is null || _end is null)
        {
            return sight;
        }

        KeyValuePair<int, CpuTicks>[] ticks = [.. CpuTicks.Between(_begin.Cpus, _end.Cpus)];
        bool arePinned = swarm.ClientThreadDetails.Length > 0 && swarm.ClientThreadDetails.All(t => t.Cpu is not null);
        double? othersBusy = WorkSpeed.OthersBusy([.. ticks.Select(c => c.Value.OccupiedShare)]);
        return sight with
        {
            OthersBusy = othersBusy,
            CpuSpeed = OfOneSide(_canary.LeastOfBest(othersBusy ?? 1)),
            CpuTimesSeen = ticks.Length > 0 && !traits.Container.HidesCpuTimes,
            StealShare = traits.Steals(ticks.Max(c => (double?)c.Value.Steal / c.Value.Total)),
            BackgroundShare = arePinned ? Foreign(cpu => swarm.ClientThreadDetails.Where(t => t.Cpu == cpu).Sum(t => t.CpuS))
                : isLocal ? null : Foreign(_ => swarm.ClientCpuS ?? 0),
            ThrottledPeriods = _end.Quota.ThrottledPeriods - _begin.Quota.ThrottledPeriods,
            QuotaPeriods = _end.Quota.Periods - _begin.Quota.Periods,
        };

        double? Foreign(Func<int, double> ownS) => traits.Backgrounds(ticks.Max(c => (double?)CpuShares.ForeignOn(
            c.Value, ownS(c.Key) + CpuShares.SoftIrqOn(_begin.SoftIrqNs, _end.SoftIrqNs, c.Key, traits.Interrupts), traits.Interrupts)));
    }

    /// <summary>Nothing but the other moment tells how fast the CPU can be: that marks a figure, and is too little to take it away.</summary>
    private static double? OfOneSide(double? leastOfBest) => leastOfBest is double least ? Math.Max(least, VerdictRules.CpuSpeedInvalid) : null;

    /// <param name="target">As the swarm resolved it.</param>
    public static bool IsLocal(IPAddress target) => IPAddress.IsLoopback(target)
        || NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Any(a => a.Address.Equals(target));

    private sealed record Sample(Dictionary<int, CpuTicks> Cpus, IReadOnlyDictionary<int, long> SoftIrqNs, CpuQuota Quota)
    {
        public static Sample Take(CpuList cpus) => new(CpuTicks.ByCpu(CpuTimes.Read(), cpus), SoftIrqThreads.CpuNs(cpus.Cpus), CpuQuota.Read());
    }
}

/// <summary>What a host tells of a load on it.</summary>
/// <param name="Kernel">Counters over the whole life of the swarm: of all programs of the host.</param>
/// <param name="Traits">Of the kernel.</param>
internal sealed record HostSight(KernelCounts Kernel, KernelTraits Traits)
{
    /// <summary>The least that a client CPU had of its own best, before and after, over 0 to 1; null where it was not had.</summary>
    public double? CpuSpeed { get; init; }

    /// <summary>Of the slowest client CPU and moment; null where it was not had.</summary>
    public WorkSpeed? Canary { get; init; }

    /// <summary>Share of the window in which the client CPUs other than the busiest were busy; null where there is no other.</summary>
    public double? OthersBusy { get; init; }

    /// <summary>Whether the window was long enough for the shares; null without a window.</summary>
    public bool? CpuTimesSeen { get; init; }

    public double? StealShare { get; init; }

    /// <summary>Of others than the swarm; null where the server may be one of them.</summary>
    public double? BackgroundShare { get; init; }

    public long? ThrottledPeriods { get; init; }

    public long? QuotaPeriods { get; init; }
}

/// <summary>A load alone as the row of a repeat: judged by the rules of a run, over the same evidence, as far as one side can know.</summary>
internal static class LoadRow
{
    /// <summary>An open loop is about latency, a closed one about throughput.</summary>
    public static Experiment ExperimentOf(LoadSettings load) => load.Load == LoadShape.Open ? Experiment.Latency : Experiment.Throughput;

    /// <param name="load">What was asked for.</param>
    /// <param name="swarm">What was measured.</param>
    /// <param name="host">What else is known; null where nobody looked.</param>
    public static ResultRow Of(LoadSettings load, LoadDocument swarm, HostSight? host)
    {
        Cell cell = Cell.Blank with { Experiment = ExperimentOf(load), Load = load };
        Dictionary<string, HistogramBase> histograms = swarm.Histograms.ToDictionary(h => h.Key, h => HistogramCodec.FromBase64(h.Value));
        return new RepeatEvidence
        {
            Row = ResultRows.Settings("", cell, 1, swarm.Seed, swarm) with
            {
                CpuTimesUnseen = host?.Traits.CpuTimesUnseen,
                StealShare = host?.StealShare,
                BackgroundShare = host?.BackgroundShare,
                ThrottledPeriods = host?.ThrottledPeriods,
                QuotaPeriods = host?.QuotaPeriods,
                CanaryRoundsPerUs = host?.Canary?.Together,
                CanaryAloneRoundsPerUs = host?.Canary?.Alone,
                OtherCpusBusyShare = host?.OthersBusy,
                SoftnetDrops = host?.Kernel.Losses.SoftnetDrops,
                ConntrackEntries = host?.Kernel.Losses.ConntrackEntries,
                ConntrackMax = host?.Kernel.Losses.ConntrackMax,
                ConntrackDrops = host?.Kernel.Losses.ConntrackDrops,
            },
            Kernel = host?.Kernel ?? KernelCounts.Unknown,
            Isolated = false,
            Traits = host?.Traits,
            Lag = LagShares.Of(histograms, swarm.RequestsFailed ?? 0),
            CpuTimesSeen = host?.CpuTimesSeen,
            LastingCpuSpeed = host?.CpuSpeed,
        }.Judge();
    }
}
