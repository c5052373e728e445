using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics.Chance;

namespace ReuseBench.Reports.Findings;

/// <summary>
/// Whether repeats may be pooled: the same tuple meets the same listener for as long as the hash seed is the same, and only a network
/// namespace of its own gives a repeat a seed of its own. What draws anew for each connection needs none.
/// </summary>
public static class HashSeeds
{
    private const string OwnNamespace = "netns";
    private const string DrawnForConnections = "connections";

    private const string OneSeed = "without a network namespace of its own every repeat has the host's hash seed: repeats are not independent";

    /// <summary>Whether these repeats had one hash seed between them, and their choices depend on it.</summary>
    public static bool AreShared(IEnumerable<ResultRow> rows) => rows.Any(r => r.Isolation != OwnNamespace && r.ChanceOver != DrawnForConnections);

    /// <summary>χ² over all repeats; without a figure, and with the reason, where they are not independent or none has one.</summary>
    public static ChiSquareTest Pooled(IReadOnlyCollection<ResultRow> rows) => AreShared(rows.Where(r => r.Chi2P is not null))
        ? new ChiSquareTest(null, null, null, OneSeed)
        : ChiSquareTest.Pooled(rows.Select(r => new ChiSquareTest(r.Chi2, r.Chi2Df, r.Chi2P, r.Chi2Reason)));
}
