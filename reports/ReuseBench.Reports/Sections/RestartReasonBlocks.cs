using ReuseBench.Core.Results;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Sections;

/// <summary>Why restarts were skipped, failed or given up, and what else was noted of them.</summary>
internal static class RestartReasonBlocks
{
    public static IEnumerable<Block> Of(IReadOnlyList<GapSummary> gaps)
    {
        string[] reasons = [.. gaps.SelectMany(Sentences)];
        if (reasons.Length > 0)
        {
            yield return new Subheading("Skipped, failed, given up");
            yield return new Bullets(reasons);
        }
    }

    private static IEnumerable<string> Sentences(GapSummary gaps) =>
        gaps.Cell.Repeats.SelectMany(r => r.Restarts).Where(r => !string.IsNullOrEmpty(r.Reason))
            .GroupBy(r => (Kind: Kind(r), r.Reason))
            .Select(g => $"{gaps.Label}: {g.Key.Kind} ({(g.Count() == 1 ? "once" : $"{g.Count()} times")}): {g.Key.Reason}.");

    private static string Kind(RestartRow row) => row switch
    {
        { Status: RestartStatus.Skipped or RestartStatus.Failed } => Core.Units.Names.Of(row.Status),
        { GapBound: GapBound.AtLeast } => "the gap is a lower bound",
        _ => "noted",
    };
}
