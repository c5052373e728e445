using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>The hash over many seeds: p-values by group size, which chance spreads evenly, and max/mean with its expected curve.</summary>
public sealed class ChanceBySizeChart : IChart
{
    private const double Spread = 0.6;

    private static readonly SeriesStyle Expected = new(SeriesStyle.Ink, MarkerShape.FilledCircle, MarkerShape.OpenCircle, Dashes.Long);

    public const string ChartName = "hash-against-chance";

    public string Name => ChartName;

    public ChartDrawing Draw(RunAnalysis run, ChartStyle style)
    {
        IReadOnlyList<ChanceSummary> counted = run.Once(HashEvidence.Of).OverSeeds;
        ChanceSummary[] sizes = [.. counted.Where(s => s.PValues.Count > 0)];
        if (sizes.Length == 0)
        {
            return new ChartDrawing([], [WhyNone(counted)]);
        }

        SeriesStyle look = SeriesStyle.Of(sizes[0].Cell.Series);
        return new ChartDrawing(
            [
                new Sheet
                {
                    FileStem = "hash-against-chance",
                    Title = $"Is the hash more uneven than chance? Source plan {sizes[0].Cell.Cell.Load.SourcePlan}",
                    Notes =
                    [
                        $"Conditions: {sizes[0].Cell.Conditions.Label}.",
                        "Each marker is one repeat with a hash seed of its own. Left: the p-value of χ² over distinct tuples; a sound hash "
                            + "spreads these evenly from 0 to 1, "
                            + "so that one in twenty lies below the dashed line. Right: tuples of the busiest listener over the mean; the "
                            + "line is what an ideal uniform hash gives on average, "
                            + "the bars hold it 95 times in 100. More than 1 is no fault of the hash as long as it lies there. "
                            + "Repeats hold different numbers of tuples; line and bars are averages over them, and each is judged by its own.",
                    ],
                    Cells = [.. sizes.Select(s => s.Cell)],
                    Draw = () => [PValues(sizes, look, style), MaxOverMean(sizes, look, style)],
                    Legend = [Marks.DotEntry(sizes[0].Cell.Series),
                        Marks.LineEntry("ideal uniform hash: mean, 95 % band", Expected, MarkerShape.None)],
                    Columns = 2,
                    PanelHeight = 480,
                },
            ],
            []);
    }

    private static string WhyNone(IReadOnlyList<ChanceSummary> counted) => "Chance by group size: " + (
        counted.Count == 0 ? "no accept-only probe of the hash was taken."
        : counted.All(s => s.Rows.Count == 0) ? "of the accept-only probe of the hash no repeat is valid."
        : counted.Any(s => s.SharesSeed) ? "an accept-only probe of the hash was taken, but without a network namespace of its own every "
            + "repeat had the host's one hash seed, so that there is nothing to draw over seeds; the figures of that seed stand in the table."
        : "an accept-only probe of the hash was taken, but no repeat has enough tuples for a χ² (the table says how many it has).");

    private static Plot PValues(ChanceSummary[] sizes, SeriesStyle look, ChartStyle style)
    {
        Plot plot = style.NewPanel("p-value of χ² by group size", "listeners", "p");
        for (int size = 0; size < sizes.Length; size++)
        {
            Scatter(plot, size, sizes[size].PValues, look);
        }

        Expected.Line.Add(plot, [new Coordinates(-0.5, 0.05), new Coordinates(sizes.Length - 0.5, 0.05)], Expected.Color, 2);
        Finish(plot, sizes);
        plot.Axes.SetLimits(-0.5, sizes.Length - 0.5, 0, 1.02);
        return plot;
    }

    private static Plot MaxOverMean(ChanceSummary[] sizes, SeriesStyle look, ChartStyle style)
    {
        Plot plot = style.NewPanel("busiest listener over mean", "listeners", "max / mean");
        List<Coordinates> curve = [];
        double top = 1;
        for (int size = 0; size < sizes.Length; size++)
        {
            MeasuredRepeat[] rows = [.. sizes[size].Rows.Where(r => r.Chance.ChoicesMaxOverMean is not null)];
            Scatter(plot, size, [.. rows.Select(r => r.Chance.ChoicesMaxOverMean!.Value)], look);
            Band band = new(
                rows.Average(r => r.Chance.ChoicesMaxOverMeanExpected ?? 1), rows.Average(r => r.Chance.ChoicesMaxOverMeanLow ?? 1),
                    rows.Average(r => r.Chance.ChoicesMaxOverMeanHigh ?? 1));
            curve.Add(new Coordinates(size, band.Expected));
            top = Math.Max(top, Math.Max(band.High, rows.Max(r => r.Chance.ChoicesMaxOverMean!.Value)));
            ScottPlot.Plottables.ErrorBar bar = new([size], [band.Expected], null, null, yErrorsPositive: [band.High - band.Expected],
                yErrorsNegative: [band.Expected - band.Low])
            {
                Color = Expected.Color,
                LineWidth = 2,
                CapSize = 9,
            };
            plot.Add.Plottable(bar);
        }

        Expected.Line.Add(plot, [.. curve], Expected.Color, 2);
        Finish(plot, sizes);
        plot.Axes.SetLimits(-0.5, sizes.Length - 0.5, 1 - (0.04 * (top - 1)), 1 + (1.06 * (top - 1)));
        return plot;
    }

    private static void Scatter(Plot plot, int size, IReadOnlyCollection<double> values, SeriesStyle look)
    {
        int index = 0;
        foreach (double value in values)
        {
            double offset = values.Count == 1 ? 0 : Spread * ((index / (values.Count - 1.0)) - 0.5);
            Marks.Point(plot, size + offset, value, look, Core.Verdicts.Grade.Ok, Marks.Size - 4);
            index++;
        }
    }

    private static void Finish(Plot plot, ChanceSummary[] sizes)
    {
        plot.Axes.Bottom.TickGenerator = Ticks.Categories([.. sizes.Select(s => $"{s.Cell.Workers}")]);
        plot.Grid.XAxisStyle.IsVisible = false;
    }
}
