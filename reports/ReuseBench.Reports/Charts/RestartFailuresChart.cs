using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Tables;
using ScottPlot;

namespace ReuseBench.Reports.Charts;

/// <summary>Connections that failed in each restart: a dot for each, a bar for the median, a line from the least to the most.</summary>
public sealed class RestartFailuresChart : IChart
{
    private const int RowsOnASheet = 16;
    private const double NoneAt = -0.5;

    public string Topic => Topics.Restart;

    public ChartDrawing Draw(RunTables tables, ChartStyle style)
    {
        Row[] rows = [.. tables.Cells.Where(c => c.Is(Experiment.Restart)).Select(Row.Of).Where(r => r.Failures.Length > 0)];
        if (rows.Length == 0)
        {
            return new ChartDrawing([], ["Failed connections per restart: no restart counted them."]);
        }

        Row[][] pages = [.. rows.Chunk(RowsOnASheet)];
        return new ChartDrawing([.. pages.Select((page, i) => NewSheet(page, i, pages.Length, style))], []);
    }

    private static Sheet NewSheet(Row[] rows, int index, int pages, ChartStyle style) => new()
    {
        FileStem = pages == 1 ? "restart-failures" : $"restart-failures-{index + 1}",
        Title = "Connections that failed in a restart" + (pages == 1 ? "" : $" ({index + 1} of {pages})"),
        Notes =
        [
            "Each dot is one restart; the upright bar is the median of the row, the line reaches from the least to the most (min–max). Refused, reset and timed out, "
                + "requests in flight included; on the left edge: none. How many that is depends on the rate of the probes and, where nobody listens, on how long a process takes to start.",
        ],
        Cells = [.. rows.Select(r => r.Cell)],
        Panels = [Draw(rows, style)],
        Legend = [Marks.Entry("one restart", SeriesStyle.Of(rows[0].Cell.Series).Color, SeriesStyle.Of(rows[0].Cell.Series).Filled), Marks.Entry("median", SeriesStyle.Ink, MarkerShape.VerticalBar)],
        Columns = 1,
        PanelHeight = Math.Max(260, 110 + (46 * rows.Length)),
    };

    private static Plot Draw(Row[] rows, ChartStyle style)
    {
        Plot plot = style.NewPanel("", "failed connections (log scale; none at the left edge)", "");
        for (int i = 0; i < rows.Length; i++)
        {
            Draw(plot, rows[i], rows.Length - 1 - i);
        }

        double highest = Math.Max(10, rows.Max(r => r.Failures[^1]));
        ScottPlot.TickGenerators.NumericManual ticks = Axes.Log(1, highest, v => v.ToString("0", CultureInfo.InvariantCulture));
        ticks.AddMajor(NoneAt, "0");
        plot.Axes.Bottom.TickGenerator = ticks;
        plot.Axes.Left.TickGenerator = Axes.Categories([.. rows.Reverse().Select(r => GapSummary.LabelOf(r.Cell))]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.SetLimits(NoneAt - 0.15, Math.Log10(highest) + 0.15, -0.6, rows.Length - 0.4);
        return plot;
    }

    private static void Draw(Plot plot, Row row, double y)
    {
        SeriesStyle look = SeriesStyle.Of(row.Cell.Series);
        var range = plot.Add.Line(X(row.Failures[0]), y, X(row.Failures[^1]), y);
        range.LineColor = look.Color;
        range.LineWidth = 2;
        var median = plot.Add.Line(X(row.Median), y - 0.35, X(row.Median), y + 0.35);
        median.LineColor = SeriesStyle.Ink;
        median.LineWidth = 3;
        foreach (long failures in row.Failures)
        {
            Marks.Point(plot, X(failures), y, look, Grade.Ok, Marks.Size - 2);
        }
    }

    private static double X(double failures) => failures < 1 ? NoneAt : Math.Log10(failures);

    private sealed record Row(MeasuredCell Cell, long[] Failures)
    {
        public double Median => (Failures[(Failures.Length - 1) / 2] + Failures[Failures.Length / 2]) / 2.0;

        public static Row Of(MeasuredCell cell) => new(
            cell,
            [.. cell.Repeats.Where(r => r.IsBelieved(Figures.Gap)).SelectMany(r => r.Restarts).Select(RestartFailures.Of).OfType<long>().Order()]);
    }
}
