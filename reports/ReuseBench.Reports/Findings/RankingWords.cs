using System.Globalization;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Reports.Findings;

/// <summary>Puts a ranking into sentences that claim no more than it shows.</summary>
internal static class RankingWords
{
    private const int MostNames = 6;

    /// <summary>
    /// One finding over all cells: who is best and who is behind, once over all and once for each number of workers at which ways of listening
    /// meet. The figures stand in its table, and only there.
    /// </summary>
    /// <param name="topic">Topic of the finding.</param>
    /// <param name="what">What the figures are, as in a heading.</param>
    /// <param name="best">The word for the winning end: <c>highest</c> or <c>lowest</c>.</param>
    /// <param name="estimates">Of cells under equal conditions; at least one.</param>
    public static Finding Say(string topic, string what, string best, IReadOnlyCollection<Estimate> estimates)
    {
        string where = Sentence(estimates.First().Cell.Conditions.Label);
        Ranking all = Ranking.Of(estimates);
        IEnumerable<string> sentences = all.Leader is null
            ? [$"{where}: not ranked, fewer than {Ranking.FewestRepeats} valid repeats of each cell."]
            : [.. Ranked(where, best, all, leader => $": {leader.Text}"), .. BySize(best, estimates)];
        IEnumerable<VerdictRule> restrictions = estimates.Where(e => e.Value is not null).SelectMany(e => e.Restrictions);
        return new Finding(topic, string.Join(' ', sentences), [.. restrictions.DistinctBy(r => r.Code)])
        {
            Figures = RankingTable.Of(what, estimates),
        };
    }

    /// <summary>Such as <c>With 2 workers: highest is reuseport, 2 workers. Not separated …</c>.</summary>
    private static IEnumerable<string> BySize(string best, IReadOnlyCollection<Estimate> estimates)
    {
        IGrouping<int, Estimate>[] sizes = [.. estimates.GroupBy(e => e.Cell.Workers).OrderBy(g => g.Key)];
        foreach (IGrouping<int, Estimate> size in sizes.Where(g => sizes.Length > 1 && g.Skip(1).Any()))
        {
            Ranking ranking = Ranking.Of([.. size]);
            if (ranking.Leader is not null)
            {
                string where = $"With {size.Key} worker{(size.Key == 1 ? "" : "s")} alone";
                foreach (string sentence in Ranked(where, best, ranking, _ => ""))
                {
                    yield return sentence;
                }
            }
        }
    }

    private static IEnumerable<string> Ranked(string where, string best, Ranking ranking, Func<Estimate, string> figure)
    {
        Estimate leader = ranking.Leader!;
        yield return $"{where}: {best} is {leader.Cell.Label}{figure(leader)}.";
        if (ranking.NotSeparated.Count > 0)
        {
            yield return $"Not separated from it here: {List(ranking.NotSeparated, e => e.Cell.Label)}.";
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

    private static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>What the claim is worth among so many cells.</summary>
    private static string ByChance(Ranking ranking)
    {
        (int fewest, int most) = (ranking.RankedRepeats.Min(), ranking.RankedRepeats.Max());
        string repeats = fewest == most ? $"{fewest}" : $"{fewest} to {most}";
        double inHundred = Math.Round(100 * ranking.ByChance);
        string often = inHundred < 1 ? "fewer than 1" : inHundred.ToString("0", CultureInfo.InvariantCulture);
        return $"With {ranking.RankedRepeats.Count} equal cells of {repeats} repeats chance alone puts one or more behind in {often} of 100 runs.";
    }

    private static string Rounded(double percent) => percent.ToString(percent >= 10 ? "0" : "0.0", CultureInfo.InvariantCulture);

    private static string WhyUnranked(Estimate e) =>
        e.WhyNone ?? (e.Repeats!.Count == 1 ? "one repeat" : $"{e.Repeats.Count} repeats");

    private static string Ratio(Estimate leader, Estimate other)
    {
        double percent = 100 * ((other.Value!.Value / leader.Value!.Value) - 1);
        return double.IsFinite(percent) ? $"{(percent < 0 ? "−" : "+")}{Rounded(Math.Abs(percent))} %" : other.Quantity.Text(other.Value.Value);
    }

    private static string List(IReadOnlyList<Estimate> estimates, Func<Estimate, string> name)
    {
        string names = string.Join("; ", estimates.Take(MostNames).Select(name));
        return estimates.Count > MostNames ? $"{names}; and {estimates.Count - MostNames} more (in the table)" : names;
    }
}
