using System.Globalization;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics;

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
            ? [$"{where}: not ranked, fewer than {Ranking.FewestRepeats} valid repeats of each cell."]
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

    private static string WhyUnranked(Estimate e) => e.WhyNone ?? (e.Repeats!.Count == 1 ? "one repeat" : $"{e.Repeats.Count} repeats");

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
