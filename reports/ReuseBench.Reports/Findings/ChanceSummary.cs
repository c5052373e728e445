using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Findings;

/// <summary>An accept-only probe cell over its valid repeats: more uneven than chance, and by how much?</summary>
public sealed class ChanceSummary
{
    private ChanceSummary(MeasuredCell cell)
    {
        Cell = cell;
        Rows = [.. cell.Repeats.Where(r => r.IsValid(Figures.Fairness))];
        MeasuredRepeat[] tested = [.. Rows.Where(r => r.Chance.Chi2P is not null)];
        SharesSeed = HashSeeds.AreShared(Rows);
        PValues = SharesSeed ? [] : [.. tested.Select(r => r.Chance.Chi2P!.Value)];
        Pooled = HashSeeds.Pooled(tested);
        Uniformity = tested.All(r => r.Chance.Choices >= PValueUniformity.LeastExpected * r.Row.Workers) ? PValueUniformity.Of(PValues) : null;
        WithinBand = Rows.Count(r => r.Chance.ChoicesMaxOverMean >= r.Chance.ChoicesMaxOverMeanLow && r.Chance.ChoicesMaxOverMean <= r.Chance.ChoicesMaxOverMeanHigh);
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
            .Select(r => (r.Row.Repeat, Share: ShareDeviation.Of([.. r.Listeners.Select(l => r.Chance.OfListener(l.Listener)?.Choices ?? 0)], even.Length * rows)))
            .Where(d => d.Share is not null)
            .OrderByDescending(d => d.Share!.Low).ThenByDescending(d => d.Share!.Largest)
            .Select(d => ((int, ShareDeviation)?)(d.Repeat, d.Share!))
            .FirstOrDefault();
    }

    /// <summary>One for each cell that was counted without a server.</summary>
    public static IReadOnlyList<ChanceSummary> All(RunTables tables) =>
        [.. tables.Cells.Where(IsAcceptProbe).Select(c => new ChanceSummary(c)).OrderBy(s => s.Cell.Workers)];

    public static bool IsAcceptProbe(MeasuredCell cell) => cell.Is(Experiment.Fairness) && CountedWithoutServer(cell);

    public static bool CountedWithoutServer(MeasuredCell cell) => cell.Settings.Driver == Names.Of(Driver.AcceptOnly);

    /// <summary>Whether the kernel's own hash chose.</summary>
    public bool IsHash => Cell.Settings.Selector == Names.Of(Selector.Hash);

    /// <summary>The cells of the hash with the most repeats, one for each group size: those that p-values are pooled over.</summary>
    public static IReadOnlyList<ChanceSummary> OverSeeds(IReadOnlyList<ChanceSummary> all)
    {
        ChanceSummary[] hash = [.. all.Where(s => s.IsHash)];
        if (hash.Length == 0)
        {
            return [];
        }

        // A run that was interrupted may have fewer repeats of one size than of another; half as many still tell the same.
        int most = hash.Max(s => s.Rows.Count);
        IEnumerable<ChanceSummary> alike = hash.GroupBy(s => s.Cell.Conditions).MaxBy(g => g.Max(s => s.Rows.Count))!;
        return [.. alike.Where(s => 2 * s.Rows.Count >= most).DistinctBy(s => s.Cell.Workers)];
    }
}
