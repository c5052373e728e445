using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Wording;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Latency;

/// <summary>
/// Latency percentiles on a tail axis, a line for each variant, a panel for each worker count; one sheet for each workload and load.
/// Closed and open loop never share a sheet: in the one a slow server also slows its clients, in the other it does not.
/// </summary>
public sealed class LatencyTailChart : IChart
{
    private const double LowestPercentile = 50;

    /// <summary>Of the points of a line behind the others: it is a shape, and twenty panels have nineteen each.</summary>
    private const int EachOfOthers = 8;

    /// <summary>A lag that lengthens no percentile by more is not drawn: two lines would lie on each other.</summary>
    private const double LagToDraw = 1.05;

    private static readonly SeriesStyle WithoutLag = new(SeriesStyle.Faint, MarkerShape.None, MarkerShape.None, Dashes.Dots);

    public string Name => "latency";

    public ChartDrawing Draw(RunAnalysis run, ChartStyle style)
    {
        List<Sheet> sheets = [];
        List<string> leftOut = [];
        foreach (IGrouping<Conditions, MeasuredCell> group in run.Cells.Where(IsShown).GroupBy(c => c.Conditions))
        {
            Line[] lines = [.. group.Select(c => new Line(c, run.Latency(c))).Where(l => l.Points.Length > 1)];
            if (lines.Length == 0)
            {
                leftOut.Add($"Latency percentiles, {group.Key.Label}: no valid repeat has a histogram with enough values.");
                continue;
            }

            string subject = $"Latency by percentile: {group.Key.Load}";
            string title = group.Key.IsOpenLoop
                ? ChartTitle.Of(ChartTitle.Find(run, "latency", LatencyTopic.ContestOf(group, run), subject), subject, Says)
                : subject;
            Line[][] sizes = [.. lines.GroupBy(l => l.Cell.Workers).OrderBy(g => g.Key).Select(g => g.ToArray())];

            // A size of more series than a panel can show fills a sheet, with a panel for each.
            Line[][][] pages = sizes.Any(HasPanelForEach) ? [.. sizes.Select(s => new[] { s })] : [.. sizes.Chunk(Panels.OnASheet)];
            for (int i = 0; i < pages.Length; i++)
            {
                string part = pages.Length == 1 ? "" : $" ({i + 1} of {pages.Length})";
                sheets.Add(NewSheet(group.Key, title + part, pages[i], sheets, style));
            }
        }

        return sheets.Count == 0 && leftOut.Count == 0
            ? new ChartDrawing([], ["Latency percentiles: no throughput or latency cell was measured."])
            : new ChartDrawing(sheets, leftOut);
    }

    private static string Says(string ratio, string other) => $"has {ratio} × the p99 of {other}";

    private static bool HasPanelForEach(Line[] lines) => lines.Length > SeriesStyle.MostInOnePanel;

    private static bool IsShown(MeasuredCell cell) => cell.Is(Experiment.Throughput) || cell.Is(Experiment.Latency);

    private static Sheet NewSheet(Conditions conditions, string title, Line[][] page, List<Sheet> before, ChartStyle style)
    {
        Line[] lines = [.. page.SelectMany(p => p)];
        bool isSmall = page.Length == 1 && HasPanelForEach(page[0]);
        Frame frame = Frame.Of(lines);
        string stem = $"latency-{Words.Slug(conditions.LoopName)}-{Words.Slug(conditions.Workload)}";
        int alike = before.Count(s => s.FileStem == stem || s.FileStem.StartsWith(stem + "-n", StringComparison.Ordinal));
        int columns = isSmall ? Panels.SmallColumns : Math.Min(2, page.Length);
        return new Sheet
        {
            FileStem = alike == 0 ? stem : $"{stem}-n{alike + 1}",
            Title = title,
            AltText = $"{title}. Latency against percentile, {conditions.Label}.",
            Notes =
            [
                $"Conditions: {conditions.Label}. All valid repeats of a cell, merged; each labelled step to the right covers requests ten times rarer. "
                    + $"A line ends where fewer than {PercentileRule.ValuesBeyond} requests lie beyond it, or where failed requests, slower "
                    + $"than any response, are more than {PercentileRule.FailedOfTail:0.#} of them, or where those beyond it came in fewer than "
                    + $"{EpisodeRule.FewestEpisodes} episodes or in fewer than {EpisodeRule.FewestRepeats} repeats (of cells with so many).",
                conditions.IsOpenLoop
                    ? "Open loop: a latency starts when the request was meant to start, so a stalled server cannot hide its queue."
                    : "Closed loop: a client waits for its response before it asks again, so a stall delays few requests. Beyond p90 that is no latency, "
                        + "and is not drawn.",
                .. lines.Any(l => l.Net.Length > 0) ? ["Thin dotted: the same without the generator lag, so that the distance is what the generator added."]
                    : Array.Empty<string>(),
                .. RestrictionWords.Say(lines.Select(l => l.Median)),
            ],
            Cells = [.. lines.Select(l => l.Cell)],
            Draw = () => isSmall
                ? [.. page[0].Select((l, i) => Draw([l], page[0], PanelTitle.Broken(l.Cell.Series.Label, columns), i % columns == 0, frame, style))]
                : [.. page.Select((p, i) => Draw(p, [], Words.Count(p[0].Cell.Workers, "worker"), i % columns == 0, frame, style))],
            Legend = [.. Legend(lines, isSmall)],
            Columns = columns,
            PanelHeight = isSmall ? 260 : page.Length <= 2 ? 500 : 430,
        };
    }

