using System.Globalization;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Wording;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Rounds;

/// <summary>
/// The valid repeats in the order in which they ran: the figure of each over the median of its cell, and below it the speed of the CPUs. A drift that is
/// common to all cells points to the host.
/// </summary>
public sealed class RunOrderChart : IChart
{
    /// <summary>With fewer there is no order to see.</summary>
    private const int FewestRepeats = 6;

    /// <summary>Repeats that the line of drift is the median of, where there are as many.</summary>
    private const int Window = 9;

    /// <summary>A repeat further out is drawn there; pointing at it tells its figure.</summary>
    private const double MostOverMedian = 3;

    /// <summary>Of more repeats none says its value: they would make up most of a report.</summary>
    private const int MostNamed = 1_000;

    private const float LabelsWidth = 62;

    private static readonly SeriesStyle Drift = new(SeriesStyle.Ink, MarkerShape.None, MarkerShape.None, Dashes.Solid);

    private static readonly SeriesStyle Canary = new(SeriesStyle.ReddishPurple, MarkerShape.FilledDiamond, MarkerShape.OpenDiamond, Dashes.Solid);

    private static readonly SeriesStyle[] Looks =
    [
        new(SeriesStyle.Blue, MarkerShape.FilledCircle, MarkerShape.OpenCircle, Dashes.Solid),
        new(SeriesStyle.Orange, MarkerShape.FilledTriangleUp, MarkerShape.OpenTriangleUp, Dashes.Solid),
        new(SeriesStyle.BluishGreen, MarkerShape.FilledSquare, MarkerShape.OpenSquare, Dashes.Solid),
        new(SeriesStyle.Vermillion, MarkerShape.FilledTriangleDown, MarkerShape.OpenTriangleDown, Dashes.Solid),
    ];

    public string Name => "run-order";

    public ChartDrawing Draw(RunAnalysis run, ChartStyle style)
    {
        Repeat[] repeats = [.. run.Cells.SelectMany(c => Repeats(c, run)).OrderBy(r => r.Started)];
        if (repeats.Length < FewestRepeats)
        {
            return new ChartDrawing([], []);
        }

        string[] kinds = [.. repeats.Select(r => r.What).Distinct().Order(StringComparer.Ordinal)];
        bool hasCanary = repeats.Any(r => r.Speed is not null);
        string title = Title(run);
        return new ChartDrawing(
            [
                new Sheet
                {
                    FileStem = Name,
                    Title = title,
                    AltText = $"{title}. Each repeat's figure over the median of its cell{(hasCanary ? ", and the speed of the CPUs" : "")}, by the order in "
                        + "which they ran.",
                    Notes =
                    [
                        $"Above: the figure of a repeat over the median of its cell's valid repeats; 1 is what the cell usually does. Line: running median of "
                            + $"{Math.Min(Window, repeats.Length)} repeats of any cell. A figure above {MostOverMedian} × the median is drawn there. "
                            + "A drift common to all cells points to the host.",
                        .. hasCanary ? ["Below: the speed of the CPUs just before and after the repeat (canary), over what is usual in the run on the same "
                            + "CPUs."] : (string[])[],
                    ],
                    Cells = [.. repeats.Select(r => r.Cell).Distinct()],
                    Draw = () => [Figures(repeats, kinds, hasCanary, style), .. hasCanary ? [Speeds(repeats, style)] : Array.Empty<Plot>()],
                    Legend =
                    [
                        .. kinds.Select((kind, i) => Marks.Entry(kind, Looks[i % Looks.Length].Color, Looks[i % Looks.Length].Filled)),
                        Marks.LineEntry("running median", Drift, MarkerShape.None),
                        .. repeats.Any(r => r.Grade == Grade.Limited) ? [Marks.LimitedEntry] : Array.Empty<LegendItem>(),
                        .. hasCanary ? [Marks.Entry("CPU speed", Canary.Color, Canary.Filled)] : Array.Empty<LegendItem>(),
                    ],
                    Columns = 1,
                    PanelHeight = hasCanary ? 270 : 380,
                },
            ],
            []);
    }

