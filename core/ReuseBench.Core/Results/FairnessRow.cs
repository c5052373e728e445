using ReuseBench.Core.Csv;
using static ReuseBench.Core.Csv.Better;
using static ReuseBench.Core.Verdicts.Figures;

namespace ReuseBench.Core.Results;

/// <summary>One row of <c>fairness.csv</c>: what one listener (worker) of a cell and repeat got, whole life.</summary>
public sealed record FairnessRow : RepeatRow
{
    [Column("Index of the worker, from 0; with reuseport that of its listener.")]
    public int Listener { get; init; }

    [Metric("count", Neither, Fairness, "Connections that the server accepted there, by its own count.")]
    public long Accepted { get; init; }

    [Metric("count", Neither, Fairness, "Responses that the server gave there, by its own count.")]
    public long Responses { get; init; }

    [Metric("count", Neither, Fairness, "Responses that the swarm saw from there, by the worker header.")]
    public long ResponsesSeen { get; init; }

    [Metric("share", Neither, Fairness, "Share of all accepted connections, 0 to 1.")]
    public double? Share { get; init; }

    [Column("1 over the number of listeners.")]
    public double? EvenShare { get; init; }

    [Metric("s", Lower, Fairness, "CPU time of the worker.", Label = "CPU time")]
    public double? CpuS { get; init; }

    [Metric("count", Neither, Fairness, "Distinct client addresses and ports (4-tuples) that it got; empty where they were not tracked.")]
    public long? Tuples { get; init; }

    [Metric("share", Higher, Fairness,
        "Share of its connections that were received on its own CPU, 0 to 1; empty where that was not counted.", Label = "RX CPU match")]
    public double? RxCpuMatchShare { get; init; }

    [Metric("count", Higher, Fairness, "Only stall without a swarm: requests that it responded to while one worker stood still.")]
    public long? ResponsesDuringStall { get; init; }

    [Metric("count", Lower, Fairness,
        "Only stall without a swarm: requests without a response while one worker stood still, by the worker that responded afterwards.")]
    public long? Waiting { get; init; }
}

/// <summary>What chance is held against. Of <see cref="ChoiceShare"/> there is a row for each listener, of the others one for each repeat.</summary>
public enum ChanceStatistic
{
    /// <summary>Share of the choices that fell on one listener.</summary>
    ChoiceShare,

    /// <summary>Choices of the listener with most over the mean.</summary>
    MaxOverMean,

    /// <summary>Choices of the listener with fewest over the mean.</summary>
    MinOverMean,

    /// <summary>Coefficient of variation.</summary>
    Cv,

    /// <summary>Jain's index.</summary>
    Jain,

    /// <summary>Pearson's χ² against the shares that the selector is meant to give.</summary>
    ChiSquare,

    /// <summary>Greatest |share − even share|, with its 95 % interval: the size of an effect.</summary>
    ShareDeviation,

    /// <summary>Cramér's V.</summary>
    CramersV,
}

/// <summary>What is independent of each other, so that chance can be computed.</summary>
public enum ChanceOver
{
    Tuples,
    Connections,
}

/// <summary>
/// One row of <c>chance.csv</c>: what a statistic over the listeners of a repeat is, and what an ideal uniform hash would make of it. Where something
/// else than chance dispatched the connections, the value is null and the rest a yardstick for as many connections, or null where a comparison
/// says nothing.
/// </summary>
public sealed record ChanceRow : RepeatRow
{
    [Column("choice-share (one row for each listener), max-over-mean, min-over-mean, cv, jain, chi-square, share-deviation or cramers-v.")]
    public ChanceStatistic Statistic { get; init; }

    [Column("Only choice-share: index of the listener, from 0.")]
    public int? Listener { get; init; }

    [Column("What is independent of each other: tuples or connections; empty where nothing is, or where that is not known.")]
    public ChanceOver? Over { get; init; }

    [Column(
        "Independent choices of a listener, of the whole repeat or of the row's listener; empty where something else than chance "
        + "dispatches the connections.")]
    public long? Choices { get; init; }

    [Metric("ratio", Neither, Fairness, "The statistic; empty without independent choices.")]
    public double? Value { get; init; }

    [Column("Mean of the statistic under an ideal uniform hash with as many choices; of choice-share what the selector is meant to give.")]
    public double? Expected { get; init; }

    [Column(
        "Lower end of the 95 % band under an ideal uniform hash; of choice-share of a band that holds all listeners at once; of "
        + "share-deviation of the 95 % interval.")]
    public double? Low { get; init; }

    [Column("Upper end likewise.")]
    public double? High { get; init; }

    [Column("Only choice-share: how likely an ideal uniform hash keeps all listeners within the band; ≥ 0.95.")]
    public double? BandCoverage { get; init; }

    [Column("Only chi-square: degrees of freedom.")]
    public int? DegreesOfFreedom { get; init; }

    [Column("Only chi-square: how often chance alone is as uneven, 0 to 1.")]
    public double? PValue { get; init; }

    [Column("How the band was computed: chi-square or monte-carlo:N.")]
    public string? Method { get; init; }

    [Column("Only chi-square: why there is no value.")]
    public string? Reason { get; init; }
}

/// <summary>One row of <c>affinity.csv</c>: which share of client tuples came back to the same listener after a change of the group.</summary>
public sealed record AffinityRow : RepeatRow
{
    [Column("Listeners of the group before the change.")]
    public int Listeners { get; init; }

    [Column("Processes that the listeners were spread over.")]
    public int Processes { get; init; }

    [Column("What happened to the group: unchanged, added, first-closed, middle-closed, last-closed, rebuilt, …")]
    public string Change { get; init; } = "";

    [Column("Listeners after the change.")]
    public int ListenersAfter { get; init; }

    [Column("How a tuple was joined to its listener: accept (the server's record) or x-worker (the response).")]
    public string JoinedBy { get; init; } = "";

    [Metric("count", Neither, Fairness, "Client addresses and ports (4-tuples) that connected before and after.")]
    public long Tuples { get; init; }

    [Metric("count", Higher, Fairness, "Tuples at the same listener before and after.")]
    public long Kept { get; init; }

    [Metric("share", Higher, Fairness, "The same over all tuples, 0 to 1.")]
    public double? KeptShare { get; init; }

    [Column("By the kernel's rule, for a uniform hash.")]
    public double? ExpectedShare { get; init; }

    [Column("Lower end of the 95 % band of the share of so many independent tuples.")]
    public double? BandLow { get; init; }

    [Column("Upper end likewise.")]
    public double? BandHigh { get; init; }

    [Metric("count", Lower, Fairness,
        "Tuples whose move the rule does not allow, whatever their hash, and those at another listener once the change was undone; 0 if "
        + "the kernel follows the rule.")]
    public long AgainstRule { get; init; }

    [Metric("count", Neither, Fairness, "Tuples whose listener was closed: no rule could have kept them.")]
    public long LostListener { get; init; }
}
