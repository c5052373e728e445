using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Wording;
using ScottPlot;

namespace ReuseBench.Reports.Comparison;

/// <summary>A figure by worker count, as <c>tune</c> found it.</summary>
/// <param name="Title">The answer in one line.</param>
/// <param name="Figure">What the axis says, with its unit.</param>
/// <param name="Points">Ascending, at least one.</param>
/// <param name="Within">The ends of what counts as good as the best, in the unit of the figure.</param>
public sealed record WorkerCurve(string Title, string Figure, IReadOnlyList<WorkerCurvePoint> Points, (double Low, double High) Within);

/// <param name="Workers">The count.</param>
/// <param name="Value">Median of its figure.</param>
/// <param name="Low">Lower end of its interval; null where it was screened alone.</param>
/// <param name="High">Upper end; likewise.</param>
/// <param name="IsAnswer">Whether it is the one to take.</param>
public sealed record WorkerCurvePoint(int Workers, double Value, double? Low, double? High, bool IsAnswer);

/// <summary>Draws a <see cref="WorkerCurve"/>: what was confirmed with its interval, what was only screened as an open mark.</summary>
public static class WorkerCurveChart
{
    private static readonly Color Band = Color.FromHex("#e4e4e4");
    private static readonly Color Answer = SeriesStyle.Blue;

    /// <param name="curve">What to draw.</param>
    /// <param name="run">That it is made of; names the host under the picture.</param>
    /// <param name="path">A picture, .png or .svg; replaced.</param>
    /// <param name="fonts">Where its font comes from.</param>
    /// <returns>False where the host has no font.</returns>
    public static bool Draw(WorkerCurve curve, RunData run, string path, IFontFinder fonts)
    {
        if (fonts.FindSansSerif() is not string font)
        {
            return false;
        }

        ChartStyle style = new(font, new Provenance(run));
        Sheet sheet = new()
        {
            FileStem = "tune",
            Title = curve.Title,
            Notes = [],
            Cells = run.Cells,
            Draw = () => [Panel(curve, style)],
            Legend =
            [
                .. curve.Points.Select(Look).Distinct().Select(look => Marks.Entry(look.Name, look.Color, look.Shape)),
                Marks.Entry("as good as the best", Band, MarkerShape.FilledSquare),
            ],
            Columns = 1,
        };
        SheetRenderer.Save(sheet, style, path);
        return true;
    }

    /// <summary>Counts stand by their logarithm: twice as many are as far away everywhere.</summary>
    private static Plot Panel(WorkerCurve curve, ChartStyle style)
    {
        Plot plot = style.NewPanel("", "workers", curve.Figure);
        double[] places = [.. curve.Points.Select(p => Math.Log2(p.Workers))];
        (double left, double right) = (places[0] - 0.5, places[^1] + 0.5);
        (double bottom, double top) = AxisRange.Fit(curve.Points.SelectMany(p => new[] { p.Value, p.Low ?? p.Value, p.High ?? p.Value }));
        var band = plot.Add.Rectangle(left, right, Math.Max(curve.Within.Low, bottom), Math.Min(curve.Within.High, top));
        band.FillColor = Band;
        band.LineWidth = 0;
        for (int i = 0; i < places.Length; i++)
        {
            WorkerCurvePoint point = curve.Points[i];
            if (i > 0)
            {
                Marks.Line(plot, places[i - 1], curve.Points[i - 1].Value, places[i], point.Value, SeriesStyle.Faint, 1);
            }

            if (point is { Low: double low, High: double high })
            {
                Marks.Line(plot, places[i], low, places[i], Math.Min(high, top), point.IsAnswer ? Answer : SeriesStyle.Ink, 2);
            }
        }

        for (int i = 0; i < places.Length; i++)
        {
            WorkerCurvePoint point = curve.Points[i];
            (string name, Color color, MarkerShape shape) = Look(point);
            Marks.Add(plot, places[i], point.Value, shape, point.IsAnswer ? Marks.Size + 2 : Marks.Size, color,
                new MarkText(name, Words.Count(point.Workers, "worker"), $"{Quantity.Ratio.Text(point.Value)} ({curve.Figure})"));
        }

        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            places, [.. curve.Points.Select(p => p.Workers.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        plot.Axes.SetLimits(left, right, bottom, top);
        return plot;
    }

    private static (string Name, Color Color, MarkerShape Shape) Look(WorkerCurvePoint point) => point.IsAnswer
        ? ("the answer", Answer, MarkerShape.FilledSquare)
        : point.Low is null ? ("screened only", SeriesStyle.Faint, MarkerShape.OpenCircle)
        : ("confirmed, 95 % interval", SeriesStyle.Ink, MarkerShape.FilledCircle);
}
