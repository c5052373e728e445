using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Wording;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>The hash over many seeds: p-values by group size, which chance spreads evenly, and max/mean with its expected curve.</summary>
public sealed class ChanceBySizeChart : IChart
{
    /// <summary>Part of a group size's width that its repeats are spread over, so that no dot seems to belong to a size between.</summary>
    private const double Spread = 0.4;

    private const double OneInTwenty = 0.05;

    private static readonly SeriesStyle Expected = new(SeriesStyle.Ink, MarkerShape.None, MarkerShape.None, Dashes.Solid);

    private static readonly SeriesStyle Threshold = new(SeriesStyle.Faint, MarkerShape.None, MarkerShape.None, Dashes.Long);

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
                    Title = Title(run.Once(HashEvidence.Of), sizes[0].Cell),
                    AltText = $"{Title(run.Once(HashEvidence.Of), sizes[0].Cell)}. p-values of χ² and max/mean of the tuples, by number of listeners.",
                    Notes =
                    [
                        $"Conditions: {sizes[0].Cell.Conditions.Label}.",
                        "Each marker is one repeat with a hash seed of its own. Left: the p-value of χ² over distinct client addresses and ports (tuples); a "
                            + "sound hash spreads these evenly from 0 to 1, "
                            + "so that one in twenty lies below the dashed line. Right: tuples of the busiest listener over the mean; the "
                            + "short line is what an ideal uniform hash gives on average, the shaded band holds it 95 times in 100. "
                            + "More than 1 is no fault of the hash as long as it lies there. "
                            + "Repeats hold different numbers of tuples; line and band are averages over them, and each is judged by its own.",
                    ],
                    Cells = [.. sizes.Select(s => s.Cell)],
                    Draw = () => [PValues(sizes, look, style), MaxOverMean(sizes, look, style)],
                    Legend =
                    [
                        Marks.Entry($"{sizes[0].Cell.Series.Label}: one repeat", look.Color, look.Filled),
                        Marks.LineEntry("left: p = 0.05", Threshold, MarkerShape.None),
                        Marks.LineEntry("right: ideal hash, mean", Expected, MarkerShape.None),
                        Marks.Entry("right: 95 % band of an ideal hash", SeriesStyle.Pale, MarkerShape.FilledSquare),
                    ],
                    Columns = 2,
                    PanelHeight = 420,
                },
            ],
            []);
    }

    /// <summary>As the finding of each group size says.</summary>
    private static string Title(HashEvidence evidence, MeasuredCell cell)
    {
        int[] uneven = [.. evidence.Tested.Where(t => !t.Trial.IsWhatChanceGives && t.Trial.IsMoreUneven).Select(t => t.Summary.Cell.Workers)];
        return evidence.Tested.Count == 0 ? $"The hash against chance, source plan {cell.Cell.Load.SourcePlan}"
            : uneven.Length > 0 ? $"The hash is more uneven than chance with {string.Join(", ", uneven)} listeners"
            : evidence.Tested.All(t => t.Trial.IsWhatChanceGives) ? "The hash is consistent with a uniform one: no test tells it from chance"
            : "The hash is not what chance gives, but no more uneven";
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
            Scatter(plot, size, sizes[size].Cell, "p", sizes[size].PValues, look);
        }

        Threshold.Line.Add(plot, [new Coordinates(-0.5, OneInTwenty), new Coordinates(sizes.Length - 0.5, OneInTwenty)], Threshold.Color, 1.5f);
        Finish(plot, sizes);
        plot.Axes.SetLimits(-0.5, sizes.Length - 0.5, -0.03, 1.03);
        return plot;
    }

    private static Plot MaxOverMean(ChanceSummary[] sizes, SeriesStyle look, ChartStyle style)
    {
        Plot plot = style.NewPanel("client addresses and ports of the busiest listener", "listeners", "max/mean");
        List<double> values = [];
        for (int size = 0; size < sizes.Length; size++)
        {
            MeasuredRepeat[] rows = [.. sizes[size].Rows.Where(r => r.Chance.ChoicesMaxOverMean is not null)];
            Band band = new(
                rows.Average(r => r.Chance.ChoicesMaxOverMeanExpected ?? 1), rows.Average(r => r.Chance.ChoicesMaxOverMeanLow ?? 1),
                    rows.Average(r => r.Chance.ChoicesMaxOverMeanHigh ?? 1));
            var area = plot.Add.Rectangle(size - (Spread / 2) - 0.06, size + (Spread / 2) + 0.06, band.Low, band.High);
            area.FillColor = SeriesStyle.Pale;
            area.LineWidth = 0;
            Marks.Line(plot, size - (Spread / 2) - 0.06, band.Expected, size + (Spread / 2) + 0.06, band.Expected, Expected.Color, 2);
            Scatter(plot, size, sizes[size].Cell, "max/mean", [.. rows.Select(r => r.Chance.ChoicesMaxOverMean!.Value)], look);
            values.AddRange([band.High, band.Low, .. rows.Select(r => r.Chance.ChoicesMaxOverMean!.Value)]);
        }

        // A busiest listener has at least the mean.
        double reach = values.Max() - 1;
        (double low, double high) = (1 - (0.05 * reach), 1 + (1.08 * reach));
        Finish(plot, sizes);
        plot.Axes.SetLimits(-0.5, sizes.Length - 0.5, low, high);
        return plot;
    }

    private static void Scatter(Plot plot, int size, MeasuredCell cell, string what, IReadOnlyCollection<double> values, SeriesStyle look)
    {
        int index = 0;
        foreach (double value in values)
        {
            double offset = values.Count == 1 ? 0 : Spread * ((index / (values.Count - 1.0)) - 0.5);
            Marks.Point(plot, size + offset, value, look, Core.Verdicts.Grade.Ok, Marks.Size - 3, new MarkText(
                cell.Series.Label, Words.Count(cell.Workers, "listener"), $"{what} {Quantity.OverMean.Text(value)}"));
            index++;
        }
    }

    private static void Finish(Plot plot, ChanceSummary[] sizes)
    {
        plot.Axes.Bottom.TickGenerator = Ticks.Categories([.. sizes.Select(s => $"{s.Cell.Workers}")]);
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Grid.XAxisStyle.IsVisible = false;
        for (int i = 1; i < sizes.Length; i++)
        {
            plot.Add.VerticalLine(i - 0.5, 1, Color.FromHex("#e2e2e2"));
        }
    }
}
