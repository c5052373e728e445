using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Wording;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Latency;

/// <summary>
/// Latency against rate, of cells that differ in nothing else: p50 and p99 of each variant, a panel for each number of workers, and the knee where one
/// can be told. Drawn where at least three rates have figures.
/// </summary>
public sealed class LatencyByRateChart : IChart
{
    private const int FewestRates = 3;
    private const int MostNamed = 2;

    private static readonly string[] RateKeys = ["rate", "rate_percent"];

    private static readonly Setting[] Equal =
        [.. CellSettings.All.Where(s => s.Role is not (SettingRole.Compared or SettingRole.Process) && !RateKeys.Contains(s.Key))];

    private static readonly SeriesStyle Median = new(SeriesStyle.Faint, MarkerShape.OpenCircle, MarkerShape.OpenCircle, Dashes.Dots);
    private static readonly SeriesStyle Tail = new(SeriesStyle.Faint, MarkerShape.FilledCircle, MarkerShape.OpenCircle, Dashes.Solid);

    public string Name => "latency-by-rate";

    public ChartDrawing Draw(RunAnalysis run, ChartStyle style)
    {
        List<Sheet> sheets = [];
        foreach (IGrouping<string, MeasuredCell> group in run.Cells.Where(c => c.Is(Experiment.Latency) && c.Conditions.IsOpenLoop).GroupBy(ButTheRate))
        {
            Curve[] curves =
            [
                .. group.GroupBy(c => (c.Workers, c.Series)).OrderBy(g => g.Key.Workers).ThenBy(g => g.Key.Series)
                    .Select(g => Curve.Of([.. g], run)).Where(c => c.Points.Length >= FewestRates),
            ];
            Curve[][] panels = [.. curves.GroupBy(c => c.Workers).Select(g => g.ToArray())];
            Curve[][][] pages = panels.Any(p => p.Length > SeriesStyle.MostInOnePanel)
                ? [.. panels.Select(p => new[] { p })] : [.. panels.Chunk(Panels.OnASheet)];
            foreach (Curve[][] page in pages)
            {
                sheets.Add(NewSheet(page, sheets.Count, style));
            }
        }

        // Most runs have one rate or two: that no curve is drawn of them needs no sentence.
        return new ChartDrawing(sheets, []);
    }

    /// <summary>All that is equal on a sheet. A rate in requests per second and one in percent of the capacity are different axes.</summary>
    private static string ButTheRate(MeasuredCell cell) => string.Join('\n',
        [.. Equal.Select(s => s.Get(cell.Cell) ?? ""), Names.Of(cell.Row.Isolation), cell.Cell.Load.RatePercent is null ? "absolute" : "share"]);

    private Sheet NewSheet(Curve[][] page, int before, ChartStyle style)
    {
        Curve[] curves = [.. page.SelectMany(p => p)];
        Conditions conditions = curves[0].Points[0].Cell.Conditions;
        bool isSmall = page.Length == 1 && page[0].Length > SeriesStyle.MostInOnePanel;
        int columns = isSmall ? Panels.SmallColumns : Math.Min(2, page.Length);
        string title = Title(curves);
        return new Sheet
        {
            FileStem = before == 0 ? Name : $"{Name}-{before + 1}",
            Title = title,
            AltText = $"{title}. p50 and p99 of the latency against the rate: {conditions.Workload}, open loop.",
            Notes =
            [
                "Solid: p99; dotted: p50; bars: 95 % interval of the single repeats' p99 (min–max below six repeats). A rate without a mark has no percentile "
                    + "that may be given.",
                RateKnee.Rule,
                .. RestrictionWords.Say(curves.SelectMany(c => c.Points).Select(p => p.P99)),
            ],
            Cells = [.. curves.SelectMany(c => c.Points).Select(p => p.Cell)],
            Draw = () => isSmall
                ? [.. page[0].Select((c, i) => Draw([c], page[0], PanelTitle.Broken(c.Series.Label, columns), i % columns == 0, curves, style))]
                : [.. page.Select((p, i) => Draw(p, [], Words.Count(p[0].Workers, "worker"), i % columns == 0, curves, style))],
            Legend = [.. Legend(curves, isSmall)],
            Columns = columns,
            PanelHeight = isSmall ? 260 : page.Length <= 2 ? 480 : 420,
        };
    }

    /// <summary>The lowest knee is the finding: from there on the first curve bends.</summary>
    private static string Title(Curve[] curves)
    {
        Curve[] bent = [.. curves.Where(c => c.Knee is not null)];
        if (bent.Length == 0)
        {
            return "Latency against rate";
        }

        double lowest = bent.Min(c => c.Knee!.Rate);
        Curve[] first = [.. bent.Where(c => c.Knee!.Rate == lowest)];
        string beyond = $"beyond {first[0].Knee!.Text}";
        return first.Length == curves.Length && curves.Length > 1 ? $"p99 of every curve shown more than doubles {beyond}"
            : first.Length > MostNamed ? $"p99 of {first.Length} of {curves.Length} curves more than doubles {beyond}"
            : $"p99 of {string.Join(" and ", first.Select(c => c.Label))} more than doubles {beyond}";
    }

