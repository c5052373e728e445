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
    private const int PanelsOnASheet = 4;
    private const double LowestPercentile = 50;

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

            Line[][][] pages = [.. lines.GroupBy(l => l.Cell.Workers).OrderBy(g => g.Key).Select(g => g.ToArray()).Chunk(PanelsOnASheet)];
            for (int i = 0; i < pages.Length; i++)
            {
                sheets.Add(NewSheet(group.Key, pages[i], i, pages.Length, sheets, style));
            }
        }

        return sheets.Count == 0 && leftOut.Count == 0
            ? new ChartDrawing([], ["Latency percentiles: no throughput or latency cell was measured."])
            : new ChartDrawing(sheets, leftOut);
    }

    private static bool IsShown(MeasuredCell cell) => cell.Is(Experiment.Throughput) || cell.Is(Experiment.Latency);

    private static Sheet NewSheet(Conditions conditions, Line[][] page, int index, int pages, List<Sheet> before, ChartStyle style)
    {
        Line[] lines = [.. page.SelectMany(p => p)];
        double lowest = lines.Min(l => l.Points.Min(p => p.Us));
        double highest = lines.Max(l => l.Points.Max(p => p.Us));
        double furthest = lines.Max(l => l.Points[^1].Percentile);
        string stem = $"latency-{Words.Slug(conditions.LoopName)}-{Words.Slug(conditions.Workload)}";
        int alike = before.Count(s => s.FileStem == stem || s.FileStem.StartsWith(stem + "-n", StringComparison.Ordinal));
        return new Sheet
        {
            FileStem = alike == 0 ? stem : $"{stem}-n{alike + 1}",
            Title = $"Latency percentiles: {conditions.Label}{(pages == 1 ? "" : $" ({index + 1} of {pages})")}",
            Notes =
            [
                "Each line is the distribution of all valid repeats, from their merged histograms; each step to the right is ten times rarer. "
                    + $"A line ends where fewer than {PercentileRule.ValuesBeyond} requests lie beyond it, or where failed requests, slower "
                    + $"than any response, are more than {PercentileRule.FailedOfTail:0.#} of them, or where those beyond it came in fewer than "
                    + $"{EpisodeRule.FewestEpisodes} episodes or in fewer than {EpisodeRule.FewestRepeats} repeats (of cells with so many).",
                conditions.IsOpenLoop
                    ? "Open loop: a latency starts when the request was meant to start, so a stalled server cannot hide its queue."
                    : "Closed loop: a client waits for its response before it asks again, so a stall delays few requests. Beyond the 90th "
                        + "percentile that is no latency, and is not drawn.",
                .. RestrictionWords.Say(lines.Select(l => l.Median)),
            ],
            Cells = [.. lines.Select(l => l.Cell)],
            Draw = () => [.. page.Select(p => Draw(p, lowest, highest, furthest, style))],
            Legend = [.. lines.Select(l => l.Cell.Series).Distinct().Order().Select(Marks.LineEntry), .. LimitedEntry(lines)],
            Columns = Math.Min(2, page.Length),
            PanelHeight = page.Length <= 2 ? 560 : 430,
        };
    }

    private static IEnumerable<LegendItem> LimitedEntry(Line[] lines)
    {
        if (lines.Any(l => l.Median.Grade == Grade.Limited))
        {
            yield return Marks.LimitedEntry;
        }
    }

    private static Plot Draw(Line[] lines, double lowest, double highest, double furthest, ChartStyle style)
    {
        int workers = lines[0].Cell.Workers;
        Plot plot = style.NewPanel($"{workers} worker{(workers == 1 ? "" : "s")}", "percentile of requests", "latency (log scale)");
        foreach (Line line in lines)
        {
            SeriesStyle look = SeriesStyle.Of(line.Cell.Series);
            Coordinates[] points = [.. line.Points.Select(p => new Coordinates(Ticks.Nines(p.Percentile), Math.Log10(p.Us)))];
            look.Line.Add(plot, points, look.Color, 2);
            foreach ((double percentile, double us) in line.Marked())
            {
                Marks.Point(plot, Ticks.Nines(percentile), Math.Log10(us), look, line.Median.Grade);
            }
        }

        plot.Axes.Bottom.TickGenerator = Ticks.Tail(furthest);
        plot.Axes.Left.TickGenerator = Ticks.Log(lowest, highest, Quantity.Microseconds.Tick);
        double room = 0.06 * Math.Max(0.3, Math.Log10(highest / lowest));
        plot.Axes.SetLimits(Ticks.Nines(LowestPercentile) - 0.12, Ticks.Nines(furthest) + 0.2, Math.Log10(lowest) - room, Math.Log10(highest) + room);
        return plot;
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
                .. tail.Curve().Where(p => p.Percentile >= LowestPercentile - 1e-9 && LatencyTail.IsLatency(cell.Conditions, p.Percentile - 1e-9))
                    .Select(p => (p.Percentile, p.LatencyUs)),
            ];
            _marked = [.. MarkedPercentiles.Where(p => LatencyTail.IsLatency(cell.Conditions, p)).Select(p => (p, tail.Percentile(p).Value))];
        }

        private readonly (double Percentile, double? Us)[] _marked;

        public MeasuredCell Cell { get; }

        public Estimate Median { get; }

        public (double Percentile, double Us)[] Points { get; }

        public IEnumerable<(double Percentile, double Us)> Marked() => _marked.Where(m => m.Us is not null).Select(m => (m.Percentile, m.Us!.Value));
    }
}