    private static IEnumerable<LegendItem> Legend(Line[] lines, bool isSmall)
    {
        foreach (Series series in lines.Select(l => l.Cell.Series).Distinct().Order().Where(_ => !isSmall))
        {
            yield return Marks.LineEntry(series);
        }

        if (isSmall)
        {
            yield return Marks.LineEntry($"the other variants ({Words.Count(lines[0].Cell.Workers, "worker")})", SeriesStyle.Others, MarkerShape.None);
        }

        if (lines.Any(l => l.Median.Grade == Grade.Limited))
        {
            yield return Marks.LimitedEntry;
        }

        if (lines.Any(l => l.Net.Length > 0))
        {
            yield return Marks.LineEntry("without the generator lag", WithoutLag, MarkerShape.None);
        }
    }

    private static Plot Draw(Line[] lines, Line[] behind, string title, bool isLeft, Frame frame, ChartStyle style)
    {
        string yLabel = isLeft ? "latency (log scale)" : "";
        Plot plot = behind.Length > 0 ? style.NewSmallPanel(title, "percentile of requests", yLabel) : style.NewPanel(title, "percentile of requests", yLabel);
        foreach (Line other in behind.Except(lines))
        {
            IEnumerable<(double Percentile, double Us)> some = other.Points.Where((_, i) => i % EachOfOthers == 0 || i == other.Points.Length - 1);
            SeriesStyle.Others.Line.Add(plot, Coordinates(some), SeriesStyle.Others.Color, 1.5f);
        }

        foreach (Line line in lines)
        {
            SeriesStyle look = SeriesStyle.Of(line.Cell.Series);
            look.Line.Add(plot, Coordinates(line.Points), look.Color, 2);
            if (line.Net.Length > 0)
            {
                WithoutLag.Line.Add(plot, Coordinates(line.Net), look.Color.WithAlpha(0.7), 1);
            }

            foreach ((double percentile, double us) in line.Marked())
            {
                Marks.Point(plot, Ticks.Nines(percentile), Math.Log10(us), look, line.Median.Grade, text: new MarkText(
                    line.Cell.Series.Label, $"{Words.Count(line.Cell.Workers, "worker")}, {Ticks.PercentileName(percentile)}", Quantity.Microseconds.Text(us)));
            }
        }

        plot.Axes.Bottom.TickGenerator = Ticks.Tail(frame.Furthest);
        plot.Axes.Left.TickGenerator = Ticks.Log(frame.Lowest, frame.Highest, Quantity.Microseconds.Tick);
        (double low, double high) = AxisRange.FitLog(Math.Log10(frame.Lowest), Math.Log10(frame.Highest));
        (double left, double right) = AxisRange.FitLog(Ticks.Nines(LowestPercentile), Ticks.Nines(frame.Furthest));
        plot.Axes.SetLimits(left, right, low, high);
        return plot;
    }

    private static Coordinates[] Coordinates(IEnumerable<(double Percentile, double Us)> points) =>
        [.. points.Select(p => new Coordinates(Ticks.Nines(p.Percentile), Math.Log10(p.Us)))];

    /// <summary>What all panels of a sheet show, so that they can be compared.</summary>
    private sealed record Frame(double Lowest, double Highest, double Furthest)
    {
        public static Frame Of(Line[] lines) => new(
            lines.Min(l => l.Points.Concat(l.Net).Min(p => p.Us)),
            lines.Max(l => l.Points.Max(p => p.Us)),
            lines.Max(l => Math.Max(l.Points[^1].Percentile, l.Marked().Select(m => m.Percentile).DefaultIfEmpty(0).Max())));
    }

    private sealed class Line
    {
        private static readonly double[] MarkedPercentiles = [50, 90, 99, 99.9, 99.99, 99.999];

        public Line(MeasuredCell cell, LatencyTail tail)
        {
            Cell = cell;
            Median = tail.Percentile(LowestPercentile);
            Points =
            [
                .. Median.Value is double us ? [(LowestPercentile, us)] : Array.Empty<(double, double)>(),
                .. tail.Curve().Where(p => p.Percentile > LowestPercentile + 1e-9 && LatencyTail.IsLatency(cell.Conditions, p.Percentile - 1e-9))
                    .Select(p => (p.Percentile, p.LatencyUs)),
            ];
            Net = Shorter(tail.NetCurve().Where(p => p.Percentile >= LowestPercentile - 1e-9), Points);
            _marked = [.. MarkedPercentiles.Where(p => LatencyTail.IsLatency(cell.Conditions, p)).Select(p => (p, tail.Percentile(p).Value))];
        }

        private readonly (double Percentile, double? Us)[] _marked;

        public MeasuredCell Cell { get; }

        public Estimate Median { get; }

        public (double Percentile, double Us)[] Points { get; }

        /// <summary>The same without the generator lag; empty where that is not known or makes no difference that could be seen.</summary>
        public (double Percentile, double Us)[] Net { get; }

        private static (double Percentile, double Us)[] Shorter(
            IEnumerable<(double Percentile, double Us)> net, (double Percentile, double Us)[] points)
        {
            double furthest = points.Length == 0 ? 0 : points[^1].Percentile;
            (double Percentile, double Us)[] all = [.. net.Where(p => p.Percentile <= furthest + 1e-9)];
            return all.Join(points, n => n.Percentile, p => p.Percentile, (n, p) => p.Us > LagToDraw * n.Us).Any(isLonger => isLonger) ? all : [];
        }

        public IEnumerable<(double Percentile, double Us)> Marked() => _marked.Where(m => m.Us is not null).Select(m => (m.Percentile, m.Us!.Value));
    }
}