    private static IEnumerable<LegendItem> Legend(Curve[] curves, bool isSmall)
    {
        foreach (Series series in curves.Select(c => c.Series).Distinct().Order().Where(_ => !isSmall))
        {
            yield return Marks.DotEntry(series);
        }

        yield return Marks.LineEntry("p99", Tail, MarkerShape.None);
        if (curves.SelectMany(c => c.Points).Any(p => p.P50.Value is not null))
        {
            yield return Marks.LineEntry("p50", Median, MarkerShape.None);
        }

        if (curves.Any(c => c.Knee is not null))
        {
            yield return Marks.Entry("knee", SeriesStyle.Ink, MarkerShape.OpenSquare);
        }

        if (curves.SelectMany(c => c.Points).Any(p => p.P99 is { Value: not null, Grade: Grade.Limited }))
        {
            yield return Marks.LimitedEntry;
        }

        if (isSmall)
        {
            yield return Marks.LineEntry("p99 of the other variants", SeriesStyle.Others, MarkerShape.None);
        }
    }

    private static Plot Draw(Curve[] curves, Curve[] behind, string title, bool isLeft, Curve[] frame, ChartStyle style)
    {
        bool isShare = curves[0].IsShare;
        double[] rates = [.. frame.SelectMany(c => c.Points).Select(p => p.Rate).Distinct().Order()];
        (double factor, string unit) = isShare ? (1, "% of the capacity") : Quantity.RequestsPerSecond.ScaleFor(rates[^1]);
        string yLabel = isLeft ? "latency (log scale)" : "";
        Plot plot = behind.Length > 0 ? style.NewSmallPanel(title, $"rate, {unit}", yLabel) : style.NewPanel(title, $"rate, {unit}", yLabel);
        foreach (Curve other in behind.Except(curves))
        {
            SeriesStyle.Others.Line.Add(plot, other.Line(p => p.P99, factor), SeriesStyle.Others.Color, 1.5f);
        }

        foreach (Curve curve in curves)
        {
            SeriesStyle look = SeriesStyle.Of(curve.Series);
            Median.Line.Add(plot, curve.Line(p => p.P50, factor), look.Color, 1.5f);
            Tail.Line.Add(plot, curve.Line(p => p.P99, factor), look.Color, 2);
            foreach (RatePoint point in curve.Points)
            {
                DrawPoint(plot, curve, point, look, factor);
            }

            if (curve.Knee is { } knee && curve.Points.First(p => p.Rate == knee.Rate).P99.Value is double us)
            {
                Marks.Add(plot, knee.Rate * factor, Math.Log10(us), MarkerShape.OpenSquare, (2 * Marks.Size) - 1, SeriesStyle.Ink,
                    new MarkText(curve.Series.Label, $"{Words.Count(curve.Workers, "worker")}, knee", knee.Text));
            }
        }

        double[] all = [.. frame.SelectMany(c => c.Points).SelectMany(p => p.Values)];
        (double low, double high) = AxisRange.FitLog(Math.Log10(all.Min()), Math.Log10(all.Max()));
        (double left, double right) = AxisRange.Around(rates.Select(r => r * factor));
        plot.Axes.Bottom.TickGenerator = RateTicks([.. rates.Select(r => r * factor)]);
        plot.Axes.Left.TickGenerator = Ticks.Log(all.Min(), all.Max(), Quantity.Microseconds.Tick);
        plot.Axes.SetLimits(left, right, low, high);
        return plot;
    }

    /// <summary>The rates themselves, as far as their numbers have room.</summary>
    private static ScottPlot.TickGenerators.NumericManual RateTicks(double[] rates)
    {
        const double Room = 0.07;
        ScottPlot.TickGenerators.NumericManual ticks = new();
        double last = double.NegativeInfinity;
        foreach (double rate in rates.Where(r => r == rates[0] || r == rates[^1] || rates[^1] - r > Room * (rates[^1] - rates[0])))
        {
            if (rate - last > Room * (rates[^1] - rates[0]))
            {
                ticks.AddMajor(rate, rate.ToString("0.###", CultureInfo.InvariantCulture));
                last = rate;
            }
        }

        return ticks;
    }

