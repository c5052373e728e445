using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Findings;

/// <summary>A census cell over its believed repeats, each with a hash seed of its own: more uneven than chance, and by how much?</summary>
public sealed class ChanceSummary
{
    private ChanceSummary(MeasuredCell cell)
    {
        Cell = cell;
        Rows = [.. cell.Repeats.Where(r => r.IsBelieved(Figures.Fairness)).Select(r => r.Row)];
        ResultRow[] tested = [.. Rows.Where(r => r.Chi2P is not null)];
        PValues = [.. tested.Select(r => r.Chi2P!.Value)];
        Pooled = ChiSquareTest.Pooled(tested.Select(r => new ChiSquareTest(r.Chi2, r.Chi2Df, r.Chi2P, r.Chi2Reason)));
        Uniformity = tested.All(r => r.Choices >= PValueUniformity.LeastExpected * r.Workers) ? PValueUniformity.Of(PValues) : null;
        WithinBand = Rows.Count(r => r.ChoicesMaxOverMean >= r.ChoicesMaxOverMeanLow && r.ChoicesMaxOverMean <= r.ChoicesMaxOverMeanHigh);
        Banded = Rows.Count(r => r.ChoicesMaxOverMeanHigh is not null);
    }

    public MeasuredCell Cell { get; }

    /// <summary>Of the believed repeats.</summary>
    public IReadOnlyList<ResultRow> Rows { get; }

    public IReadOnlyCollection<double> PValues { get; }

    public ChiSquareTest Pooled { get; }

    /// <summary>Null with too few repeats or too few choices for each listener.</summary>
    public PValueUniformity? Uniformity { get; }

    /// <summary>Repeats whose busiest listener lies within its band; of <see cref="Banded"/>.</summary>
    public int WithinBand { get; }

    public int Banded { get; }

    public Sample? ConnectionRate => Sample.Of(Rows.Select(r => r.ConnectionsPerS).OfType<double>());

    /// <summary>Widest interval that all repeats together allow for the greatest deviation from an even share.</summary>
    public (double Largest, double Low, double High)? Deviation => Rows.Any(r => r.ShareDeviation is not null)
        ? (Rows.Max(r => r.ShareDeviation ?? 0), Rows.Max(r => r.ShareDeviationLow ?? 0), Rows.Max(r => r.ShareDeviationHigh ?? 0))
        : null;

    /// <summary>One for each cell that was counted without a server.</summary>
    public static IReadOnlyList<ChanceSummary> All(RunTables tables) =>
        [.. tables.Cells.Where(IsCensus).Select(c => new ChanceSummary(c)).OrderBy(s => s.Cell.Workers)];

    public static bool IsCensus(MeasuredCell cell) => cell.Is(Experiment.Fairness) && CountedWithoutServer(cell);

    public static bool CountedWithoutServer(MeasuredCell cell) => cell.Settings.Driver == Names.Of(Driver.Census);

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
