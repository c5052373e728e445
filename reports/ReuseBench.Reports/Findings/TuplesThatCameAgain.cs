using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Findings;

/// <summary>Whether a tuple that came again within a repeat met the listener that it had met before, as the hash must have it.</summary>
public static class TuplesThatCameAgain
{
    /// <summary>One sentence; a contradiction is said as one.</summary>
    /// <param name="summaries">Of the kernel's hash.</param>
    public static string Say(IReadOnlyList<ChanceSummary> summaries)
    {
        ResultRow[] counted = [.. summaries.SelectMany(s => s.Rows).Where(r => r is { MovedTuples: not null, DistinctTuples: not null })];
        long again = counted.Sum(r => r.ConnectionsOpened - r.DistinctTuples!.Value);
        long moved = counted.Sum(r => r.MovedTuples!.Value);
        return counted.Length == 0 ? "Whether it did was not counted here."
            : moved > 0 ? $"Here that is contradicted: {moved} of {again} connections whose tuple came again met another listener than before, so that figures over tuples are not to be trusted."
            : again == 0 ? "No tuple came again here, so that this run does not show it."
            : $"So it was here: of {again} connections whose tuple came again none met another listener (moved_tuples, summed: 0).";
    }
}
