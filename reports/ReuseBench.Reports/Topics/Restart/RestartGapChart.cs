using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Restart;

/// <summary>
/// For how long connections were lost around a restart: a mark for each restart, a bar for the median of its row, a line for its spread.
/// </summary>
public sealed class RestartGapChart : IChart
{
    private const int RowsOnASheet = 16;
    private const double Jitter = 0.3;

    public string Name => "restart-gap";

    public ChartDrawing Draw(RunAnalysis run, ChartStyle style)
    {
        GapSummary[] all = [.. RestartLabel.Order(run.Cells.Where(c => c.Is(Experiment.Restart)).Select(c => run.Of(c, GapSummary.Of)), g => g.Cell)];
        GapSummary[] shown = [.. all.Where(g => g.Valid.Count + g.Invalid.Count > 0)];
        string[] leftOut = [.. all.Except(shown).Select(g => $"Restart gap, {g.Label}: {g.Text.TrimStart('–', ' ')}.")];
        if (shown.Length == 0)
        {
            return new ChartDrawing([], leftOut.Length > 0 ? leftOut : ["Restart gap: no restart cell was measured."]);
        }

        IReadOnlyList<GapSummary[]> pages = RestartLabel.Pages(shown, RowsOnASheet, g => g.Cell);
        return new ChartDrawing([.. pages.Select((page, i) => NewSheet(page, i, pages.Count, style))], leftOut);
    }

    private static Sheet NewSheet(GapSummary[] rows, int index, int pages, ChartStyle style)
    {
        (IReadOnlyList<string> labels, string common) = RestartLabel.Short([.. rows.Select(r => r.Cell)]);
        return new Sheet
        {
            FileStem = pages == 1 ? "restart-gap" : $"restart-gap-{index + 1}",
            Title = "Restart gap: for how long connections were lost" + (common.Length == 0 ? "" : $" ({common})"),
            Notes =
            [
                "Each mark is one restart, at the most that its gap can have been; the thin line at its left reaches to the least. The upright bar "
                    + "is the median of the row, where it has several restarts and its median is a number. The thick line reaches over the 95 % "
                    + "interval of the median from six restarts on, below that from the least to the most (min–max). A triangle pointing right is "
                    + "a wait that was given up: the real gap is longer (\"at least\"), and so may be the end of a line that reaches to one.",
                "A connection that waits in a queue until the successor takes it is not lost; how long nobody had an answer is in the table "
                    + "(longest silence).",
                .. Uncertainty(rows),
                .. BelowResolution(rows),
                .. RestrictionWords.Say(rows.Select(r => r.Restrictions)),
            ],
            Cells = [.. rows.Select(r => r.Cell)],
            Draw = () => [Draw(rows, labels, style)],
            Legend = [.. Legend(rows)],
            Columns = 1,
            PanelHeight = Math.Max(260, 110 + (46 * rows.Length)),
        };
    }

    private static IEnumerable<string> Uncertainty(GapSummary[] rows)
    {
        double[] uncertainties = [.. rows.SelectMany(r => r.Valid).Select(g => g.HighMs - g.LowMs).OfType<double>()];
        if (uncertainties.Length > 0 && uncertainties.Max() > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Each gap is known to within {uncertainties.Max():0.###} ms or better.");
        }
    }

    private static IEnumerable<string> BelowResolution(GapSummary[] rows)
    {
        double[] resolutions = [.. rows.SelectMany(Drawn).Where(g => g.IsBelowResolution).Select(g => g.DrawnMs)];
        if (resolutions.Length > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"A triangle pointing left is a gap below the resolution of its restart (here up to {resolutions.Max():0.###} ms), where it is "
                    + $"drawn: that it was shorter is all that is known, and that it may have been none.");
        }
    }

    private static IEnumerable<Gap> Drawn(GapSummary row) => row.Valid.Concat(row.Invalid);

    private static IEnumerable<LegendItem> Legend(GapSummary[] rows)
    {
        foreach (LegendItem entry in RestartLook.Entries(rows.Select(r => r.Cell)))
        {
            yield return entry;
        }

        yield return Marks.Entry("median", SeriesStyle.Ink, MarkerShape.VerticalBar);
        if (rows.Any(r => r.Restrictions.Count > 0 && r.Valid.Any(g => !IsBound(g))))
        {
            yield return Marks.LimitedEntry;
        }

        if (rows.SelectMany(Drawn).Any(g => g.IsBelowResolution))
        {
            yield return Marks.Entry("shorter than this (not seen)", SeriesStyle.Ink, MarkerShape.TriangleWithLineRight);
        }

        if (rows.SelectMany(Drawn).Any(g => g.IsAtLeast))
        {
            yield return Marks.Entry("at least (given up)", SeriesStyle.Ink, MarkerShape.TriangleWithLineLeft);
        }

        if (rows.Any(r => r.Invalid.Count > 0))
        {
            yield return Marks.InvalidEntry;
        }
    }

