using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Wording;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Restart;

/// <summary>Connections served and failed per millisecond around one restart of each way, with the phases of the restart shaded.</summary>
public sealed class RestartTimelineChart : IChart
{
    private const string Subject = "Around a restart: connections served and failed";
    private const int PanelColumns = 2;

    /// <summary>About the width of a panel's data area.</summary>
    private const double PanelPixels = 520;

    /// <summary>Shown before the stop, and after service is back, in ms.</summary>
    private const double Before = 60;
    private const double After = 100;
    private const double Earliest = 300;

    /// <summary>A wait that was given up, or one that fills a minute, is cut off here.</summary>
    private const double Longest = 2_000;

    /// <summary>Room that the number of a cut bar takes, as a share of the panel's width.</summary>
    private const double LabelShare = 0.05;

    private static readonly Color Served = SeriesStyle.Blue;
    private static readonly Color Failed = SeriesStyle.Vermillion;

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
        IReadOnlyList<View[]> pages = RestartLabel.Pages(views, Panels.AlikeOnASheet, v => v.Cell);
        return new ChartDrawing([.. pages.Select((page, i) => NewSheet(page, timeline, i, pages.Count, style))], []);
    }

    private static Sheet NewSheet(View[] page, ILookup<(string, int), TimelineRow> timeline, int index, int pages, ChartStyle style)
    {
        (IReadOnlyList<string> labels, string common) = RestartLabel.Short([.. page.Select(v => v.Cell)]);
        Panel[] panels = [.. page.Zip(labels, (view, label) => Panel.Of(view, label, timeline[(view.Row.CellId, view.Row.Repeat)]))];
        return new Sheet
        {
            FileStem = pages == 1 ? "restart-timeline" : $"restart-timeline-{index + 1}",
            Title = Subject + (common.Length == 0 ? "" : $" ({common})"),
            AltText = $"{Subject}, per millisecond, before and after the old process was stopped: {string.Join("; ", labels)}"
                + (common.Length == 0 ? "." : $" ({common})."),
            Notes =
            [
                "One restart of each kind, the one with the median gap. Time counts from the stop; upwards the responses in each "
                    + "millisecond, downwards what failed in it; of several in one pixel the highest. A response stands where it was "
                    + "complete: a connection that the new process's kernel took at once may have its response much later, while the "
                    + "new process's code is still being compiled or a queue is served.",
                "Shaded: from the stop (or kill) until the old process is gone, and from there until the new process listens. A new process that "
                    + "listened before the stop has its start left of 0.",
                .. panels.Any(p => p.IsClipped) ? ["A bar that would dwarf the others is cut off; the number at its end is how many it stands "
                    + "for (of bars close together, the highest one's)."] : (string[])[],
                .. page.Any(v => v.IsCut) ? [$"Cut off {Longest / 1000:0} s after the stop; a service that came back later has its return in "
                    + "a panel of its own."] : (string[])[],
            ],
            Cells = [.. page.Select(v => v.Cell).Distinct()],
            Draw = () => [.. panels.Select(p => Draw(p, style))],
            Legend = [.. Legend(panels)],
            Columns = Math.Min(PanelColumns, page.Length),
            PanelHeight = 300,
        };
    }

    /// <summary>What is drawn in one of the panels.</summary>
    private static IEnumerable<LegendItem> Legend(Panel[] panels)
    {
        yield return Marks.Entry("served", Served, MarkerShape.FilledSquare);
        if (panels.Any(p => p.Down > 0))
        {
            yield return Marks.Entry("failed", Failed, MarkerShape.FilledSquare);
        }

        if (panels.Any(p => Phases.StopsUntil(p.View) > 0))
        {
            yield return Marks.Entry("old process stops", Phases.Stopping, MarkerShape.FilledSquare);
        }

        if (panels.Any(p => Phases.Starts(p.View) is var (from, to) && to > Math.Max(from, p.View.FromMs)))
        {
            yield return Marks.Entry("new process starts", Phases.Starting, MarkerShape.FilledSquare);
        }

        if (panels.Any(p => p.View.Row.ListeningMs is double at && at >= p.View.FromMs && at <= p.View.ToMs))
        {
            yield return Marks.Entry("new process listens", SeriesStyle.Ink, MarkerShape.VerticalBar);
        }
    }

    private static Plot Draw(Panel panel, ChartStyle style)
    {
        View view = panel.View;
        Plot plot = style.NewPanel(panel.Label, "ms from the stop", "per ms");
        (double low, double high) = panel.Axis;
        Phases.Shade(plot, view, low, high);
        Bars(plot, [.. Columns(panel, p => p.Requests)], panel.Up, Served);
        Bars(plot, [.. Columns(panel, p => -p.Errors)], panel.Down, Failed);
        NumberCutBars(plot, panel);
        foreach ((string what, double ms) in Events(view.Row).Where(e => e.Ms >= view.FromMs && e.Ms <= view.ToMs))
        {
            Marks.Name(plot, ms, 0, new MarkText(panel.Label, what, Quantity.Milliseconds.Text(ms) + " from the stop"));
        }

        Marks.Line(plot, view.FromMs, 0, view.ToMs, 0, SeriesStyle.Ink, 1);
        plot.Axes.SetLimits(view.FromMs, view.ToMs, low, high);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TickDensity = 0.4 };
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            TickDensity = 0.4,
            LabelFormatter = v => Math.Abs(v).ToString("0.#", CultureInfo.InvariantCulture),
        };
        return plot;
    }

    private static IEnumerable<(string What, double Ms)> Events(RestartRow row)
    {
        (string What, double? Ms)[] all =
        [
            ("old process gone", row.ProcessGoneMs), ("new process listens", row.ListeningMs), ("first response", row.FirstResponseMs),
            ("first success", row.FirstSuccessMs),
        ];
        return all.Where(e => e.Ms is not null).Select(e => (e.What, e.Ms!.Value));
    }

    private static double At(TimelineRow point, RestartRow row) => point.IntervalStartMs + (point.IntervalMs / 2) - row.StopMs!.Value;

    /// <summary>
    /// One for each interval, or for each pixel where that holds several: then as high as the highest of them, since a failure must be seen. A sheet of
    /// thousands of bars thinner than a pixel would be most of a report.
    /// </summary>
    private static IEnumerable<(double From, double To, double Height)> Columns(Panel panel, Func<TimelineRow, long> count)
    {
        double pixel = (panel.View.ToMs - panel.View.FromMs) / PanelPixels;
        return panel.Points
            .Select(p => (From: At(p, panel.View.Row) - (p.IntervalMs / 2), Ms: (double)p.IntervalMs, Height: count(p) / p.IntervalMs))
            .Where(b => b.Height != 0)
            .GroupBy(b => b.Ms >= pixel ? b.From : panel.View.FromMs + (Math.Floor((b.From - panel.View.FromMs) / pixel) * pixel))
            .Select(g => (g.Key, g.Key + Math.Max(g.Max(b => b.Ms), pixel), g.MaxBy(b => Math.Abs(b.Height)).Height)).OrderBy(c => c.Key);
    }

    /// <summary>The outline of all bars as one shape: from the line of zero up, along, and down again.</summary>
    private static void Bars(Plot plot, IReadOnlyList<(double From, double To, double Height)> columns, double limit, Color color)
    {
        if (columns.Count == 0)
        {
            return;
        }

        List<Coordinates> outline = [];
        double end = double.NaN;
        foreach ((double from, double to, double height) in columns)
        {
            if (from != end)
            {
                if (outline.Count > 0)
                {
                    outline.Add(new Coordinates(end, 0));
                }

                outline.Add(new Coordinates(from, 0));
            }

            double drawn = Math.Clamp(height, -limit, limit);
            outline.Add(new Coordinates(from, drawn));
            outline.Add(new Coordinates(to, drawn));
            end = to;
        }

        outline.Add(new Coordinates(end, 0));
        var shape = plot.Add.Polygon([.. outline]);
        shape.FillColor = color;
        shape.LineWidth = 0;
    }

    /// <summary>How many a bar stands for that is cut off; of neighbours whose numbers would lie on each other, the highest.</summary>
    private static void NumberCutBars(Plot plot, Panel panel)
    {
        double apart = LabelShare * (panel.View.ToMs - panel.View.FromMs);
        List<(double X, int Side)> placed = [];
        foreach ((double x, double height) in panel.Points
            .SelectMany(p => new[] { (X: At(p, panel.View.Row), Height: p.Requests / p.IntervalMs),
                (X: At(p, panel.View.Row), Height: -p.Errors / p.IntervalMs) })
            .Where(b => b.Height > panel.Up || -b.Height > panel.Down).OrderByDescending(b => Math.Abs(b.Height)))
        {
            int side = Math.Sign(height);
            if (placed.TrueForAll(p => p.Side != side || Math.Abs(p.X - x) > apart))
            {
                placed.Add((x, side));
                var text = plot.Add.Text(Math.Abs(height).ToString("0", CultureInfo.InvariantCulture), x, side > 0 ? panel.Up : -panel.Down);
                text.LabelFontColor = SeriesStyle.Ink;
                text.LabelFontSize = 11;
                text.LabelAlignment = side > 0 ? Alignment.LowerCenter : Alignment.UpperCenter;
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

            // A new process that was there before the stop is shown from its start, as far as that is near.
            double from = Math.Max(-Earliest, Math.Min(-Before, (row.ProcessStartedMs ?? row.ListeningMs ?? 0) - (Before / 3)));
            yield return new View(cell, row, from, end, returnsLater ? "the stop" : "") { IsCut = After + over > Longest };
            if (returnsLater)
            {
                yield return new View(cell, row, row.FirstSuccessMs!.Value - (Longest / 4),
                    Math.Max(row.FirstSuccessMs.Value, row.FirstResponseMs ?? 0) + After, "the return");
            }
        }
    }

    /// <summary>A view with its data.</summary>
    /// <param name="View">What is shown of which restart.</param>
    /// <param name="Label">Above the panel.</param>
    /// <param name="Points">Within the view.</param>
    /// <param name="Up">Height that a bar of served requests is cut off at, per ms.</param>
    /// <param name="Down">Likewise of failed ones; 0 where none failed.</param>
    /// <param name="IsClipped">Whether any bar is cut off.</param>
    private sealed record Panel(View View, string Label, IReadOnlyList<TimelineRow> Points, double Up, double Down, bool IsClipped)
    {
        /// <summary>Of the heights, the share that decides the scale; a bar so many times higher is cut off.</summary>
        private const double Usual = 0.95;
        private const double Dwarfing = 8;

        /// <summary>Beyond the highest bar of each side, as a share of both: as high as a number.</summary>
        private const double Room = 0.13;

        public static Panel Of(View view, string label, IEnumerable<TimelineRow> timeline)
        {
            TimelineRow[] points = [.. timeline.Where(p => At(p, view.Row) >= view.FromMs && At(p, view.Row) <= view.ToMs)];
            (double up, bool isUpCut) = Limit(points.Select(p => p.Requests / p.IntervalMs));
            (double down, bool isDownCut) = Limit(points.Select(p => p.Errors / p.IntervalMs));
            return new Panel(view, label + (view.What.Length == 0 ? "" : $": {view.What}"), points, up, down, isUpCut || isDownCut);
        }

        /// <summary>Both sides as high as their bars, with room beyond them for the numbers of those that are cut off.</summary>
        public (double Low, double High) Axis
        {
            get
            {
                double room = Room * Math.Max(Up + Down, 1);
                return (Down > 0 ? -(Down + room) : -room / 2, Up + room);
            }
        }

        private static (double Limit, bool IsCut) Limit(IEnumerable<double> all)
        {
            double[] heights = [.. all.Where(h => h > 0).Order()];
            if (heights.Length == 0)
            {
                return (0, false);
            }

            double usual = heights[(int)(Usual * (heights.Length - 1))];
            bool isCut = heights[^1] > Dwarfing * usual;
            return (isCut ? Dwarfing / 2 * usual : heights[^1], isCut);
        }
    }

    /// <summary>What the two processes were doing.</summary>
    private static class Phases
    {
        public static Color Stopping { get; } = Color.FromHex("#f0d9a8");

        public static Color Starting { get; } = Color.FromHex("#d5e8f3");

        /// <summary>Until when the old process was there, in ms from the stop.</summary>
        public static double StopsUntil(View view) => view.Row.ProcessGoneMs ?? view.Row.ListenerClosedMs ?? 0;

        /// <summary>While the new process did not listen yet.</summary>
        public static (double From, double To) Starts(View view) => view.Row.ListeningMs is double listening
            ? (Math.Min(view.Row.ProcessStartedMs ?? view.Row.ListenerClosedMs ?? 0, listening), listening)
            : (StopsUntil(view), view.ToMs);

        public static void Shade(Plot plot, View view, double low, double high)
        {
            Band(plot, 0, StopsUntil(view), Stopping, low, high);
            (double from, double to) = Starts(view);
            Band(plot, from, to, Starting, low, high);
            if (view.Row.ListeningMs is double listening)
            {
                Marks.Line(plot, listening, low, listening, high, SeriesStyle.Ink, 2);
            }
        }

        private static void Band(Plot plot, double from, double to, Color color, double low, double high)
        {
            if (to > from)
            {
                var band = plot.Add.Rectangle(from, to, low, high);
                band.FillColor = color;
                band.LineWidth = 0;
            }
        }
    }
}
