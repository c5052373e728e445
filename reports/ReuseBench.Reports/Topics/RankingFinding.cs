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
    /// <summary>What the figures are, as in a heading.</summary>
    public required string What { get; init; }

    public required IReadOnlyList<Estimate> All { get; init; }

    public required Ranking Over { get; init; }

    /// <summary>Only where sizes are told apart by it; each with a leader.</summary>
    public required IReadOnlyList<(int Workers, Ranking Ranking)> BySize { get; init; }

    /// <param name="topic">That finds it.</param>
    /// <param name="metric">As in <see cref="Finding.Metric"/>.</param>
    /// <param name="what">What the figures are, as in a heading.</param>
    /// <param name="estimates">Of cells under equal conditions; at least one.</param>
    public static RankingFinding Of(string topic, string metric, string what, IReadOnlyList<Estimate> estimates)
    {
        Ranking over = Ranking.Of(estimates);
        IEnumerable<VerdictRule> restrictions = estimates.Where(e => e.Value is not null).SelectMany(e => e.Restrictions);
        Estimate? next = over.Behind.Concat(over.WithinNull).Concat(over.NotSeparated).OrderBy(Ranking.Cost).FirstOrDefault();
        return new RankingFinding
        {
            Topic = topic,
            Kind = "ranking",
            Conditions = estimates[0].Cell.Conditions.Label,
            Metric = metric,
            What = what,
            All = estimates,
            Over = over,
            BySize = Sizes(estimates, over.Null),
            Claim = over.Leader is null ? "not_ranked" : over.Behind.Count > 0 ? "separated"
                : over.WithinNull.Count > 0 ? "within_null_control" : "not_separated",
            Estimates =
            [
                .. (over.Leader is null ? [] : new[] { Said(over.Leader, "leader") }),
                .. over.NotSeparated.Select(e => Said(e, "not_separated")),
                .. over.WithinNull.Select(e => Said(e, "within_null_control")),
                .. over.Behind.Select(e => Said(e, "behind")),
                .. over.Unranked.Select(e => Said(e, "not_ranked")),
            ],
            Test = over.RankedRepeats.Count > 1 ? new FindingTest("disjoint_ranges", null, over.ByChance, null) : null,
            Effect = over.Leader is { Value: not 0 and double best } && next is { Value: double second }
                ? new FindingEffect("ratio", over.Leader.Cell.Id, next.Cell.Id, second / best, null, null)
                : null,
            NullControl = over.Null is { } control && double.IsFinite(control.Largest)
                ? new FindingEffect("relative_difference", control.Best.Cell.Id, control.Worst.Cell.Id, control.Largest, null, null)
                : null,
            Restrictions = [.. restrictions.DistinctBy(r => r.Code)],
        };
    }

    private static FindingEstimate Said(Estimate estimate, string standing) => estimate.AsFinding() with { Standing = standing };

    private static (int, Ranking)[] Sizes(IReadOnlyList<Estimate> estimates, NullControl? control)
    {
        IGrouping<int, Estimate>[] sizes = [.. estimates.GroupBy(e => e.Cell.Workers).OrderBy(g => g.Key)];
        return sizes.Length < 2
            ? []
            : [.. sizes.Where(g => g.Skip(1).Any()).Select(g => (g.Key, Ranking.Of([.. g], control))).Where(s => s.Item2.Leader is not null)];
    }
}
