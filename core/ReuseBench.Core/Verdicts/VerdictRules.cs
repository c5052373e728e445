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

    /// <summary>
    /// Whether a repeat is the more likely to have this reason the higher (or lower) its own figure is. What is left of a cell that lost repeats so is
    /// biased, so the cell is not ranked. Background load falls on all alike; a client at its limit falls on the fastest repeats.
    /// </summary>
    public bool DependsOnFigure { get; init; }
}

/// <summary>
/// The rules by which a repeat is judged: its verdict is those of <see cref="All"/> that apply. Exclusions are part of the predicates.
/// </summary>
public static partial class VerdictRules
{
    public const double RateReachedShare = 0.99;

    /// <summary>
    /// Requests. By so few the number in progress may differ between the two ends of a window that carried all: in a short one that is more than 1 %.
    /// </summary>
    public const long BacklogByChance = 10;

    public const double ErrorShareLimit = 0.001;

    /// <summary>From this share on the failed requests decide what the others show.</summary>
    public const double ManyErrorsShare = 0.05;

    /// <summary>A gap that is known to within so many probe intervals, or to within this share of itself, is known well enough.</summary>
    public const double GapIntervalsLimit = 10;
    public const double GapShareLimit = 0.1;

    /// <summary>Of the level: a smaller change within a window, however certain, is less than repeats differ by.</summary>
    public const double LevelChangeLimit = 0.05;

    /// <summary>Of windows whose level does not change, this share shows such a step.</summary>
    public const double LevelChangeByChance = 0.001;

    public static VerdictRule NothingMeasured { get; } = new(
        "nothing-measured", Figures.All, Grade.Invalid,
        "The window holds no response.",
        "See the errors of the repeat and its log.",
        e => e.Requests == 0)
    {
        DependsOnFigure = true,
    };

    public static VerdictRule RateNotReached { get; } = new(
        "rate-not-reached", Figures.Latency, Grade.Limited,
        "The window carried less than 99 % of the requests that were due in it. The latency is that of an overloaded server and "
        + "depends on the length of the window.",
        "Use a lower rate.",
        // A restart is there to interrupt the service; what it delays is in its gap.
        e => e.Load == LoadShape.Open && e.Experiment != Experiment.Restart && BacklogGrew(e))
    {
        DependsOnFigure = true,
    };

    public static VerdictRule CountsDisagree { get; } = new(
        "counts-disagree", Figures.All, Grade.Invalid,
        "Swarm, server and kernel do not agree in their counts of the whole repeat, although no queue overflowed. Something was lost or counted twice.",
        "Please report it.",
        e => e.CountsAgree == false);

    /// <summary>A configuration proves nothing: several servers take an option for N listeners and open one.</summary>
    public static VerdictRule NotTheMode { get; } = new(
        "not-the-mode", Figures.All, Grade.Invalid,
        "The server did not have as many listening sockets as its mode means (listeners, listeners_meant): it was not measured in that mode.",
        "Use a version or a mode that opens them; see server_version and docs/SERVERS.md.",
        e => e.ListenersMeant is int meant && e.Listeners != meant);

    public static VerdictRule ProbeLag { get; } = new(
        "probe-lag", Figures.Gap, Grade.Limited,
        "The probes started so late that the gap is known only to within more than ten probe intervals and more than a tenth of "
        + "itself. Its uncertainty is given.",
        "Give the swarm a CPU of its own.",
        e => e.GapUncertaintyMs > Math.Max(e.ProbeIntervalMs * GapIntervalsLimit ?? 0, e.GapMs * GapShareLimit ?? 0));

    public static VerdictRule Errors { get; } = new(
        "errors", Figures.Throughput | Figures.Latency, Grade.Limited,
        "More than 0.1 % of the requests failed or were dropped. Throughput and latency are those of the others.",
        "See the errors of the repeat.",
        e => HasErrors(e, ErrorShareLimit, 0) && !HasErrors(e, ManyErrorsShare, e.Dropped));

    public static VerdictRule ManyErrors { get; } = new(
        "errors-many", Figures.Throughput | Figures.Latency, Grade.Invalid,
        "More than 5 % of the requests that were started failed. What the others took is no figure of this load.",
        "See the errors of the repeat.",
        e => HasErrors(e, ManyErrorsShare, e.Dropped))
    {
        DependsOnFigure = true,
    };

    /// <summary>
    /// Never invalid: a repeat that was dropped for what its own figure did would bias the others. What made it change (steal, other processes, a slower
    /// clock, a stalled swarm) has rules of its own.
    /// </summary>
    public static VerdictRule NotSteady { get; } = new(
        "not-steady", Figures.Throughput | Figures.Latency, Grade.Limited,
        "The level changed by more than 5 % within the window, at one step or from its first third to its last, where chance does that in one window of a "
        + "thousand. It is the rate of responses in a closed loop, the median latency in an open one. The value is a mean of different states.",
        "Use a longer warm-up; see timeline.csv for when it changed.",
        e => e.Experiment != Experiment.Restart && Math.Abs(e.LevelChange ?? 0) > LevelChangeLimit && e.LevelChangeP <= LevelChangeByChance);

