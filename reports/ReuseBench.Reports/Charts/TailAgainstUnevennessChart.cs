using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Tables;
using ReuseBench.Reports.Wording;
using ScottPlot;

namespace ReuseBench.Reports.Charts;

/// <summary>What unevenness costs: the 99th percentile of the latency against max/mean of the accepted connections, a panel for each load.</summary>
public sealed class TailAgainstUnevennessChart : IChart
{
    private const int PanelsOnASheet = 4;
    private const double Percentile = 99;

    public string Topic => Topics.Fairness;

    public ChartDrawing Draw(RunTables tables, ChartStyle style)
    {
        MeasuredCell[] shown = [.. tables.Cells.Where(c => c.Is(Experiment.Fairness) && Points(c).Any())];
        if (shown.Length == 0)
        {
            return new ChartDrawing([], ["Latency against unevenness: no fairness cell with a server has a 99th percentile that may be published."]);
        }

        List<Sheet> sheets = [];
        foreach (IGrouping<bool, MeasuredCell> loop in shown.GroupBy(c => c.Conditions.IsOpenLoop).OrderByDescending(g => g.Key))
        {
            foreach (IGrouping<Conditions, MeasuredCell>[] page in loop.GroupBy(c => c.Conditions).Chunk(PanelsOnASheet))
            {
                sheets.Add(NewSheet(page, loop.Key, sheets.Count, style));
            }
        }

        return new ChartDrawing(sheets, []);
    }

    private static IEnumerable<MeasuredRepeat> Points(MeasuredCell cell) =>
        cell.Repeats.Where(r => r.LatencyUs(Percentile) > 0 && r.Row.AcceptedMaxOverMean is not null);

    private static Sheet NewSheet(IGrouping<Conditions, MeasuredCell>[] page, bool open, int before, ChartStyle style)
    {
        MeasuredCell[] cells = [.. page.SelectMany(g => g)];
        MeasuredRepeat[] repeats = [.. cells.SelectMany(Points)];
        return new Sheet
        {
            FileStem = before == 0 ? "tail-against-unevenness" : $"tail-against-unevenness-{before + 1}",
            Title = $"99th percentile against unevenness, {(open ? "spaced connections (open loop)" : "saturation (closed loop)")}",
            Notes =
            [
                "Each marker is one repeat: to the right the more uneven, upwards the longer the tail. Evenness alone says little: a shared queue may be uneven and quick. Panels have scales of their own.",
                .. RestrictionWords.Say(cells.Select(c => Estimate.OfMedian(c, Figure.AcceptedMaxOverMean))),
            ],
            Cells = cells,
            Panels = [.. page.Select(g => Draw(g.Key, [.. g], style))],
            Legend =
            [
                .. cells.Select(c => c.Series).Distinct().Order().Select(Marks.DotEntry),
                .. repeats.Any(r => Grading(r) == Grade.Limited) ? [Marks.LimitedEntry] : Array.Empty<LegendItem>(),
                .. repeats.Any(r => Grading(r) == Grade.Invalid) ? [Marks.InvalidEntry] : Array.Empty<LegendItem>(),
            ],
            Columns = Math.Min(2, page.Length),
            PanelHeight = 420,
        };
    }

    private static Grade Grading(MeasuredRepeat repeat) => repeat.Verdict.GradeFor(Figures.Latency | Figures.Fairness);

    private static Plot Draw(Conditions conditions, MeasuredCell[] cells, ChartStyle style)
    {
        Plot plot = style.NewPanel(ServiceWords.Of(conditions), "busiest over mean of accepted connections", "p99, ms");
        double right = 1;
        double top = 0;
        foreach (MeasuredCell cell in cells)
        {
            SeriesStyle look = SeriesStyle.Of(cell.Series);
            foreach (MeasuredRepeat repeat in Points(cell))
            {
                double x = repeat.Row.AcceptedMaxOverMean!.Value;
                double y = repeat.LatencyUs(Percentile)!.Value / 1000;
                (right, top) = (Math.Max(right, x), Math.Max(top, y));
                if (Grading(repeat) == Grade.Invalid)
                {
                    Marks.InvalidPoint(plot, x, y, look);
                }
                else
                {
                    Marks.Point(plot, x, y, look, Grading(repeat));
                }
            }
        }

        plot.Axes.SetLimits(1 - (0.05 * Math.Max(0.05, right - 1)), 1 + (1.08 * Math.Max(0.05, right - 1)), 0, top * 1.1);
        return plot;
    }
}
