using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Restart;

/// <summary>Connections that failed in each restart: a dot for each, a bar for the median, a line for the spread.</summary>
public sealed class RestartFailuresChart : IChart
{
    private const int RowsOnASheet = 16;
    private const double NoneAt = -0.5;

    public string Name => "restart-failures";

    public ChartDrawing Draw(RunAnalysis run, ChartStyle style)
    {
        Row[] rows = [.. RestartLabel.Order(run.Cells.Where(c => c.Is(Experiment.Restart)).Select(c => Row.Of(run.Of(c, GapSummary.Of)))
            .Where(r => r.Failures.Length > 0), r => r.Cell)];
        if (rows.Length == 0)
        {
            return new ChartDrawing([], ["Failed connections per restart: no restart counted them."]);
        }

        IReadOnlyList<Row[]> pages = RestartLabel.Pages(rows, RowsOnASheet, r => r.Cell);
        return new ChartDrawing([.. pages.Select((page, i) => NewSheet(page, i, pages.Count, style))], []);
    }

    private static Sheet NewSheet(Row[] rows, int index, int pages, ChartStyle style)
    {
        (IReadOnlyList<string> labels, string common) = RestartLabel.Short([.. rows.Select(r => r.Cell)]);
        return new Sheet
        {
            FileStem = pages == 1 ? "restart-failures" : $"restart-failures-{index + 1}",
            Title = Title(rows) + (common.Length == 0 ? "" : $" ({common})"),
            AltText = $"{Title(rows)}. Failed connections, a row for each restart method{(common.Length == 0 ? "" : $"; {common}")}.",
            Notes =
            [
                "Each mark is one restart; the upright bar is the median of the row, the line reaches over its 95 % interval from six "
                    + "restarts on, below that from the least to the most (min–max). "
                    + "Refused, reset and timed out, requests in flight included; on the left edge: none. How many that is depends on the "
                    + "rate of the probes and, where nobody listens, on how long a process takes to start.",
                .. rows.Any(r => r.IsGivenUp) ? ["A restart that was ended by the restart timeout (\"≥\" behind the name) might have failed more "
                    + "connections: its counts are lower bounds."] : (string[])[],
            ],
            Cells = [.. rows.Select(r => r.Cell)],
            Draw = () => [Draw(rows, labels, style)],
            Legend =
            [
                .. RestartLook.Entries(rows.Select(r => r.Cell)),
                .. rows.Any(r => r.HasMedian) ? [Marks.Entry("median", SeriesStyle.Ink, MarkerShape.VerticalBar)] : Array.Empty<LegendItem>(),
            ],
            Columns = 1,
            PanelHeight = 96 + (32 * rows.Length),
        };
    }

    /// <summary>The row with the highest median, and that it is the highest only where no other row has as high a one or may have.</summary>
    private static string Title(Row[] rows)
    {
        if (rows.All(r => r.Failures[^1] == 0))
        {
            return "No connection failed in a restart";
        }

        Row most = rows.MaxBy(r => r.Sample.Median)!;
        if (most.Sample.Median == 0 || RestartLabel.IsLoop(most.Cell))
        {
            return "Connections that failed in a restart";
        }

        string count = most.Sample.Median.ToString("0.#", CultureInfo.InvariantCulture);
        bool isHighest = rows.Length > 1 && rows.All(r => !r.IsGivenUp && (r == most || r.Sample.Median < most.Sample.Median));
        return $"Restart by {RestartLabel.MethodName(most.Cell)}: {(most.IsGivenUp ? "≥ " : "")}{count} connection{(count == "1" ? "" : "s")} failed"
            + $"{(most.HasMedian ? " (median)" : "")}{(isHighest ? ", the highest median of these rows" : "")}";
    }

    private static Plot Draw(Row[] rows, IReadOnlyList<string> labels, ChartStyle style)
    {
        Plot plot = style.NewPanel("", "failed connections (log scale; none at the left edge)", "");
        for (int i = 0; i < rows.Length; i++)
        {
            Draw(plot, rows[i], rows.Length - 1 - i);
        }

        double highest = Math.Max(10, rows.Max(r => r.Failures[^1]));
        ScottPlot.TickGenerators.NumericManual ticks = Ticks.Log(1, highest, v => v.ToString("0", CultureInfo.InvariantCulture));
        ticks.AddMajor(NoneAt, "0");
        plot.Axes.Bottom.TickGenerator = ticks;
        plot.Axes.Left.TickGenerator = Ticks.Categories([.. rows.Zip(labels, (row, label) => label + (row.IsGivenUp ? " ≥" : "")).Reverse()]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.SetLimits(NoneAt - 0.15, Math.Log10(highest) + 0.1, -0.6, rows.Length - 0.4);
        return plot;
    }

    private static void Draw(Plot plot, Row row, double y)
    {
        SeriesStyle look = RestartLook.Of(row.Cell);
        if (Spread.Of(row.Sample) is { } spread)
        {
            var range = plot.Add.Line(X(spread.Low), y, X(spread.High), y);
            range.LineColor = look.Color;
            range.LineWidth = 2;
        }

        if (row.HasMedian)
        {
            Marks.Line(plot, X(row.Sample.Median), y - 0.35, X(row.Sample.Median), y + 0.35, SeriesStyle.Ink, 3);
        }

        foreach (long failures in row.Failures)
        {
            Marks.Point(plot, X(failures), y, look, Grade.Ok, Marks.Size - 2,
                new MarkText(RestartLabel.Of(row.Cell), "one restart", $"{failures} failed{(row.IsGivenUp ? " or more" : "")}"));
        }
    }

    private static double X(double failures) => failures < 1 ? NoneAt : Math.Log10(failures);

    private sealed record Row(MeasuredCell Cell, long[] Failures, bool IsGivenUp)
    {
        public bool HasMedian => Failures.Length > 1;

        public Sample Sample => Sample.Of(Failures.Select(f => (double)f))!;

        public static Row Of(GapSummary gaps)
        {
            return new(gaps.Cell, [.. gaps.Rows.Select(r => RestartLoss.Of([r])?.Lost).OfType<long>().Order()], gaps.Valid.Any(g => g.IsAtLeast));
        }
    }
}
