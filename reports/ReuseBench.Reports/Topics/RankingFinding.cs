using System.Globalization;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

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

/// <summary>Puts a ranking into sentences that claim no more than it shows, above a table that holds its figures, and only there.</summary>
internal static class RankingWords
{
    private const int MostNames = 6;

    /// <param name="finding">What was found.</param>
    /// <param name="heading">It stands under.</param>
    /// <param name="best">The word for the winning end: <c>highest</c> or <c>lowest</c>.</param>
    /// <param name="more">A further sentence; null for none.</param>
    public static Statement Say(RankingFinding finding, string heading, string best, string? more = null)
    {
        string where = Words.Sentence(finding.Conditions);
        IEnumerable<string> sentences = finding.Over.Leader is null
            ? [$"{where}: not ranked, {WhyNoLeader(finding.All)}."]
            : [.. Ranked(where, best, finding.Over, leader => $": {leader.MarkedText}"), .. Control(finding.Over.Null), .. BySize(best, finding)];
        return new Statement(heading, string.Join(' ', [.. sentences, .. more is null ? [] : new[] { more }])) { Figures = Table(finding) };
    }

    /// <summary>Such as <c>With 2 workers: highest is reuseport, 2 workers. Not separated …</c>.</summary>
    private static IEnumerable<string> BySize(string best, RankingFinding finding) =>
        finding.BySize.SelectMany(s => Ranked($"With {Words.Count(s.Workers, "worker")} alone", best, s.Ranking, _ => ""));

    /// <summary>What no difference at all looks like here.</summary>
    private static IEnumerable<string> Control(NullControl? control) => control is null
        ? []
        : [$"Largest difference between identical cells: {Rounded(100 * control.Largest)} % ({control.Best.Cell.Label} and {control.Worst.Cell.Label} are the "
            + "same program)."];

    private static IEnumerable<string> Ranked(string where, string best, Ranking ranking, Func<Estimate, string> figure)
    {
        Estimate leader = ranking.Leader!;
        yield return $"{where}: {best} is {leader.Cell.Label}{figure(leader)}.";
        if (ranking.NotSeparated.Count > 0)
        {
            yield return $"Not separated from it here: {List(ranking.NotSeparated, e => e.Cell.Label)}.";
        }

        if (ranking.WithinNull.Count > 0)
        {
            string within = List(ranking.WithinNull, e => $"{e.Cell.Label} ({Ratio(leader, e)})");
            yield return $"Apart from it, but within the null control, so nothing is claimed: {within}.";
        }

        if (ranking.Behind.Count > 0)
        {
            yield return $"Behind it, the ranges not overlapping: {List(ranking.Behind, e => $"{e.Cell.Label} ({Ratio(leader, e)})")}.";
            yield return ByChance(ranking);
        }

        if (ranking.Unranked.Count > 0)
        {
            yield return $"Not ranked: {List(ranking.Unranked, e => $"{e.Cell.Label} ({WhyUnranked(e)})")}.";
        }
    }

    /// <summary>What the claim is worth among so many cells.</summary>
    private static string ByChance(Ranking ranking)
    {
        (int fewest, int most) = (ranking.RankedRepeats.Min(), ranking.RankedRepeats.Max());
        string repeats = fewest == most ? $"{fewest}" : $"{fewest} to {most}";
        double inHundred = Math.Round(100 * ranking.ByChance);
        string often = inHundred < 1 ? "fewer than 1" : inHundred.ToString("0", CultureInfo.InvariantCulture);
        return $"With {ranking.RankedRepeats.Count} equal cells of {repeats} repeats chance alone puts one or more behind in {often} of 100 runs.";
    }

    private static string WhyNoLeader(IReadOnlyList<Estimate> all) => all.Any(e => e.Modes is not null)
        ? List([.. all.Where(e => e.Modes is not null)], e => $"{e.Cell.Label} has {e.WhyNone}")
        : $"fewer than {Ranking.FewestRepeats} valid repeats of each cell";

    private static string WhyUnranked(Estimate e) => e.WhyNone ?? e.Repeats?.Count switch
    {
        null => "no single repeat has values enough",
        1 => "one repeat",
        int count => $"{count} repeats",
    };

    private static string Ratio(Estimate leader, Estimate other)
    {
        double percent = 100 * ((other.Value!.Value / leader.Value!.Value) - 1);
        return double.IsFinite(percent) ? $"{(percent < 0 ? "−" : "+")}{Rounded(Math.Abs(percent))} %" : other.Quantity.Text(other.Value.Value);
    }

    private static string Rounded(double percent) => percent.ToString(percent >= 10 ? "0" : "0.0", CultureInfo.InvariantCulture);

    private static string List(IReadOnlyList<Estimate> estimates, Func<Estimate, string> name)
    {
        string names = string.Join("; ", estimates.Take(MostNames).Select(name));
        return estimates.Count > MostNames ? $"{names}; and {estimates.Count - MostNames} more (in the table)" : names;
    }

    /// <summary>A row for each way of listening, best first where they are ranked, a column for each number of workers.</summary>
    private static Table Table(RankingFinding finding)
    {
        IReadOnlyList<Estimate> estimates = finding.All;
        double largest = estimates.Max(e => Math.Abs(e.Value ?? 0));
        (double factor, string unit) = estimates[0].Quantity.ScaleFor(largest);
        int[] sizes = [.. estimates.Select(e => e.Cell.Workers).Distinct().Order()];
        ILookup<(Series, int), Estimate> at = estimates.ToLookup(e => (e.Cell.Series, e.Cell.Workers));
        IEnumerable<IGrouping<Series, Estimate>> ways = estimates.GroupBy(e => e.Cell.Series).OrderBy(g => g.Min(CostOrLast)).ThenBy(g => g.Key);
        return new Table(
            $"{finding.What}, {unit}{SpreadWords(estimates)}{LimitedWords(estimates)}. "
                + $"{(finding.Over.Leader is null ? "Not ranked; in the order of the values." : "Best first.")}",
            ["Variant", .. sizes.Select(size => Words.Count(size, "worker"))],
            [
                .. ways.Select(way => (IReadOnlyList<string>)
                [
                    way.Key.Label,
                    .. sizes.Select(size => at[(way.Key, size)].ToArray() is { Length: > 0 } here
                        ? string.Join("; ", here.Select(e => Text(e, factor))) : "not measured"),
                ]),
            ]);
    }

    private static string Text(Estimate e, double factor)
    {
        if (e is not { Value: double value, Repeats: not null })
        {
            return e.Text;
        }

        string mark = e.Grade == Grade.Limited ? " *" : "";
        return Spread.Of(e.Repeats) is Spread spread
            ? $"{Quantity.Number(value, factor)}{mark} ({Quantity.Number(spread.Low, factor)} to {Quantity.Number(spread.High, factor)})"
            : Quantity.Number(value, factor) + mark;
    }

    private static string SpreadWords(IEnumerable<Estimate> estimates)
    {
        string[] names = [.. estimates.Select(e => e.Repeats is null ? null : Spread.Of(e.Repeats)?.Name).OfType<string>().Distinct()
            .Order(StringComparer.Ordinal)];
        return names.Length == 0 ? "; one repeat each" : $"; in brackets {string.Join(" or ", names)}";
    }

    private static string LimitedWords(IEnumerable<Estimate> estimates) => estimates.Any(e => e.Grade == Grade.Limited) ? "; * limited" : "";

    private static double CostOrLast(Estimate e) => e.Value is null ? double.MaxValue : Ranking.Cost(e);
}
