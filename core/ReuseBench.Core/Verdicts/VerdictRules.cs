using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Verdicts;

/// <summary>One reason why a repeat is not valid in full.</summary>
/// <param name="Code">As written to <c>verdict_reasons</c>, kebab-case.</param>
/// <param name="Affects">The figures that it invalidates or limits; others of the same repeat stay valid.</param>
/// <param name="Grade">The grade of the affected figures.</param>
/// <param name="Meaning">What happened, in a sentence or two.</param>
/// <param name="Advice">What to do; empty where nothing helps.</param>
/// <param name="Applies">Whether the evidence shows it. What is not known is null and convicts nobody.</param>
public sealed record VerdictRule(string Code, Figures Affects, Grade Grade, string Meaning, string Advice, Func<Evidence, bool> Applies)
{
    /// <summary>Meaning and advice.</summary>
    public string Text => Advice.Length == 0 ? Meaning : $"{Meaning} {Advice}";
}

/// <summary>
/// The rules by which a repeat is judged: its verdict is those of <see cref="All"/> that apply. Exclusions are part of the predicates.
/// </summary>
public static class VerdictRules
{
    /// <summary>A client thread that waited less than 5 % of the window had nothing left to give.</summary>
    public const double SaturatedNeverIdleShare = 0.95;

    /// <summary>A server that used this much of its CPUs was at its own limit, whatever the client had left.</summary>
    public const double ServerAtLimitShare = 0.95;

    /// <summary>In a closed loop a client thread this busy is held against the server, share against share.</summary>
    public const double ComparedNeverIdleShare = 0.90;

    /// <summary>
    /// By this much the client must be busier than the server before a closed loop's figure is called the client's. Between that and a server at its
    /// limit the figure is ranked, and marked as the loop's: a repeat that lands on the other side of a threshold by chance stays in the median.
    /// </summary>
    public const double ClearlyBusier = 0.10;

    public const double LateShareLimit = 0.01;

    /// <summary>Above this share of the percentile without it, the generator lag is said beside it.</summary>
    public const double GeneratorLagMarkedShare = 0.10;

    /// <summary>
    /// Above this share the queue in the swarm makes a percentile half as long again. The wake-ups of an idle thread are not held against it: each
    /// client on the host has them, whatever the load, and below that they limit the figure by <see cref="GeneratorLagMarkedShare"/>.
    /// </summary>
    public const double GeneratorQueueInvalidShare = 0.50;

    /// <summary>
    /// A client thread that is busy so much of the time is a queue of its own: on top of the lag that is measured it delays the server's next
    /// requests. From half on that is said; from three quarters on requests wait for it longer than it works on them.
    /// </summary>
    public const double OpenBusyMarkedShare = 0.50;
    public const double OpenBusyInvalidShare = 0.75;

    public const double RateReachedShare = 0.99;

    /// <summary>
    /// Requests. By so few the number under way may differ between the two ends of a window that carried all: in a short one that is more than 1 %.
    /// </summary>
    public const long BacklogByChance = 10;

    public const double StealShareLimit = 0.02;
    public const double BackgroundShareLimit = 0.05;
    public const double ErrorShareLimit = 0.001;

    /// <summary>A gap that is known to within so many probe intervals, or to within this share of itself, is known well enough.</summary>
    public const double GapIntervalsLimit = 10;
    public const double GapShareLimit = 0.1;

    public static VerdictRule NothingMeasured { get; } = new(
        "nothing-measured", Figures.All, Grade.Invalid,
        "The window holds no response.",
        "See the errors of the repeat and its log.",
        e => e.Requests == 0);

    /// <summary>In an open loop the rate is given, so only a client at its own limit counts.</summary>
    public static VerdictRule ClientSaturated { get; } = new(
        "client-saturated", Figures.Throughput | Figures.Latency, Grade.Invalid,
        "The client threads had next to no idle time while the server had clearly more (a tenth of its CPUs). The value is the "
        + "client's limit, not the server's.",
        "Give the swarm more CPUs or threads.",
        e => e.Load == LoadShape.Open || e.ServerBusyShare is null
            ? Client(e) >= SaturatedNeverIdleShare && !(e.ServerBusyShare >= ServerAtLimitShare)
            : IsClearlyBusier(e));

