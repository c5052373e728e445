using ReuseBench.Core.Statistics.Blocks;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Topics;

/// <summary>
/// Who is best and who is behind under equal conditions, once over all cells and once for each number of workers at which ways of listening
/// meet.
/// </summary>
public sealed record RankingFinding : Finding
{
    /// <summary>The name of the test in <c>findings.json</c>.</summary>
    public const string TestName = "max_t_permutation";

    /// <summary>What the figures are, as in a heading.</summary>
    public required string What { get; init; }

    public required IReadOnlyList<Estimate> All { get; init; }

    public required Ranking Over { get; init; }

    /// <summary>Only where sizes are told apart by it.</summary>
    public required IReadOnlyList<SizeRanking> BySize { get; init; }

    /// <param name="topic">That finds it.</param>
    /// <param name="contest">Cells under equal conditions; at least one.</param>
    /// <param name="what">What the figures are, as in a heading.</param>
    /// <param name="run">That ranked them.</param>
    /// <exception cref="ArgumentException">The cells are under different conditions: that is never ranked.</exception>
    public static RankingFinding Of(string topic, Contest contest, string what, RunAnalysis run)
    {
        IReadOnlyList<Estimate> estimates = contest.Estimates;
        if (estimates.Select(e => e.Cell.Conditions).Distinct().Skip(1).Any())
        {
            throw new ArgumentException("cells under different conditions cannot be ranked", nameof(contest));
        }

        ContestResult result = run.Rankings[contest];
        Ranking over = result.Over;
        Estimate? next = over.Cells.Where(c => c.Standing is Standing.Behind or Standing.WithinNullControl or Standing.NotSeparated)
            .Select(c => c.Estimate).FirstOrDefault();
        (double Ratio, double Low, double High, PairComparison Pair)? ratio =
            over.Leader is { } leader && next is not null ? over.Ratio(next, leader) : null;
        IEnumerable<VerdictRule> restrictions = estimates.Where(e => e.Value is not null).SelectMany(e => e.Restrictions);
        return new RankingFinding
        {
            Topic = topic,
            Kind = "ranking",
            Conditions = estimates[0].Cell.Conditions.Label,
            Metric = contest.Metric,
            What = what,
            All = estimates,
            Over = over,
            BySize = result.BySize,
            Claim = ClaimOf(over),
            Estimates = [.. over.Cells.Select(Said)],
            Test = ratio is { } tested ? new FindingTest(TestName, null, tested.Pair.AdjustedP, run.Rankings.Family.Alpha) : null,
            Effect = ratio is { } effect ? new FindingEffect("ratio", over.Leader!.Cell.Id, next!.Cell.Id, effect.Ratio, effect.Low, effect.High) : null,
            NullControl = over.Null is { } control
                ? new FindingEffect("relative_difference", control.Best.Cell.Id, control.Worst.Cell.Id, control.Largest, null, null)
                : null,
            RepeatsNeeded = over.IsUndecidable ? over.RepeatsNeeded : null,
            Restrictions = [.. restrictions.DistinctBy(r => r.Code)],
        };
    }

    /// <summary>A ranking's claim as in <see cref="Finding.Claim"/>.</summary>
    internal static string ClaimOf(Ranking over) => over.IsUndecidable ? "undecidable"
        : over.Leader is null ? "not_ranked"
        : over.Behind.Count > 0 ? "separated"
        : over.WithinNull.Count > 0 ? "within_null_control" : "not_separated";

    /// <summary>A cell of a ranking as in <c>findings.json</c>.</summary>
    internal static FindingEstimate Said(Ranked cell) => cell.Estimate.AsFinding() with
    {
        Standing = Core.Units.Names.Of(cell.Standing).Replace('-', '_'),
        RatioToBest = cell.ToBest?.Ratio,
        RatioLow = cell.ToBest?.Low,
        RatioHigh = cell.ToBest?.High,
        WhyNotRanked = cell.Estimate.Value is null ? null : cell.Why,
    };
}
