using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Restart;

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

    /// <summary>Room that the number of a cut bar takes, as a share of the panel's width.</summary>
    private const double LabelShare = 0.05;

    private static readonly Color Served = Color.FromHex("#0072b2");
    private static readonly Color Failed = Color.FromHex("#d55e00");

    public string Name => "restart-timeline";

    public ChartDrawing Draw(RunAnalysis run, ChartStyle style)
    {
        View[] views =
        [
            .. RestartLabel.Order(run.Cells.Where(c => c.Is(Experiment.Restart)), c => c)
                .Select(c => (Cell: c, Row: run.Of(c, GapSummary.Of).Typical))
                .Where(p => p.Row?.StopMs is not null)
                .SelectMany(p => View.Of(p.Cell, p.Row!)),
        ];
        if (views.Length == 0)
        {
            return new ChartDrawing([], ["Restart timeline: no single restart was measured."]);
        }

        ILookup<(string, int), TimelineRow> timeline = run.Data.Timeline(views.Select(v => v.Row.CellId).ToHashSet());
        IReadOnlyList<View[]> pages = RestartLabel.Pages(views, PanelsOnASheet, v => v.Cell);
        return new ChartDrawing([.. pages.Select((page, i) => NewSheet(page, timeline, i, pages.Count, style))], []);
    }

    private static Sheet NewSheet(View[] page, ILookup<(string, int), TimelineRow> timeline, int index, int pages, ChartStyle style)
    {
        (IReadOnlyList<string> labels, string common) = RestartLabel.Short([.. page.Select(v => v.Cell)]);
        Panel[] panels = [.. page.Zip(labels, (view, label) => Panel.Of(view, label, timeline[(view.Row.CellId, view.Row.Repeat)]))];
        return new Sheet
        {
            FileStem = pages == 1 ? "restart-timeline" : $"restart-timeline-{index + 1}",
            Title = "Around a restart: connections served and failed" + (common.Length == 0 ? "" : $" ({common})"),
            Notes =
            [
                "One restart of each kind, the one with the median gap. Time counts from the stop; upwards what was answered in each "
                    + "millisecond, downwards what failed in it. An answer stands where it was "
                    + "complete: a connection that the successor's kernel took at once may be answered a good deal later, while the "
                    + "successor's code is still being compiled or a queue is served.",
                "Shaded: from the stop (or kill) until the old server is gone, and from there until the successor listens. A successor that "
                    + "listened before the stop has its start left of 0.",
                .. panels.Any(p => p.IsClipped) ? ["A bar that would dwarf the others is cut off; the number at its end is how many it stands "
                    + "for (of bars close together, the highest one's)."] : (string[])[],
                .. page.Any(v => v.IsCut) ? [$"Cut off {Longest / 1000:0} s after the stop; a service that came back later has its return in "
                    + "a panel of its own."] : (string[])[],
            ],
            Cells = [.. page.Select(v => v.Cell).Distinct()],
            Draw = () => [.. panels.Select(p => Draw(p, style))],
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

    private static Plot Draw(Panel panel, ChartStyle style)
    {
        View view = panel.View;
        Plot plot = style.NewPanel(panel.Label, "ms from the stop", "per ms");
        double limit = panel.Limit;
        Phases.Shade(plot, view, limit);
        foreach (TimelineRow point in panel.Points)
        {
            // As wide as the interval, and no thinner than can be seen.
            float width = (float)Math.Max(PanelPixels * point.IntervalMs / (view.ToMs - view.FromMs), 1);
            Bar(plot, At(point, view.Row), point.Requests / point.IntervalMs, limit, width, Served);
            Bar(plot, At(point, view.Row), -point.Errors / point.IntervalMs, limit, width, Failed);
        }

        NumberCutBars(plot, panel);
        Marks.Line(plot, view.FromMs, 0, view.ToMs, 0, SeriesStyle.Ink, 1);
        plot.Axes.SetLimits(view.FromMs, view.ToMs, -limit, limit);
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
    private static void Bar(Plot plot, double x, double height, double limit, float width, Color color)
    {
        if (height != 0)
        {
            var bar = plot.Add.Line(x, 0, x, Math.Clamp(height, -limit, limit));
            bar.LineColor = color;
            bar.LineWidth = width;
        }
    }

    /// <summary>How many a bar stands for that is cut off; of neighbours whose numbers would lie on each other, the highest.</summary>
    private static void NumberCutBars(Plot plot, Panel panel)
    {
        double apart = LabelShare * (panel.View.ToMs - panel.View.FromMs);
        List<(double X, int Side)> placed = [];
        foreach ((double x, double height) in panel.Points
            .SelectMany(p => new[] { (X: At(p, panel.View.Row), Height: p.Requests / p.IntervalMs),
                (X: At(p, panel.View.Row), Height: -p.Errors / p.IntervalMs) })
            .Where(b => Math.Abs(b.Height) > panel.Limit).OrderByDescending(b => Math.Abs(b.Height)))
        {
            int side = Math.Sign(height);
            if (placed.TrueForAll(p => p.Side != side || Math.Abs(p.X - x) > apart))
            {
                placed.Add((x, side));
                var text = plot.Add.Text(Math.Abs(height).ToString("0", CultureInfo.InvariantCulture), x, 0.97 * side * panel.Limit);
                text.LabelFontColor = SeriesStyle.Ink;
                text.LabelFontSize = 11;
                text.LabelAlignment = side > 0 ? Alignment.UpperLeft : Alignment.LowerLeft;
                text.OffsetX = 3;
            }
        }
    }

    /// <summary>What a panel shows of a restart.</summary>
    /// <param name="Cell">Of the restart.</param>
    /// <param name="Row">The restart.</param>
    /// <param name="FromMs">From the stop.</param>
    /// <param name="ToMs">From the stop.</param>
    /// <param name="What">Said behind the label; empty for the usual view, from the stop to the return.</param>
    private sealed record View(MeasuredCell Cell, RestartRow Row, double FromMs, double ToMs, string What)
    {
        /// <summary>The restart goes on beyond what is shown.</summary>
        public bool IsCut { get; init; }

        public static IEnumerable<View> Of(MeasuredCell cell, RestartRow row)
        {
            double over = new[] { row.FirstSuccessMs ?? (row.LastSuccessMs + row.GapMs), row.FirstResponseMs, row.ProcessGoneMs, 0 }.Max() ?? 0;
            double end = Math.Min(Longest, After + over);
            bool returnsLater = row.FirstSuccessMs > Longest;
            yield return new View(cell, row, -Before, end, returnsLater ? "the stop" : "") { IsCut = After + over > Longest };
            if (returnsLater)
            {
                yield return new View(cell, row, row.FirstSuccessMs!.Value - (Longest / 4),
                    Math.Max(row.FirstSuccessMs.Value, row.FirstResponseMs ?? 0) + After, "the return");
            }
        }
    }

    /// <summary>A view with its data.</summary>
    private sealed record Panel(View View, string Label, IReadOnlyList<TimelineRow> Points, double Limit, bool IsClipped)
    {
        /// <summary>Of the heights, the share that decides the scale; a bar so many times higher is cut off.</summary>
        private const double Usual = 0.95;
        private const double Dwarfing = 8;

        public static Panel Of(View view, string label, IEnumerable<TimelineRow> timeline)
        {
            TimelineRow[] points = [.. timeline.Where(p => At(p, view.Row) >= view.FromMs && At(p, view.Row) <= view.ToMs)];
            double[] heights = [.. points.SelectMany(p => new[] { p.Requests / p.IntervalMs, p.Errors / p.IntervalMs }).Where(h => h > 0).Order()];
            double most = heights.Length == 0 ? 1 : heights[^1];
            double usual = heights.Length == 0 ? 1 : heights[(int)(Usual * (heights.Length - 1))];
            bool isClipped = most > Dwarfing * usual;
            return new Panel(
                view,
                label + (view.What.Length == 0 ? "" : $": {view.What}"),
                points,
                isClipped ? Dwarfing / 2 * usual : 1.15 * Math.Max(most, 1),
                isClipped);
        }
    }

    /// <summary>What the two servers were doing.</summary>
    private static class Phases
    {
        public static Color Stopping { get; } = Color.FromHex("#f0d9a8");

        public static Color Starting { get; } = Color.FromHex("#d5e8f3");

        public static void Shade(Plot plot, View view, double limit)
        {
            RestartRow row = view.Row;
            double stopped = row.ProcessGoneMs ?? row.ListenerClosedMs ?? 0;
            Band(plot, 0, stopped, Stopping, limit);
            if (row.ListeningMs is double listening)
            {
                Band(plot, Math.Min(row.ProcessStartedMs ?? row.ListenerClosedMs ?? 0, listening), listening, Starting, limit);
                Marks.Line(plot, listening, -limit, listening, limit, SeriesStyle.Ink, 2);
            }
            else
            {
                Band(plot, stopped, view.ToMs, Starting, limit);
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