    /// <summary>What the tests of the rounds found; that they found nothing is no finding.</summary>
    private static string Title(RunAnalysis run)
    {
        string[] found = [.. run.Rankings.Rounds.SelectMany(r => RoundsWords.Found(run.Rankings, r.Checks)).Select(f => f.Text.Split(" (", 2)[0]).Distinct()];
        return found.Length == 0 ? "Valid repeats in the order in which they ran" : $"Order of the run: {string.Join("; ", found)}";
    }

    /// <summary>Those that count for the figure of their cell, where the cell has several to compare with.</summary>
    private static IEnumerable<Repeat> Repeats(MeasuredCell cell, RunAnalysis run)
    {
        if (Measure.Of(cell.Cell.Experiment) is not { } measure || !measure.IsOf(cell)
            || measure.Take(run, cell) is not { Repeats: { Count: > 1 } all } estimate)
        {
            yield break;
        }

        foreach (RoundFigure one in estimate.ByRound.Where(f => f.Figure > 0))
        {
            MeasuredRepeat repeat = cell.Repeats.First(r => r.Row.Repeat == one.Round);
            if (DateTime.TryParse(repeat.Row.StartedUtc, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out DateTime started))
            {
                yield return new Repeat(
                    cell, one.Round, started, measure.What, one.Figure / all.Median, estimate.Quantity.Text(one.Figure), repeat.CpuSpeed?.Own,
                    repeat.Verdict.GradeFor(repeat.About));
            }
        }
    }

    private static Plot Figures(Repeat[] repeats, string[] kinds, bool hasCanary, ChartStyle style)
    {
        Plot plot = style.NewPanel("", hasCanary ? "" : "order of the repeats", "× the cell's median");
        Marks.Line(plot, 0, 1, repeats.Length + 1, 1, SeriesStyle.Faint, 1);
        for (int i = 0; i < repeats.Length; i++)
        {
            Repeat one = repeats[i];
            SeriesStyle look = Looks[Array.IndexOf(kinds, one.What) % Looks.Length];
            MarkText text = new(
                one.Cell.Label, $"{one.What}, repeat {one.Round}, number {i + 1}", $"{RankingWords.Ratio(one.OverMedian)} × the median: {one.Value}");
            Marks.Point(plot, i + 1, Math.Min(one.OverMedian, MostOverMedian), look, one.Grade, Marks.Size - 3, repeats.Length > MostNamed ? null : text);
        }

        Drift.Line.Add(plot, [.. Running(repeats)], Drift.Color, 2);
        (double low, double high) = AxisRange.Around([1, .. repeats.Select(r => Math.Min(r.OverMedian, MostOverMedian))]);
        return Ordered(plot, repeats.Length, low, high);
    }

    private static Plot Speeds(Repeat[] repeats, ChartStyle style)
    {
        Plot plot = style.NewPanel("", "order of the repeats", "CPU speed, % of the usual");
        for (int i = 0; i < repeats.Length; i++)
        {
            if (repeats[i].Speed is double speed)
            {
                Marks.Point(plot, i + 1, 100 * speed, Canary, Grade.Ok, Marks.Size - 4, repeats.Length > MostNamed ? null : new MarkText(
                    "CPU speed", $"{repeats[i].Cell.Label}, repeat {repeats[i].Round}", Words.Percent(speed)));
            }
        }

        (double low, double high) = AxisRange.Around(repeats.Select(r => r.Speed).OfType<double>().Select(s => 100 * s));
        return Ordered(plot, repeats.Length, low, high);
    }

    /// <summary>Both panels have their repeats above each other.</summary>
    private static Plot Ordered(Plot plot, int repeats, double low, double high)
    {
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TickDensity = 0.35, IntegerTicksOnly = true };
        plot.Axes.Left.MinimumSize = LabelsWidth;
        plot.Axes.SetLimits(0, repeats + 1, low, high);
        return plot;
    }

    private static IEnumerable<Coordinates> Running(Repeat[] repeats)
    {
        int width = Math.Min(Window, repeats.Length);
        for (int i = 0; i + width <= repeats.Length; i++)
        {
            double[] sorted = [.. repeats.Skip(i).Take(width).Select(r => r.OverMedian).Order()];
            yield return new Coordinates(i + 1 + ((width - 1) / 2.0), (sorted[(width - 1) / 2] + sorted[width / 2]) / 2);
        }
    }

    private sealed record Repeat(
        MeasuredCell Cell, int Round, DateTime Started, string What, double OverMedian, string Value, double? Speed, Grade Grade);
}