    /// <summary>Of a repeat without evidence: it is added, not found.</summary>
    public static VerdictRule Failed { get; } = new(
        "failed", Figures.All, Grade.Invalid,
        "The repeat did not run to its end.",
        "See its log.",
        _ => false);

    /// <summary>In the order in which a verdict names them.</summary>
    public static IReadOnlyList<VerdictRule> All => InOrder.Rules;

    public static Verdict Judge(Evidence evidence) => new([.. All.Where(rule => rule.Applies(evidence))]);

    /// <summary>The rule of that code; of a code that this version does not know, one that invalidates everything.</summary>
    public static VerdictRule Find(string code) => All.FirstOrDefault(rule => rule.Code == code)
        ?? new VerdictRule(
            code, Figures.All, Grade.Invalid, "A reason that this version does not know.", "Use the reusebench that wrote the run.", _ => false);

    /// <summary>
    /// Whether what makes a repeat invalid is what else the host did meanwhile: the next repeat may be without it, so a run with a budget makes up for
    /// this one.
    /// </summary>
    public static bool IsPassing(VerdictRule rule) => PassingRules.Codes.Contains(rule.Code);

    /// <summary>
    /// What the repeats of an experiment are about: the grade of a repeat is its grade for these. A restart has no latency to be invalidated;
    /// that the swarm was late is in the uncertainty of its gap. Counts have no speed.
    /// </summary>
    public static Figures FiguresOf(Experiment experiment) => PurposeOf(experiment) switch
    {
        Figures.Throughput or Figures.Latency => Figures.All,
        var purpose => purpose,
    };

    /// <summary>The sorts of figures whose grades a reader is told, each by itself.</summary>
    public static IReadOnlyList<Figures> ShownOf(Experiment experiment) => PurposeOf(experiment) switch
    {
        Figures.Throughput or Figures.Latency => [Figures.Throughput, Figures.Latency],
        var purpose => [purpose],
    };

    /// <summary>
    /// What a repeat of an experiment is measured for, alone: where that is invalid, there is nothing left of the repeat. A stall of the swarm, say,
    /// takes the latency of a throughput cell and leaves its throughput.
    /// </summary>
    public static Figures PurposeOf(Experiment experiment) =>
        experiment == Experiment.Throughput ? Figures.Throughput
        : experiment == Experiment.Latency || experiment == Experiment.DriverCheck ? Figures.Latency
        : experiment == Experiment.Restart ? Figures.Gap
        : Figures.Fairness;

    /// <summary>Refused and reset connections are what a restart cell is there to count.</summary>
    private static bool HasErrors(Evidence e, double share, long without) =>
        e.Experiment != Experiment.Restart && e.Errors - without > (e.Requests + e.Errors - without) * share;

    /// <summary>
    /// Held against what the schedule had in this window: a Poisson schedule has more or less than the nominal rate by chance. What the drain
    /// works off after the window was not carried by it.
    /// </summary>
    private static bool BacklogGrew(Evidence e)
    {
        double? grown = e.Scheduled - (e.RateAchieved * e.WindowS);
        return grown > e.Scheduled * (1 - RateReachedShare) && grown > BacklogByChance;
    }

    /// <summary>Made when first asked for: every rule of this class's files is there by then.</summary>
    private static class InOrder
    {
        public static readonly IReadOnlyList<VerdictRule> Rules =
        [
            NothingMeasured, ClientSaturated, ServerNotAtLimit, Placement, GeneratorBehind, GeneratorStalled, GeneratorStalledBriefly, GeneratorLag,
            CoarsePacing, RateNotReached, AddressesExhausted, AddressesShort, SourcePortsUsedUp, SourcePorts, ConnectionsMissing, LoopIdle,
            ListenQueueOverflow, HostQueueOverflow, ConntrackFull, ConntrackNearlyFull, Retransmits, HostRetransmits, CpuSteal, HeavyCpuSteal,
            Throttled, OftenThrottled, BackgroundLoad, HeavyBackgroundLoad, CpuTimesUnseen, CpuSpeed, CpuSpeedChanged, SlowClockSource, TooFewCpus,
            NotSteady, CountsDisagree, NotTheMode, ProbeLag, Errors, ManyErrors, DriverLimits, HostLost, HostsFewer, ClockUnsure, StartSpread,
            NetworkLimited, Failed,
        ];
    }

    /// <summary>Likewise.</summary>
    private static class PassingRules
    {
        public static readonly HashSet<string> Codes = [HeavyCpuSteal.Code, HeavyBackgroundLoad.Code, CpuSpeedChanged.Code];
    }
}
