using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Findings;

/// <summary>
/// Whether repeats may be pooled: the same tuple meets the same listener for as long as the hash seed is the same, and only a network
/// namespace of its own gives a repeat a seed of its own. What draws anew for each connection needs none.
/// </summary>
public static class HashSeeds
{
    private const string DrawnForConnections = "connections";

    private const string OneSeed = "without a network namespace of its own every repeat has the host's hash seed: repeats are not independent";

    /// <summary>Whether these repeats had one hash seed between them, and their choices depend on it.</summary>
    public static bool AreShared(IEnumerable<MeasuredRepeat> rows) => rows.Any(r => r.Row.Isolation != Core.Cells.Isolation.Netns && r.Chance.ChanceOver != DrawnForConnections);

    /// <summary>χ² over all repeats; without a figure, and with the reason, where they are not independent or none has one.</summary>
    public static ChiSquareTest Pooled(IReadOnlyCollection<MeasuredRepeat> rows) => AreShared(rows.Where(r => r.Chance.Chi2P is not null))
        ? new ChiSquareTest(null, null, null, OneSeed)
        : ChiSquareTest.Pooled(rows.Select(r => new ChiSquareTest(r.Chance.Chi2, r.Chance.Chi2Df, r.Chance.Chi2P, r.Chance.Chi2Reason)));
}