    public static VerdictRule ServerNotAtLimit { get; } = new(
        "server-not-at-limit", Figures.Throughput, Grade.Limited,
        "No CPU of the server was used up (95 %). The value is that of the whole loop of client and server, not what the server can carry.",
        "Use more connections or give the swarm more CPUs.",
        e => e.Load == LoadShape.Closed && e.ServerBusyShare < ServerAtLimitShare && !IsClearlyBusier(e)
            && !HasUsedUpCpu(e)
            // One that is stopped again and again has no limit to be at.
            && e.Experiment != Experiment.Restart);

    public static VerdictRule GeneratorBehind { get; } = new(
        "generator-behind-schedule", Figures.Latency, Grade.Invalid,
        "The swarm did not keep up: more than 1 % of the requests were started over 1 ms late though a connection was free, or the "
        + "wait for the swarm, at the start or for a response to be read, lengthens a percentile up to the 99th by more than half, or a client "
        + "thread was busy for three quarters of the window.",
        "Use a lower rate or give the swarm more CPUs and threads.",
        IsBehind);

    public static VerdictRule GeneratorLag { get; } = new(
        "generator-lag", Figures.Latency, Grade.Limited,
        "The swarm's own lag at the start and in reading responses lengthens a published percentile by more than a tenth, or a client thread "
        + "was busy for half of the window. The value is an upper limit of the server's latency.",
        "Use a lower rate or give the swarm more CPUs and threads.",
        e => e.Load == LoadShape.Open && !IsBehind(e)
            && (e.GeneratorLagTailShare > GeneratorLagMarkedShare || Client(e) >= OpenBusyMarkedShare));

    public static VerdictRule CoarsePacing { get; } = new(
        "coarse-pacing", Figures.Latency, Grade.Limited,
        "This kernel cannot wake the swarm between two milliseconds. Requests start in bursts, which queue behind each other.",
        "Use Linux 5.11 or later (epoll_pwait2).",
        e => e.Load == LoadShape.Open && e.NanosecondPacing == false);

    public static VerdictRule RateNotReached { get; } = new(
        "rate-not-reached", Figures.Latency, Grade.Limited,
        "The window carried less than 99 % of the requests that were due in it. The latency is that of an overloaded server and "
        + "depends on the length of the window.",
        "Use a lower rate.",
        // A restart is there to interrupt the service; what it delays is in its gap.
        e => e.Load == LoadShape.Open && e.Experiment != Experiment.Restart && BacklogGrew(e));

    public static VerdictRule AddressesExhausted { get; } = new(
        "addresses-exhausted", Figures.All, Grade.Invalid,
        "Connects failed for want of a free local address and port.",
        "Use more source addresses, a wider port range or close by RST.",
        e => e.ErrorsAddress > 0);

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

    public static VerdictRule CpuSteal { get; } = new(
        "cpu-steal", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Limited,
        "The hypervisor took more than 2 % of a CPU that a worker or client thread was running on.",
        "Use a host with CPUs of its own.",
        e => e.StealShare > StealShareLimit);

    public static VerdictRule Throttled { get; } = new(
        "throttled", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Limited,
        "The CPU quota of the control group stopped server or swarm during the window.",
        "Lift the quota (cpu.max), or use fewer workers and client threads.",
        e => e.ThrottledPeriods > 0);

    public static VerdictRule BackgroundLoad { get; } = new(
        "background-load", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Limited,
        "Other processes used more than 5 % of a CPU that the benchmark was running on.",
        "Stop them, or keep them off these CPUs.",
        e => e.BackgroundShare > BackgroundShareLimit);

    public static VerdictRule TooFewCpus { get; } = new(
        "too-few-cpus", Figures.Throughput | Figures.Latency, Grade.Limited,
        "The server had fewer physical cores than workers, shared cores with the swarm, or a CPU quota allows less than both occupy. "
        + "How the variant scales cannot be told.",
        "Use fewer workers, or a host with more cores.",
        e => e.Workers > e.ServerCpus || e.Workers > e.ServerCores || e.DisjointCpus == false || e.CpuQuota < e.OccupiedCpus);

