using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Wording;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>
/// What unevenness costs: the 99th percentile of the latency against max/mean of the accepted connections, a panel for each load and number of
/// workers.
/// </summary>
public sealed class TailAgainstUnevennessChart : IChart
{
    private const double Percentile = 99;
    private const Figures Shown = Figures.Latency | Figures.Fairness;

    public const string ChartName = "tail-against-unevenness";

    public string Name => ChartName;

    public ChartDrawing Draw(RunAnalysis run, ChartStyle style)
    {
        Dots[] shown =
        [
            .. run.Cells.Where(c => c.Is(Experiment.Fairness) && LatencyTail.IsLatency(c.Conditions, Percentile)).Select(c => Dots.Of(c))
                .Where(d => d.Points.Length > 0),
        ];
        if (shown.Length == 0)
        {
            return new ChartDrawing([], ["Latency against unevenness: no open-loop fairness cell with a server has a 99th percentile that may be published."]);
        }

        List<Sheet> sheets = [];
        Panel[][] pages = [.. shown.GroupBy(d => (d.Cell.Conditions, d.Cell.Workers))
            .Select(g => new Panel(g.Key.Conditions, g.Key.Workers, [.. g])).Chunk(Panels.OnASheet)];
        for (int i = 0; i < pages.Length; i++)
        {
            sheets.Add(NewSheet(pages[i], pages.Length == 1 ? "" : $" ({i + 1} of {pages.Length})", i, style));
        }

        return new ChartDrawing(sheets, []);
    }

    private static Sheet NewSheet(Panel[] page, string part, int before, ChartStyle style)
    {
        Dots[] cells = [.. page.SelectMany(p => p.Cells)];
        MeasuredRepeat[] repeats = [.. cells.SelectMany(c => c.Repeats)];
        return new Sheet
        {
            FileStem = before == 0 ? "tail-against-unevenness" : $"tail-against-unevenness-{before + 1}",
            Title = $"Latency (p99) against imbalance, open loop{part}",
            AltText = "Latency (p99) against imbalance (max/mean of the accepted connections), open loop, a mark for each repeat: "
                + $"{string.Join("; ", page.Select(p => p.Conditions.Load).Distinct())}.",
            Notes =
            [
                "Each marker is one repeat: the further right, the more uneven; the higher, the slower. Imbalance alone says little: a shared "
                    + "queue may be uneven and quick. "
                    + "How uneven chance alone makes a hash stands in the table of imbalance. Panels have scales of their own; the conditions "
                    + "stand above each.",
                .. RestrictionWords.Say(cells.Select(c => Reasons(c.Repeats, Grade.Limited))),
                .. InvalidWords(repeats),
            ],
            Cells = [.. cells.Select(c => c.Cell)],
            Draw = () => [.. page.Select(p => Draw(p, style))],
            Legend =
            [
                .. cells.Select(c => c.Cell.Series).Distinct().Order().Select(Marks.DotEntry),
                .. repeats.Any(r => Grading(r) == Grade.Limited) ? [Marks.LimitedEntry] : Array.Empty<LegendItem>(),
                .. repeats.Any(r => Grading(r) == Grade.Invalid) ? [Marks.InvalidEntry] : Array.Empty<LegendItem>(),
            ],
            Columns = Math.Min(2, page.Length),
            PanelHeight = 460,
        };
    }

    private static Grade Grading(MeasuredRepeat repeat) => repeat.Verdict.GradeFor(Shown);

    /// <summary>What a marker is graded by: it stands for a latency as well as for an unevenness.</summary>
    private static IReadOnlyList<VerdictRule> Reasons(IEnumerable<MeasuredRepeat> repeats, Grade grade) =>
        [.. repeats.SelectMany(r => r.Verdict.Reasons).Where(r => r.Grade == grade && (r.Affects & Shown) != 0).DistinctBy(r => r.Code)];

    private static IEnumerable<string> InvalidWords(MeasuredRepeat[] repeats)
    {
        MeasuredRepeat[] invalid = [.. repeats.Where(r => Grading(r) == Grade.Invalid)];
        if (invalid.Length > 0)
        {
            yield return $"A cross is an invalid repeat ({invalid.Length} here): "
                + $"{string.Join(", ", Reasons(invalid, Grade.Invalid).Select(r => r.Code).Order(StringComparer.Ordinal))}.";
        }
    }

    private static Plot Draw(Panel panel, ChartStyle style)
    {
        string title = PanelTitle.Broken($"{panel.Workers} worker{(panel.Workers == 1 ? "" : "s")}, {panel.Conditions.Label}");
        Plot plot = style.NewPanel(title, "accepted connections, max/mean", "p99, ms");
        List<Coordinates> all = [];
        foreach (Dots cell in panel.Cells)
        {
            SeriesStyle look = SeriesStyle.Of(cell.Cell.Series);
            foreach ((MeasuredRepeat repeat, double us) in cell.Points)
            {
                double x = repeat.Row.AcceptedMaxOverMean!.Value;
                double y = us / 1000;
                all.Add(new Coordinates(x, y));
                MarkText text = CellMarks.Repeat(cell.Cell, repeat.Row.Repeat, $"p99 {Quantity.Microseconds.Text(us)} at max/mean {Quantity.OverMean.Text(x)}");
                if (Grading(repeat) == Grade.Invalid)
                {
                    Marks.InvalidPoint(plot, x, y, look, text);
                }
                else
                {
                    Marks.Point(plot, x, y, look, Grading(repeat), text: text);
                }
            }
        }

        (double left, double right) = AxisRange.Fit(all.Select(c => c.X));
        (double low, double high) = AxisRange.Fit(all.Select(c => c.Y));
        plot.Axes.SetLimits(left, right, low, high);
        return plot;
    }

    private sealed record Panel(Conditions Conditions, int Workers, Dots[] Cells);

    /// <summary>The repeats of a cell that have both figures, each with its percentile.</summary>
    private sealed record Dots(MeasuredCell Cell, (MeasuredRepeat Repeat, double Us)[] Points)
    {
        public IEnumerable<MeasuredRepeat> Repeats => Points.Select(p => p.Repeat);

        public static Dots Of(MeasuredCell cell) => new(
            cell,
            [
                .. cell.Repeats.Where(r => r.Row.AcceptedMaxOverMean is not null)
                    .Select(r => (r, Us: r.LatencyUs(Percentile) ?? 0)).Where(p => p.Us > 0),
            ]);
    }
}
