using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Tables;
using ScottPlot;

namespace ReuseBench.Reports.Charts;

/// <summary>Connections served and failed per millisecond around one restart of each way, with the phases of the restart shaded.</summary>
public sealed class RestartTimelineChart : IChart
{
    private const int PanelsOnASheet = 6;
    private const int PanelColumns = 2;

    /// <summary>About the width of a panel's data area.</summary>
    private const double PanelPixels = 520;

    /// <summary>Shown before the stop, and after service is back, in ms.</summary>
    private const double Before = 60;
    private const double After = 100;

    /// <summary>A wait that was given up, or one that fills a minute, is cut off here.</summary>
    private const double Longest = 2_000;

    private static readonly Color Served = Color.FromHex("#0072b2");
    private static readonly Color Failed = Color.FromHex("#d55e00");

    public string Topic => Topics.Restart;

    public ChartDrawing Draw(RunTables tables, ChartStyle style)
    {
        (MeasuredCell Cell, RestartRow Row)[] restarts =
        [
            .. tables.Cells.Where(c => c.Is(Experiment.Restart))
                .Select(c => (c, Row: Typical(c)))
                .Where(p => p.Row?.StopMs is not null)
                .Select(p => (p.c, p.Row!)),
        ];
        if (restarts.Length == 0)
        {
            return new ChartDrawing([], ["Restart timeline: no single restart was measured."]);
        }

        ILookup<(string, int), TimelineRow> timeline = tables.Table<TimelineRow>(RunFiles.Timeline).ToLookup(t => (t.CellId, t.Repeat));
        (MeasuredCell Cell, RestartRow Row)[][] pages = [.. restarts.Chunk(PanelsOnASheet)];
        return new ChartDrawing([.. pages.Select((page, i) => NewSheet(page, timeline, i, pages.Length, style))], []);
    }

    /// <summary>The believed restart whose gap is the median of its cell, or the one below it.</summary>
    private static RestartRow? Typical(MeasuredCell cell)
    {
        RestartRow[] rows =
        [
            .. cell.Repeats.Where(r => r.IsBelieved(Figures.Gap)).SelectMany(r => r.Restarts)
                .Where(r => r.GapMs is not null).OrderBy(r => r.GapMs),
        ];
        return rows.Length == 0 ? null : rows[(rows.Length - 1) / 2];
    }

    private static Sheet NewSheet(
        (MeasuredCell Cell, RestartRow Row)[] page, ILookup<(string, int), TimelineRow> timeline, int index, int pages, ChartStyle style)
    {
        string part = pages == 1 ? "" : $" ({index + 1} of {pages})";
        return new Sheet
        {
            FileStem = pages == 1 ? "restart-timeline" : $"restart-timeline-{index + 1}",
            Title = "Around a restart: connections served and failed" + part,
            Notes =
            [
                "One restart of each kind, the one with the median gap. Time counts from the stop; upwards what was answered in each interval, downwards what failed in it.",
                "Shaded: from the stop (or kill) until the old server is gone, and from there until the successor listens. A successor that listened before the stop has its start left of 0.",
            ],
            Cells = [.. page.Select(p => p.Cell)],
            Panels = [.. page.Select(p => Draw(p.Cell, p.Row, timeline[(p.Row.CellId, p.Row.Repeat)], style))],
            Legend =
            [
                Marks.Entry("served", Served, MarkerShape.FilledSquare),
                Marks.Entry("failed", Failed, MarkerShape.FilledSquare),
                Marks.Entry("old server stops", Phases.Stopping, MarkerShape.FilledSquare),
                Marks.Entry("successor starts", Phases.Starting, MarkerShape.FilledSquare),
                Marks.Entry("successor listens", SeriesStyle.Ink, MarkerShape.VerticalBar),
            ],
            Columns = Math.Min(PanelColumns, page.Length),
            PanelHeight = 300,
        };
    }

    private static Plot Draw(MeasuredCell cell, RestartRow row, IEnumerable<TimelineRow> points, ChartStyle style)
    {
        Plot plot = style.NewPanel(GapSummary.LabelOf(cell), "ms from the stop", "per interval");
        double end = Math.Min(Longest, After + new[] { row.FirstSuccessMs, row.FirstAnswerMs, row.ProcessGoneMs, 0 }.Max() ?? 0);
        TimelineRow[] shown = [.. points.Where(p => At(p, row) >= -Before && At(p, row) <= end)];
        double most = shown.Select(p => (double)Math.Max(p.Requests, p.Errors)).DefaultIfEmpty(1).Max();
        double limit = Math.Max(most, 1) * 1.15;
        Phases.Shade(plot, row, limit);
        foreach (TimelineRow point in shown)
        {
            // As wide as the interval, and no thinner than can be seen.
            float width = (float)Math.Max(PanelPixels * point.IntervalMs / (end + Before), 1);
            Bar(plot, At(point, row), point.Requests, width, Served);
            Bar(plot, At(point, row), -point.Errors, width, Failed);
        }

        Line(plot, -Before, 0, end, 0, 1);
        plot.Axes.SetLimits(-Before, end, -limit, limit);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TickDensity = 0.4 };
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            TickDensity = 0.4,
            LabelFormatter = v => Math.Abs(v).ToString("0.#", CultureInfo.InvariantCulture),
        };
        return plot;
    }

    private static double At(TimelineRow point, RestartRow row) => point.IntervalStartMs + (point.IntervalMs / 2) - row.StopMs!.Value;

    /// <summary>A thick line: a rectangle has an outline with a pattern, which an SVG canvas cannot draw.</summary>
    private static void Bar(Plot plot, double x, double height, float width, Color color)
    {
        if (height != 0)
        {
            var bar = plot.Add.Line(x, 0, x, height);
            bar.LineColor = color;
            bar.LineWidth = width;
        }
    }

    private static void Line(Plot plot, double fromX, double fromY, double toX, double toY, float width)
    {
        var line = plot.Add.Line(fromX, fromY, toX, toY);
        line.LineColor = SeriesStyle.Ink;
        line.LineWidth = width;
    }

    /// <summary>What the two servers were doing.</summary>
    private static class Phases
    {
        public static Color Stopping { get; } = Color.FromHex("#f0d9a8");

        public static Color Starting { get; } = Color.FromHex("#d5e8f3");

        public static void Shade(Plot plot, RestartRow row, double limit)
        {
            double stopped = row.ProcessGoneMs ?? row.ListenerClosedMs ?? 0;
            Band(plot, 0, stopped, Stopping, limit);
            if (row.ListeningMs is double listening)
            {
                Band(plot, Math.Min(row.ProcessStartedMs ?? row.ListenerClosedMs ?? 0, listening), Math.Min(listening, double.MaxValue), Starting, limit);
                Line(plot, listening, -limit, listening, limit, 2);
            }
            else
            {
                Band(plot, stopped, Longest, Starting, limit);
            }
        }

        private static void Band(Plot plot, double from, double to, Color color, double limit)
        {
            if (to > from)
            {
                var band = plot.Add.Rectangle(from, to, -limit, limit);
                band.FillColor = color;
                band.LineWidth = 0;
            }
        }
    }
}
