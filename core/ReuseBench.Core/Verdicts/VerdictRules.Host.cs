using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Verdicts;

/// <summary>Rules about the machine: its CPUs and who else ran there, and what its kernel lost.</summary>
public static partial class VerdictRules
{
    public const double StealShareLimit = 0.02;
    public const double BackgroundShareLimit = 0.05;

    /// <summary>Of a CPU. When others had so much of it, the figure shows them as much as the variant.</summary>
    public const double TakenByOthersShare = 0.20;

    /// <summary>Of the quota's periods.</summary>
    public const double OftenThrottledShare = 0.10;

    /// <summary>Of the segments sent: a network that loses nothing sends none again.</summary>
    public const double RetransmitShareLimit = 0.001;

    /// <summary>Of the table: the kernel begins to drop entries early when it is full, and drops packets when that does not help.</summary>
    public const double ConntrackShareLimit = 0.95;

    public static VerdictRule ListenQueueOverflow { get; } = new(
        "listen-queue-overflow", Figures.Latency | Figures.Fairness | Figures.Gap, Grade.Limited,
        "The accept queue overflowed. The kernel dropped handshakes, which come back after a second or more.",
        "Raise the backlog and net.core.somaxconn, or use less load.",
        e => e.ListenOverflows > 0 || e.ListenDrops > 0);

    public static VerdictRule HostQueueOverflow { get; } = new(
        "host-queue-overflow", Figures.Latency | Figures.Fairness | Figures.Gap, Grade.Limited,
        "The host's count of dropped handshakes rose during the repeat. Without a network namespace of its own the drops may be another program's.",
        "Run as root to tell.",
        e => e.HostListenOverflows > 0);

    public static VerdictRule ConntrackFull { get; } = new(
        "conntrack", Figures.All, Grade.Invalid,
        "The kernel's connection tracking table was full and packets were dropped, which come again after a second or more. The value is that "
        + "of the table.",
        "Raise net.netfilter.nf_conntrack_max, or take the benchmark's traffic out of tracking (notrack).",
        e => e.ConntrackDrops > 0)
    {
        DependsOnFigure = true,
    };

    public static VerdictRule ConntrackNearlyFull { get; } = new(
        "conntrack-nearly-full", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Limited,
        "Over 95 % of the kernel's connection tracking table was taken. Entries are searched for and dropped early.",
        "Raise net.netfilter.nf_conntrack_max, or take the benchmark's traffic out of tracking (notrack).",
        e => !(e.ConntrackDrops > 0) && e.ConntrackEntries > e.ConntrackMax * ConntrackShareLimit);

    public static VerdictRule Retransmits { get; } = new(
        "retransmits", Figures.Latency | Figures.Gap, Grade.Limited,
        "TCP sent segments again: more than 0.1 % of them, or, where latency is measured, the SYN of a handshake. Each waited 0.2 s or more.",
        "See the counters of the repeat for what was lost where: queues, receive buffers, connection tracking.",
        // Handshakes that a closing listener drops are the restart's own loss.
        e => e.Retransmits - (e.Experiment == Experiment.Restart ? e.SynRetransmits ?? 0 : 0) > e.SegmentsSent * RetransmitShareLimit
            || (e.Experiment == Experiment.Latency && e.SynRetransmits > 0));

    public static VerdictRule HostRetransmits { get; } = new(
        "host-retransmits", Figures.Latency | Figures.Gap, Grade.Limited,
        "The host's TCP sent more than 0.1 % of its segments again during the repeat. Each waited 0.2 s or more. Without a network namespace of its own "
        + "they may be another program's.",
        "See `nstat` for what was lost where.",
        e => e.HostRetransmits > e.HostSegmentsSent * RetransmitShareLimit);

    public static VerdictRule CpuSteal { get; } = new(
        "cpu-steal", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Limited,
        "The hypervisor took more than 2 % of a CPU that a worker or client thread was running on.",
        "Use a host with CPUs of its own.",
        e => e.StealShare is > StealShareLimit and <= TakenByOthersShare);

    public static VerdictRule HeavyCpuSteal { get; } = new(
        "cpu-steal-heavy", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Invalid,
        "The hypervisor took more than 20 % of a CPU that a worker or client thread was running on.",
        "Use a host with CPUs of its own.",
        e => e.StealShare > TakenByOthersShare);

    public static VerdictRule Throttled { get; } = new(
        "throttled", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Limited,
        "The CPU quota of the control group stopped server or swarm during the window.",
        "Lift the quota (cpu.max), or use fewer workers and client threads.",
        e => e.ThrottledPeriods > 0 && !IsOftenThrottled(e));

    public static VerdictRule OftenThrottled { get; } = new(
        "throttled-often", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Invalid,
        "The CPU quota of the control group stopped server or swarm in more than 10 % of the quota's periods.",
        "Lift the quota (cpu.max), or use fewer workers and client threads.",
        IsOftenThrottled)
    {
        DependsOnFigure = true,
    };

    public static VerdictRule BackgroundLoad { get; } = new(
        "background-load", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Limited,
        "Other processes used more than 5 % of a CPU that the benchmark was running on.",
        "Stop them, or keep them off these CPUs.",
        e => e.BackgroundShare is > BackgroundShareLimit and <= TakenByOthersShare);

    public static VerdictRule HeavyBackgroundLoad { get; } = new(
        "background-load-heavy", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Invalid,
        "Other processes used more than 20 % of a CPU that the benchmark was running on.",
        "Stop them, or keep them off these CPUs.",
        e => e.BackgroundShare > TakenByOthersShare);

    public static VerdictRule CpuTimesUnseen { get; } = new(
        "cpu-times-unseen", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Limited,
        "Whether the hypervisor or other processes took CPU time cannot be seen: the window (of a restart: from before the stop to after the start) was "
        + "shorter than half a second, or /proc/stat is not the kernel's (lxcfs in a container).",
        "Measure for at least a second, outside such a container.",
        e => e.CpuTimesSeen == false);

    public static VerdictRule TooFewCpus { get; } = new(
        "too-few-cpus", Figures.Throughput | Figures.Latency, Grade.Limited,
        "The server had fewer physical cores than workers, shared cores with the swarm, or a CPU quota allows less than both occupy. "
        + "How the variant scales cannot be told.",
        "Use fewer workers, or a host with more cores.",
        e => e.Workers > e.ServerCpus || e.Workers > e.ServerCores || e.DisjointCpus == false || e.CpuQuota < e.OccupiedCpus);

    private static bool IsDisturbed(Evidence e) => e.BackgroundShare > BackgroundShareLimit;

    private static bool IsOftenThrottled(Evidence e) => e.ThrottledPeriods > 0 && e.ThrottledPeriods > e.QuotaPeriods * OftenThrottledShare;
}
