using ReuseBench.Core.Verdicts;

namespace ReuseBench.Reports.Findings;

/// <summary>
/// One statement of the report as data. Its topic derives a record of its own from it where the words need more than stands here; what stands here is
/// what <c>findings.json</c> holds, and it is enough to compare two runs without reading a sentence.
/// </summary>
public record Finding
{
    /// <summary>The topic that found it, snake_case: <c>throughput</c>, <c>restart</c> …</summary>
    public required string Topic { get; init; }

    /// <summary>What sort of statement it is, snake_case: <c>ranking</c>, <c>restart_gap</c> …</summary>
    public required string Kind { get; init; }

    /// <summary>What was equal for all of its cells, in words; empty where it is about no single conditions.</summary>
    public string Conditions { get; init; } = "";

    /// <summary>What was measured, by its column: <c>throughput_rps</c>, <c>latency_p99_us</c>, <c>gap_ms</c> …</summary>
    public required string Metric { get; init; }

    /// <summary>One for each cell, in the order in which they are said.</summary>
    public IReadOnlyList<FindingEstimate> Estimates { get; init; } = [];

    /// <summary>The statistical test behind it; null for none.</summary>
    public FindingTest? Test { get; init; }

    /// <summary>The size of a difference; null for none.</summary>
    public FindingEffect? Effect { get; init; }

    /// <summary>The largest difference between cells that are the same program; null where there are none. No smaller one is claimed.</summary>
    public FindingEffect? NullControl { get; init; }

    /// <summary>Of an <c>undecidable</c> ranking: how many repeats of each cell could decide it.</summary>
    public int? RepeatsNeeded { get; init; }

    /// <summary>What restricts the claim; the report puts it in words beside it.</summary>
    public IReadOnlyList<VerdictRule> Restrictions { get; init; } = [];

    /// <summary>What is claimed, snake_case: <c>separated</c>, <c>not_separated</c>, <c>within_null_control</c>, <c>undecidable</c>,
    /// <c>not_ranked</c>, <c>as_chance</c> …</summary>
    public required string Claim { get; init; }

    /// <summary>The cells it is about, each once.</summary>
    public IEnumerable<string> Cells => Estimates.Select(e => e.CellId).Distinct();
}

/// <summary>What a finding says of one cell.</summary>
/// <param name="CellId">As in the tables.</param>
/// <param name="Label">The cell in words.</param>
/// <param name="Unit">Of value, low and high; empty for a plain number.</param>
/// <param name="Value">Null where there is none.</param>
public sealed record FindingEstimate(string CellId, string Label, string Unit, double? Value)
{
    /// <summary>The lower end of what is shown with the value; null where it has no spread.</summary>
    public double? Low { get; init; }

    public double? High { get; init; }

    /// <summary>What low and high are: <c>95 % interval</c>, <c>min–max</c>, <c>95 % band</c>, <c>probe bracket</c>; null without.</summary>
    public string? Interval { get; init; }

    /// <summary><c>at_least</c> or <c>below</c> where the value is only a bound.</summary>
    public string? Bound { get; init; }

    /// <summary>Repeats (or restarts) that are in the value.</summary>
    public int Repeats { get; init; }

    /// <summary>Repeats that are spoiled.</summary>
    public int Invalid { get; init; }

    public Grade Grade { get; init; }

    /// <summary>What is expected where that can be said: by chance, by a rule, by a setting.</summary>
    public double? Expected { get; init; }

    /// <summary>In a ranking: <c>leader</c>, <c>not_separated</c>, <c>within_null_control</c>, <c>behind</c>, <c>undecidable</c>,
    /// <c>beyond_cores</c>, <c>not_ranked</c>.</summary>
    public string? Standing { get; init; }

    /// <summary>In a ranking: the figure over the best one's, from the mean log figures over the rounds; null where it is not compared.</summary>
    public double? RatioToBest { get; init; }

    /// <summary>Ends of its interval; those of all ratios of the run hold at once with 95 %.</summary>
    public double? RatioLow { get; init; }

    public double? RatioHigh { get; init; }

    /// <summary>Why a cell with a value is in no ranking.</summary>
    public string? WhyNotRanked { get; init; }

    /// <summary>Why there is no value.</summary>
    public string? WhyNone { get; init; }

    /// <summary>Why the value may not be published; null where it may be.</summary>
    public string? WhyUnpublished { get; init; }

    /// <summary>The two groups that the repeats fall into, the lower one first; null where they are one. Then there is no value.</summary>
    public IReadOnlyList<FindingMode>? Modes { get; init; }
}

/// <summary>A group of repeats.</summary>
/// <param name="Value">Its median.</param>
/// <param name="Repeats">How many are in it.</param>
public sealed record FindingMode(double Value, int Repeats);

/// <param name="Name">Such as <c>sign_test</c>, <c>pooled_chi_square</c>, <c>max_t_permutation</c>.</param>
/// <param name="Statistic">Null where the test has none beside p; of <c>none_of</c> the share of trials that may do what none did, 0 to 1.</param>
/// <param name="P">0 to 1; of <c>max_t_permutation</c> adjusted for all comparisons of the run.</param>
/// <param name="Alpha">What p is held against; null where it is only said.</param>
public sealed record FindingTest(string Name, double? Statistic, double? P, double? Alpha);

/// <param name="Kind"><c>ratio</c>, <c>difference</c>, or <c>relative_difference</c> (from 0).</param>
/// <param name="From">The cell that is compared with.</param>
/// <param name="To">The cell that is compared.</param>
/// <param name="Value">To over from, or to minus from.</param>
/// <param name="Low">Lower end of its interval; null where none is known.</param>
/// <param name="High">Upper end.</param>
public sealed record FindingEffect(string Kind, string From, string To, double Value, double? Low, double? High);
