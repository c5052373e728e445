using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>An accept-only probe cell over its valid repeats: more uneven than chance, and by how much?</summary>
public sealed class ChanceSummary
{
    internal ChanceSummary(MeasuredCell cell)
    {
        Cell = cell;
        Rows = [.. cell.Valid(Figures.Fairness)];
        MeasuredRepeat[] tested = [.. Rows.Where(r => r.Chance.Chi2P is not null)];
        SharesSeed = HashSeeds.AreShared(Rows);
        PValues = SharesSeed ? [] : [.. tested.Select(r => r.Chance.Chi2P!.Value)];
        Pooled = HashSeeds.Pooled(tested);
        Uniformity = tested.All(r => r.Chance.Choices >= PValueUniformity.LeastExpected * r.Row.Cell.Server.Workers) ? PValueUniformity.Of(PValues)
            : null;
        WithinBand = Rows.Count(r => r.Chance.ChoicesMaxOverMean >= r.Chance.ChoicesMaxOverMeanLow
            && r.Chance.ChoicesMaxOverMean <= r.Chance.ChoicesMaxOverMeanHigh);
        Banded = Rows.Count(r => r.Chance.ChoicesMaxOverMeanHigh is not null);
    }

    public MeasuredCell Cell { get; }

    /// <summary>Of the valid repeats.</summary>
    public IReadOnlyList<MeasuredRepeat> Rows { get; }

    /// <summary>Whether the repeats ran in one namespace, and so with one hash seed: then nothing is pooled over them.</summary>
    public bool SharesSeed { get; }

    /// <summary>None where the repeats share a seed.</summary>
    public IReadOnlyCollection<double> PValues { get; }

    public ChiSquareTest Pooled { get; }

    /// <summary>Null with one seed for all repeats, too few repeats or too few choices for each listener.</summary>
    public PValueUniformity? Uniformity { get; }

    /// <summary>Repeats whose busiest listener lies within its band; of <see cref="Banded"/>.</summary>
    public int WithinBand { get; }

    public int Banded { get; }

    /// <summary>
    /// The repeat with the greatest deviation from an even share (by its lower bound, then as seen), its figures alone. The intervals of all
    /// repeats of all rows hold at once with 95 % (Bonferroni), so that neither the choice of a repeat nor a look along the table does harm.
    /// </summary>
    /// <param name="rows">Cells that are looked at together, at least 1.</param>
    /// <returns>Null where no repeat has even shares to deviate from.</returns>
    public (int Repeat, ShareDeviation Share)? Deviation(int rows)
    {
        MeasuredRepeat[] even = [.. Rows.Where(r => r.Chance.ShareDeviation is not null)];
        return even
            .Select(r => (r.Row.Repeat, Share: ShareDeviation.Of([.. r.Listeners.Select(l => r.Chance.OfListener(l.Listener)?.Choices ?? 0)],
                even.Length * rows)))
            .Where(d => d.Share is not null)
            .OrderByDescending(d => d.Share!.Low).ThenByDescending(d => d.Share!.Largest)
            .Select(d => ((int, ShareDeviation)?)(d.Repeat, d.Share!))
            .FirstOrDefault();
    }

    /// <summary>Whether the kernel's own hash chose.</summary>
    public bool IsHash => Cell.Cell.Server.Selector == Selector.Hash;
}

/// <summary>
/// Whether repeats may be pooled: the same tuple meets the same listener for as long as the hash seed is the same, and only a network
/// namespace of its own gives a repeat a seed of its own. What draws anew for each connection needs none.
/// </summary>
public static class HashSeeds
{
    private const string DrawnForConnections = "connections";

    private const string OneSeed = "without a network namespace of its own every repeat has the host's hash seed: repeats are not independent";

    /// <summary>Whether these repeats had one hash seed between them, and their choices depend on it.</summary>
    public static bool AreShared(IEnumerable<MeasuredRepeat> rows) =>
        rows.Any(r => r.Row.Isolation != Isolation.Netns && r.Chance.ChanceOver != DrawnForConnections);

    /// <summary>χ² over all repeats; without a figure, and with the reason, where they are not independent or none has one.</summary>
    public static ChiSquareTest Pooled(IReadOnlyCollection<MeasuredRepeat> rows) => AreShared(rows.Where(r => r.Chance.Chi2P is not null))
        ? new ChiSquareTest(null, null, null, OneSeed)
        : ChiSquareTest.Pooled(rows.Select(r => new ChiSquareTest(r.Chance.Chi2, r.Chance.Chi2Df, r.Chance.Chi2P, r.Chance.Chi2Reason)));
}
