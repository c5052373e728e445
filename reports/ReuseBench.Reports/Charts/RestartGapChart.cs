using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Tables;
using ScottPlot;

namespace ReuseBench.Reports.Charts;

/// <summary>For how long nobody was served around a restart: a dot for each restart, a bar for the median of its row.</summary>
public sealed class RestartGapChart : IChart
{
    private const int RowsOnASheet = 16;
    private const double Wide = 20;
    private const double Jitter = 0.3;

    public string Topic => Topics.Restart;

    public ChartDrawing Draw(RunTables tables, ChartStyle style)
    {
        GapSummary[] all = [.. tables.Cells.Where(c => c.Is(Experiment.Restart)).Select(GapSummary.Of)];
        GapSummary[] shown = [.. all.Where(g => g.Believed.Count + g.Invalid.Count > 0)];
        string[] leftOut = [.. all.Except(shown).Select(g => $"Restart gap, {g.Label}: {g.Text.TrimStart('–', ' ')}.")];
        if (shown.Length == 0)
        {
            return new ChartDrawing([], leftOut.Length > 0 ? leftOut : ["Restart gap: no restart cell was measured."]);
        }

        GapSummary[][] pages = [.. shown.Chunk(RowsOnASheet)];
        return new ChartDrawing([.. pages.Select((page, i) => NewSheet(page, i, pages.Length, style))], leftOut);
    }

    private static Sheet NewSheet(GapSummary[] rows, int index, int pages, ChartStyle style)
    {
        string part = pages == 1 ? "" : $" ({index + 1} of {pages})";
        return new Sheet
        {
            FileStem = pages == 1 ? "restart-gap" : $"restart-gap-{index + 1}",
            Title = "Restart gap: how long nobody was served" + part,
            Notes =
            [
                "Each dot is one restart; the upright bar is the median of the row, where it has several restarts and none below the middle was given up. "
                    + "A triangle pointing right is a wait that was given up: the real gap is longer (\"at least\").",
                .. Uncertainty(rows),
                .. BelowResolution(rows),
                .. RestrictionWords.Say(rows.Select(r => r.Restrictions)),
            ],
            Cells = [.. rows.Select(r => r.Cell)],
            Panels = [Draw(rows, style)],
            Legend = [.. Legend(rows)],
            Columns = 1,
            PanelHeight = Math.Max(260, 110 + (46 * rows.Length)),
        };
    }

    private static IEnumerable<string> Uncertainty(GapSummary[] rows)
    {
        double[] uncertainties = [.. rows.SelectMany(r => r.Believed).Select(g => g.UncertaintyMs).OfType<double>()];
        if (uncertainties.Length > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Each gap is known to within {uncertainties.Max():0.###} ms or better.");
        }
    }

    private static IEnumerable<string> BelowResolution(GapSummary[] rows)
    {
        double[] resolutions = [.. rows.SelectMany(Drawn).Where(g => g.IsBelowResolution).Select(g => g.UncertaintyMs!.Value)];
        if (resolutions.Length > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"A gap below the resolution (gap_uncertainty_ms, here up to {resolutions.Max():0.###} ms) is drawn at half of it: that it was shorter is all that is known.");
        }
    }

    private static IEnumerable<Gap> Drawn(GapSummary row) => row.Believed.Concat(row.Invalid);

    private static IEnumerable<LegendItem> Legend(GapSummary[] rows)
    {
        foreach (Series series in rows.Select(r => r.Cell.Series).Distinct().Order())
        {
            SeriesStyle look = SeriesStyle.Of(series);
            bool limited = rows.Where(r => r.Cell.Series == series).All(r => r.Restrictions.Count > 0);
            yield return Marks.Entry(series.Label + (limited ? " (open: limited)" : ""), look.Color, limited ? look.Open : look.Filled);
        }

        yield return Marks.Entry("median", SeriesStyle.Ink, MarkerShape.VerticalBar);
        if (rows.Any(r => r.Believed.Any(g => g.IsAtLeast)))
        {
            yield return Marks.Entry("at least (given up)", SeriesStyle.Ink, MarkerShape.TriangleWithLineLeft);
        }

        if (rows.Any(r => r.Invalid.Count > 0))
        {
            yield return Marks.InvalidEntry;
        }
    }

