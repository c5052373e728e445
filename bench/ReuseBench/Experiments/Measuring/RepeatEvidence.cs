using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>
/// The one place where evidence is put together: most of it stands in the row, the rest is what an experiment knows beside it. What an experiment
/// does not know it leaves out.
/// </summary>
internal sealed record RepeatEvidence
{
    public required ResultRow Row { get; init; }

    /// <summary>Counters of the repeat, and whether they are the repeat's own.</summary>
    public required KernelCounts Kernel { get; init; }

    public required bool Isolated { get; init; }

    /// <summary>Null where no CPU limits what is measured: counts and no speed.</summary>
    public CpuPlan? Cpus { get; init; }

    /// <summary>CPUs that server and swarm occupy.</summary>
    public OccupiedCpus? Occupied { get; init; }

    public KernelTraits? Traits { get; init; }

    public LagShares Lag { get; init; } = LagShares.None;

    /// <summary>As the rule needs it: with the interrupts that no process is charged for.</summary>
    public double? ServerBusyShare { get; init; }

    /// <summary>Whether the window was long enough to see who else had CPU time; null where there is no window.</summary>
    public bool? CpuTimesSeen { get; init; }

    /// <summary>Whether one thing was measured from the beginning to the end; null where there is no window, or too short a one.</summary>
    public SteadyState? Steady { get; init; }

    /// <summary>Of a repeat that is not one of a run: the least that a CPU had of its own best, before and after.</summary>
    public double? LastingCpuSpeed { get; init; }

    /// <summary>Of a restart: its gap.</summary>
    public RestartRow? Restart { get; init; }

    /// <summary>Of a repeat over several hosts; null on one machine.</summary>
    public HostsOfRepeat? Hosts { get; init; }

    public ResultRow Judge() => Row.With(VerdictRules.Judge(ToEvidence()));

    private Evidence ToEvidence()
    {
        Cell cell = Row.Cell;
        bool isProbe = cell.Driver == Driver.AcceptOnly;
        bool isHosts = !Isolated && Restart is null;
        Evidence swarm = Row.ToEvidence(cell.Experiment, cell.Load.Load);
        return swarm with
        {
            Driver = cell.Driver,
            // Of connections that send nothing in the window, what was measured is that they came about.
            Requests = isProbe ? Row.ConnectionsOpened : cell.Load.Idle ? Row.LifeConnectionsClient ?? 0 : Row.Requests,
            Errors = isProbe ? null : swarm.Errors,
            // A restart that probes from the tuples which TIME_WAIT holds is refused them on purpose.
            ErrorsAddress = cell.Restart?.Method == RestartMethod.NoneSameTuples ? 0 : Row.ErrorsAddress,
            ServerBusyShare = ServerBusyShare,
            BusiestServerCpuShare = Row.BusiestServerCpuShare,
            MeanServerCpuShare = Row.MeanServerCpuShare,
            BusiestWorkerShare = Row.BusiestWorkerShare,
            MeanWorkerShare = Row.MeanWorkerShare,
            ConnectionsStay = cell.Load.Workload.IsKeepalive,
            GeneratorLagShare = Lag.Ranked,
            GeneratorLagTailShare = Lag.Published,
            GeneratorQueueShare = Lag.Queued,
            NanosecondPacing = Traits?.NanosecondPacing,
            GapMs = Restart?.GapMs,
            GapUncertaintyMs = Restart?.GapUncertaintyMs,
            ProbeIntervalMs = Restart?.ProbeIntervalMs,
            ListenOverflows = Row.ListenOverflows,
            // A listener that closes drops what its queue holds: that is the restart's loss, and no overflow.
            ListenDrops = Restart is null ? Row.ListenDrops : null,
            HostListenOverflows = isHosts ? Kernel.Dropped : null,
            HostSegmentsSent = isHosts ? Kernel.Losses.SegmentsSent : null,
            HostRetransmits = isHosts ? Kernel.Retransmits : null,
            LoopConnections = IsFullLoop(cell) ? cell.Connections : null,
            LastingCpuSpeed = LastingCpuSpeed,
            StealShare = Row.StealShare,
            BackgroundShare = Row.BackgroundShare,
            CpuTimesSeen = CpuTimesSeen,
            ThrottledPeriods = Row.ThrottledPeriods,
            QuotaPeriods = Row.QuotaPeriods,
            SegmentsSent = Row.KernelSegmentsSent,
            Retransmits = Row.KernelRetransmits,
            SynRetransmits = Row.KernelSynRetransmits,
            ConntrackEntries = Row.ConntrackEntries,
            ConntrackMax = Row.ConntrackMax,
            ConntrackDrops = Row.ConntrackDrops,
            CpuQuota = Traits?.CpuQuota,
            Workers = Cpus is null ? null : cell.Server.Workers,
            ServerCpus = Cpus?.Server.Count,
            ServerCores = Cpus?.ServerCores,
            OccupiedCpus = Occupied?.All.Count,
            DisjointCpus = Cpus?.Disjoint,
            ClockSource = Traits?.ClockSource,
            HostsMissing = Hosts is null ? null : 0,
            HostsGivenUp = Hosts?.Missing,
            ClockBoundS = Hosts?.ClockBoundUs / 1e6,
            StartSpreadS = Hosts?.StartSpreadUs / 1e6,
            CardShare = Hosts?.Rows.Max(h => Greater(h.NicTxShare, h.NicRxShare)),
            // A SYN that meets no listener is sent again: that is the restart's loss, and not the network's.
            HostsRetransmitShare = Restart is not null ? null : Hosts?.Rows.Max(h => h.TcpSegments > 0 ? h.TcpRetransmits / (double?)h.TcpSegments : null),
            LevelChange = Steady?.LevelChange,
            LevelChangeP = Steady?.P,
            CountsAgree = Row.CountsAgree,
            Listeners = Row.Listeners,
            ListenersMeant = Row.ListenersMeant,
        };
    }

    private static double? Greater(double? a, double? b) => a is double x && b is double y ? Math.Max(x, y) : a ?? b;

    /// <summary>Between two requests of a persistent connection lies nothing; between two connections their end does.</summary>
    private static bool IsFullLoop(Cell cell) => cell.Driver == Driver.Native && cell.Experiment == Experiment.Throughput
        && cell.Load.Load == LoadShape.Closed && cell.Load.Workload.IsKeepalive;
}
