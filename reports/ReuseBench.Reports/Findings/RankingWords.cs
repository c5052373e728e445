using System.Globalization;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Reports.Findings;

/// <summary>Puts a ranking into sentences that claim no more than it shows.</summary>
internal static class RankingWords
{
    private const int MostNames = 6;

    /// <param name="topic">Topic of the finding.</param>
    /// <param name="where">Such as <c>With 2 workers</c>.</param>
    /// <param name="best">The word for the winning end: <c>highest</c> or <c>lowest</c>.</param>
    /// <param name="ranking">What is said.</param>
    public static Finding Say(string topic, string where, string best, Ranking ranking)
    {
        if (ranking.Leader is not Estimate leader)
        {
            return NotRanked(topic, where, ranking.Unranked);
        }

        List<string> sentences = [$"{where}: {best} is {leader.Cell.Label}: {leader.Text}."];
        if (ranking.NotSeparated.Count > 0)
        {
            sentences.Add($"Not separated from it here: {List(ranking.NotSeparated, e => e.Cell.Label)}.");
        }

        if (ranking.Behind.Count > 0)
        {
            sentences.Add($"Behind it, the ranges not overlapping: {List(ranking.Behind, e => $"{e.Cell.Label} ({Ratio(leader, e)})")}.");
            sentences.Add(ByChance(ranking));
        }

        if (ranking.Unranked.Count > 0)
        {
            sentences.Add($"Not ranked: {List(ranking.Unranked, e => $"{e.Cell.Label} ({WhyUnranked(e)})")}.");
        }

        IEnumerable<VerdictReason> restrictions = ranking.NotSeparated.Concat(ranking.Behind).Prepend(leader).SelectMany(e => e.Restrictions);
        return new Finding(topic, string.Join(' ', sentences), [.. restrictions.DistinctBy(r => r.Code)]);
    }

    private static Finding NotRanked(string topic, string where, IReadOnlyList<Estimate> estimates)
    {
        Estimate[] measured = [.. estimates.Where(e => e.Value is not null)];
        Estimate[] without = [.. estimates.Where(e => e.Value is null)];
        List<string> sentences = [$"{where}: not ranked, since no cell has {Ranking.FewestRepeats} repeats that may be believed."];
        if (measured.Length > 0)
        {
            sentences.Add($"Measured: {List(measured, e => $"{e.Cell.Label}: {e.Text}")}.");
        }

        if (without.Length > 0)
        {
            sentences.Add($"No figure: {List(without, e => $"{e.Cell.Label} ({e.WhyNone})")}.");
        }

        return new Finding(topic, string.Join(' ', sentences), [.. measured.SelectMany(e => e.Restrictions).DistinctBy(r => r.Code)]);
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

    private static string Rounded(double percent) => percent.ToString(percent >= 10 ? "0" : "0.0", CultureInfo.InvariantCulture);

    private static string WhyUnranked(Estimate e) =>
        e.WhyNone ?? (e.Repeats!.Count == 1 ? "one repeat shows no spread" : $"{e.Repeats.Count} repeats show too little of the spread");

    private static string Ratio(Estimate leader, Estimate other)
    {
        double percent = 100 * ((other.Value!.Value / leader.Value!.Value) - 1);
        return double.IsFinite(percent) ? $"{(percent < 0 ? "−" : "+")}{Rounded(Math.Abs(percent))} %" : other.Quantity.Text(other.Value.Value);
    }

    private static string List(IReadOnlyList<Estimate> estimates, Func<Estimate, string> name)
    {
        string names = string.Join("; ", estimates.Take(MostNames).Select(name));
        return estimates.Count > MostNames ? $"{names}; and {estimates.Count - MostNames} more (see the table)" : names;
    }
}