    private static void DrawPoint(Plot plot, Curve curve, RatePoint point, SeriesStyle look, double factor)
    {
        foreach ((Estimate estimate, string name, float size) in new[] { (point.P50, "p50", Marks.Size - 4), (point.P99, "p99", Marks.Size) })
        {
            if (estimate.Value is double us)
            {
                if (name == "p99" && estimate.Repeats is { } repeats && Spread.Of(repeats) is { } spread)
                {
                    Marks.Line(plot, point.Rate * factor, Math.Log10(spread.Low), point.Rate * factor, Math.Log10(spread.High), look.Color, 1);
                }

                Marks.Point(plot, point.Rate * factor, Math.Log10(us), look, estimate.Grade, size, new MarkText(
                    curve.Series.Label, $"{Words.Count(curve.Workers, "worker")}, {RateKnee.RateText(point.Rate, curve.IsShare)}, {name}",
                    Quantity.Microseconds.Text(us)));
            }
        }
    }

    /// <summary>A variant with one number of workers, over the rates.</summary>
    private sealed record Curve(int Workers, Series Series, bool IsShare, RatePoint[] Points, RateKnee? Knee)
    {
        public string Label => Points[0].Cell.Label;

        public static Curve Of(MeasuredCell[] cells, RunAnalysis run)
        {
            RatePoint[] points =
            [
                .. cells.Select(c => RatePoint.Of(c, run)).Where(p => p.P99.Value is not null).OrderBy(p => p.Rate).DistinctBy(p => p.Rate),
            ];
            bool isShare = cells[0].Cell.Load.RatePercent is not null;
            return new Curve(cells[0].Workers, cells[0].Series, isShare, points, RateKnee.Of(points, isShare));
        }

        public Coordinates[] Line(Func<RatePoint, Estimate> of, double factor) =>
            [.. Points.Where(p => of(p).Value is not null).Select(p => new Coordinates(p.Rate * factor, Math.Log10(of(p).Value!.Value)))];
    }
}

/// <summary>A cell by its rate.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Rate">In requests per second, or in percent of the capacity.</param>
/// <param name="P50">Merged over the repeats.</param>
/// <param name="P99">Likewise.</param>
internal sealed record RatePoint(MeasuredCell Cell, double Rate, Estimate P50, Estimate P99)
{
    public IEnumerable<double> Values =>
        new[] { P50.Value, P99.Value, P99.Repeats is { } r ? Spread.Of(r)?.Low : null, P99.Repeats is { } s ? Spread.Of(s)?.High : null }
            .OfType<double>().Where(v => v > 0);

    public static RatePoint Of(MeasuredCell cell, RunAnalysis run) => new(
        cell, cell.Cell.Load.RatePercent ?? cell.Cell.Load.Rate ?? 0, run.Latency(cell).Percentile(50), run.Latency(cell).Percentile(99));
}

/// <summary>The highest rate that a server still takes without queueing, told by its p99.</summary>
/// <param name="Rate">In requests per second, or in percent of the capacity.</param>
/// <param name="IsShare">Which of the two.</param>
internal sealed record RateKnee(double Rate, bool IsShare)
{
    /// <summary>So many times its value at the lowest rate a p99 has left the flat part of its curve.</summary>
    private const double Bent = 2;

    /// <summary>The rule in one sentence, for the notes.</summary>
    public static string Rule { get; } =
        $"Knee: the highest rate up to which p99 stays under {Bent.ToString(CultureInfo.InvariantCulture)} × that of the lowest rate, where it is above in "
            + $"every repeat of every higher rate; where the repeats do not agree on that, or a rate has fewer than {Contest.FewestRepeats} repeats with a p99 "
            + "of their own, none is marked.";

    public string Text => RateText(Rate, IsShare);

    public static string RateText(double rate, bool isShare) => isShare
        ? string.Create(CultureInfo.InvariantCulture, $"{rate:0.###} % of the capacity")
        : Quantity.RequestsPerSecond.Tick(rate);

    /// <returns>
    /// Null with fewer than three rates or, at one of them, three repeats that have a p99; where no p99 rises that much; and where the repeats do not agree
    /// from which rate on.
    /// </returns>
    /// <param name="points">By rate, all with a p99.</param>
    /// <param name="isShare">Whether rates are shares of the capacity.</param>
    public static RateKnee? Of(IReadOnlyList<RatePoint> points, bool isShare)
    {
        if (points.Count < 3 || points.Any(p => p.P99.Repeats is not { Count: >= Contest.FewestRepeats }))
        {
            return null;
        }

        double limit = Bent * points[0].P99.Value!.Value;
        RatePoint[] flat = [.. points.TakeWhile(p => p.P99.Value < limit && p.P99.Repeats!.Min <= limit)];
        bool isAgreed = points.Skip(flat.Length).All(p => p.P99.Value > limit && p.P99.Repeats!.Min > limit);
        return flat.Length == points.Count || flat.Length == 0 || !isAgreed ? null : new RateKnee(flat[^1].Rate, isShare);
    }
}