    public static VerdictRule CountsDisagree { get; } = new(
        "counts-disagree", Figures.All, Grade.Invalid,
        "The whole-life counts of swarm, server and kernel do not agree although no queue overflowed. Something was lost or counted twice.",
        "Please report it.",
        e => e.CountsAgree == false);

    public static VerdictRule ProbeLag { get; } = new(
        "probe-lag", Figures.Gap, Grade.Limited,
        "The probes started so late that the gap is known only to within more than ten probe intervals and more than a tenth of "
        + "itself. Its uncertainty is given.",
        "Give the swarm a CPU of its own.",
        e => e.GapUncertaintyMs > Math.Max(e.ProbeIntervalMs * GapIntervalsLimit ?? 0, e.GapMs * GapShareLimit ?? 0));

    public static VerdictRule Errors { get; } = new(
        "errors", Figures.Throughput | Figures.Latency, Grade.Limited,
        "More than 0.1 % of the requests failed. Throughput and latency are those of the others.",
        "See the errors of the repeat.",
        // Refused and reset connections are what a restart cell is there to count.
        e => e.Experiment != Experiment.Restart && e.Errors > (e.Requests + e.Errors) * ErrorShareLimit);

    public static VerdictRule DriverLimits { get; } = new(
        "driver-limits", Figures.Latency, Grade.Limited,
        "This driver does not say when a request was meant to start, so its own lateness is in no latency; and it spreads the "
        + "requests of each second over it at random.",
        "Use driver: native.",
        e => e.Driver == Driver.Nbomber && e.Load == LoadShape.Open);

    /// <summary>Of a repeat without evidence: it is added, not found.</summary>
    public static VerdictRule Failed { get; } = new(
        "failed", Figures.All, Grade.Invalid,
        "The repeat did not run to its end.",
        "See its log.",
        _ => false);

    public static IReadOnlyList<VerdictRule> All { get; } =
    [
        NothingMeasured, ClientSaturated, ServerNotAtLimit, GeneratorBehind, GeneratorLag, CoarsePacing, RateNotReached, AddressesExhausted,
        ListenQueueOverflow,
        HostQueueOverflow, CpuSteal, Throttled, BackgroundLoad, TooFewCpus, CountsDisagree, ProbeLag, Errors, DriverLimits, Failed,
    ];

    public static Verdict Judge(Evidence evidence) => new([.. All.Where(rule => rule.Applies(evidence))]);

    /// <summary>The rule of that code; of a code that this version does not know, one that invalidates everything.</summary>
    public static VerdictRule Find(string code) => All.FirstOrDefault(rule => rule.Code == code)
        ?? new VerdictRule(
            code, Figures.All, Grade.Invalid, "A reason that this version does not know.", "Use the reusebench that wrote the run.", _ => false);

    /// <summary>
    /// What the repeats of an experiment are about: the grade of a repeat is its grade for these. A restart has no latency to be invalidated;
    /// that the
    /// swarm was late is in the uncertainty of its gap.
    /// </summary>
    public static Figures FiguresOf(Experiment experiment) => experiment == Experiment.Restart ? Figures.Gap : Figures.All;

    private static double? Client(Evidence e) => e.ClientNeverIdleShare ?? e.ClientBusyShare;

    private static bool IsClearlyBusier(Evidence e) => Client(e) >= ComparedNeverIdleShare && Client(e) - e.ServerBusyShare > ClearlyBusier;

    /// <summary>A CPU that others filled says nothing of the server.</summary>
    private static bool HasUsedUpCpu(Evidence e) => e.BusiestServerCpuShare >= ServerAtLimitShare && !(e.BackgroundShare > BackgroundShareLimit);

    private static bool IsBehind(Evidence e) =>
        e.Load == LoadShape.Open
        && (e.LateShare > LateShareLimit || e.GeneratorQueueShare > GeneratorQueueInvalidShare || Client(e) >= OpenBusyInvalidShare);

    /// <summary>
    /// Held against what the schedule had in this window: a Poisson schedule has more or less than the nominal rate by chance. What the drain
    /// works off
    /// after the window was not carried by it.
    /// </summary>
    private static bool BacklogGrew(Evidence e)
    {
        double? grown = e.Scheduled - (e.RateAchieved * e.WindowS);
        return grown > e.Scheduled * (1 - RateReachedShare) && grown > BacklogByChance;
    }
}