    private static Plot Draw(GapSummary[] rows, IReadOnlyList<string> labels, ChartStyle style)
    {
        double[] values = [.. rows.SelectMany(Drawn).Select(g => g.DrawnMs)];
        double highest = values.Max();
        double smallest = values.Where(v => v > 0).DefaultIfEmpty(1).Min();

        // A gap of 0 whose resolution is not known has no place on a log axis; it is drawn on its left edge.
        double lowest = smallest / 2;
        double X(double ms) => Math.Log10(Math.Max(ms, lowest));

        Plot plot = style.NewPanel("", "gap, ms (log scale)", "");
        for (int i = 0; i < rows.Length; i++)
        {
            DrawRow(plot, rows[i], rows.Length - 1 - i, X);
        }

        plot.Axes.Left.TickGenerator = Ticks.Categories([.. labels.Reverse()]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Bottom.TickGenerator = Ticks.Log(lowest, Math.Max(highest, smallest), v => v.ToString("0.####", CultureInfo.InvariantCulture));
        plot.Axes.SetLimits(X(lowest) - 0.05, X(highest) + (0.05 * Math.Log10(2 * Math.Max(highest, smallest) / smallest))
            + 0.02, -0.6, rows.Length - 0.4);
        return plot;
    }

    private static void DrawRow(Plot plot, GapSummary row, double y, Func<double, double> x)
    {
        SeriesStyle look = RestartLook.Of(row.Cell);
        Grade grade = row.Restrictions.Count > 0 ? Grade.Limited : Grade.Ok;
        int drawn = row.Valid.Count + row.Invalid.Count;
        if (row.Spread is { } spread)
        {
            // What may be none has no place on this axis: its triangles say so.
            double from = spread.LowMs > 0 ? spread.LowMs : row.Valid.Min(g => g.DrawnMs);
            Marks.Line(plot, x(from), y, x(spread.HighMs), y, look.Color, 2);
        }

        // A median that is only a bound is no place to put a bar; its triangles say so.
        if (row.Valid.Count > 1 && row.Median is { IsAtLeast: false, IsBelowResolution: false } median)
        {
            Marks.Line(plot, x(median.DrawnMs), y - 0.4, x(median.DrawnMs), y + 0.4, SeriesStyle.Ink, 3);
        }

        for (int i = 0; i < row.Valid.Count; i++)
        {
            Gap gap = row.Valid[i];
            if (!IsBound(gap))
            {
                Marks.Line(plot, x(gap.LowMs), y + Offset(i, drawn), x(gap.DrawnMs), y + Offset(i, drawn), look.Color, 1);
            }

            DrawGap(plot, gap, x, y + Offset(i, drawn), look, grade);
        }

        for (int i = 0; i < row.Invalid.Count; i++)
        {
            Marks.InvalidPoint(plot, x(row.Invalid[i].DrawnMs), y + Offset(i + row.Valid.Count, drawn), look);
        }
    }

    private static void DrawGap(Plot plot, Gap gap, Func<double, double> x, double y, SeriesStyle look, Grade grade)
    {
        if (IsBound(gap))
        {
            DrawBound(plot, x(gap.DrawnMs), y, look, gap.IsAtLeast ? MarkerShape.TriangleWithLineLeft : MarkerShape.TriangleWithLineRight);
        }
        else
        {
            Marks.Point(plot, x(gap.DrawnMs), y, look, grade, Marks.Size - 2);
        }
    }

    private static bool IsBound(Gap gap) => gap.IsAtLeast || gap.IsBelowResolution;

    private static void DrawBound(Plot plot, double x, double y, SeriesStyle look, MarkerShape shape)
    {
        var marker = plot.Add.Marker(x, y, shape, Marks.Size + 2, look.Color);
        marker.MarkerStyle.LineColor = look.Color;
        marker.MarkerStyle.LineWidth = 2;
        marker.MarkerStyle.OutlineColor = look.Color;
    }

    /// <summary>Keeps equal values apart, evenly about the row's line.</summary>
    private static double Offset(int index, int count) => Jitter * ((2 * ((index + 0.5) / count)) - 1);
}

/// <summary>How restarts are drawn: by the way they were stopped, since what they are named for stands beside each row.</summary>
internal static class RestartLook
{
    private static readonly SeriesStyle Stopped = new(Color.FromHex("#0072b2"), MarkerShape.FilledCircle, MarkerShape.OpenCircle, Dashes.Solid);
    private static readonly SeriesStyle Killed = new(Color.FromHex("#d55e00"), MarkerShape.FilledDiamond, MarkerShape.OpenDiamond, Dashes.Solid);

    public static SeriesStyle Of(MeasuredCell cell) => IsKill(cell) ? Killed : Stopped;

    /// <summary>An entry for each kind that is among the cells.</summary>
    public static IEnumerable<LegendItem> Entries(IEnumerable<MeasuredCell> cells) => cells.Select(IsKill).Distinct().Order()
        .Select(isKill => isKill ? Entry("one restart, SIGKILL", Killed) : Entry("one restart, graceful stop", Stopped));

    private static LegendItem Entry(string text, SeriesStyle look) => Marks.Entry(text, look.Color, look.Filled);

    private static bool IsKill(MeasuredCell cell) => cell.Cell.Restart is { Stop: StopSignal.Kill };
}