    private static Plot Draw(GapSummary[] rows, ChartStyle style)
    {
        double[] values = [.. rows.SelectMany(Drawn).Select(g => g.DrawnMs)];
        double highest = values.Max();
        double smallest = values.Where(v => v > 0).DefaultIfEmpty(1).Min();

        // A gap of 0 whose resolution is not known has no place on a log axis; it is drawn on its left edge only where the others ask for one.
        bool log = highest / smallest > Wide;
        Func<double, double> x = log ? v => Math.Log10(Math.Max(v, smallest / 2)) : v => v;

        Plot plot = style.NewPanel("", log ? "gap, ms (log scale)" : "gap, ms", "");
        for (int i = 0; i < rows.Length; i++)
        {
            DrawRow(plot, rows[i], rows.Length - 1 - i, x);
        }

        plot.Axes.Left.TickGenerator = Axes.Categories([.. rows.Reverse().Select(r => r.Label)]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        if (log)
        {
            plot.Axes.Bottom.TickGenerator = Axes.Log(smallest / 2, highest, v => v.ToString("0.####", CultureInfo.InvariantCulture));
            plot.Axes.SetLimits(Math.Log10(smallest / 2) - 0.05, Math.Log10(highest) + (0.05 * Math.Log10(2 * highest / smallest)), -0.6, rows.Length - 0.4);
        }
        else
        {
            plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TickDensity = 0.4 };
            plot.Axes.SetLimits(0, highest > 0 ? highest * 1.08 : 1, -0.6, rows.Length - 0.4);
        }

        return plot;
    }

    private static void DrawRow(Plot plot, GapSummary row, double y, Func<double, double> x)
    {
        SeriesStyle look = SeriesStyle.Of(row.Cell.Series);
        Grade grade = row.Restrictions.Count > 0 ? Grade.Limited : Grade.Ok;
        // A median that is only a lower bound is no place to put a bar; its triangle says "at least".
        if (row.Believed.Count > 1 && row.Median is { IsAtLeast: false } median)
        {
            var bar = plot.Add.Line(x(median.DrawnMs), y - 0.4, x(median.DrawnMs), y + 0.4);
            bar.LineColor = SeriesStyle.Ink;
            bar.LineWidth = 3;
        }

        for (int i = 0; i < row.Believed.Count; i++)
        {
            Gap gap = row.Believed[i];
            double at = y + Offset(i);
            if (gap.IsAtLeast)
            {
                DrawAtLeast(plot, x(gap.DrawnMs), at, look);
            }
            else
            {
                Marks.Point(plot, x(gap.DrawnMs), at, look, grade, Marks.Size - 2);
            }
        }

        for (int i = 0; i < row.Invalid.Count; i++)
        {
            Marks.InvalidPoint(plot, x(row.Invalid[i].DrawnMs), y + Offset(i + row.Believed.Count), look);
        }
    }

    private static void DrawAtLeast(Plot plot, double x, double y, SeriesStyle look)
    {
        var marker = plot.Add.Marker(x, y, MarkerShape.TriangleWithLineLeft, Marks.Size + 2, look.Color);
        marker.MarkerStyle.LineColor = look.Color;
        marker.MarkerStyle.LineWidth = 2;
        marker.MarkerStyle.OutlineColor = look.Color;
    }

    /// <summary>Keeps equal values apart, the same way in each drawing: the golden ratio fills the strip evenly.</summary>
    private static double Offset(int index) => Jitter * ((2 * ((index * 0.6180339887498949) % 1)) - 1);
}
