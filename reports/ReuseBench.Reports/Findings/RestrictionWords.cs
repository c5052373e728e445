using ReuseBench.Core.Verdicts;

namespace ReuseBench.Reports.Findings;

/// <summary>What restricts the figures of a chart or table, by its code; what a code means is said once, under the verdicts.</summary>
internal static class RestrictionWords
{
    public static IEnumerable<string> Say(IEnumerable<Estimate> estimates)
    {
        Estimate[] all = [.. estimates];
        foreach (string restriction in Say(all.Where(e => e.Value is not null).Select(e => e.Restrictions)))
        {
            yield return restriction;
        }

        int invalid = all.Sum(e => e.Invalid);
        if (invalid > 0)
        {
            yield return $"{invalid} invalid repeat{(invalid == 1 ? " is" : "s are")} marked and in no median.";
        }
    }

    /// <param name="restrictions">The restrictions of each cell.</param>
    public static IEnumerable<string> Say(IEnumerable<IReadOnlyList<VerdictRule>> restrictions)
    {
        IReadOnlyList<VerdictRule>[] cells = [.. restrictions];
        string[] codes =
        [
            .. cells.SelectMany(c => c).GroupBy(r => r.Code).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => $"{g.Key} ({g.Count()} of {cells.Length} cells)"),
        ];
        return codes.Length == 0 ? [] : [$"Limited: {string.Join(", ", codes)}; the verdicts below say what that means."];
    }
}
