using ReuseBench.Core.Csv;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Wording;
using ScottPlot;

namespace ReuseBench.Reports.Index;

/// <summary>Figures of one host over its runs, a panel for each cell: medians with the range of their repeats, and the levels between changes.</summary>
internal static class TrendChart
{
    /// <summary>More nobody reads in one picture; the table has all.</summary>
    public const int MostPanels = 12;

    /// <summary>Share of the middle that a panel shows at the least: noise of a few per cent would fill it otherwise.</summary>
    private const double LeastRange = 0.1;

    private const int MostTicks = 6;

    private static readonly Color Ink = SeriesStyle.Blue;
    private static readonly Color Change = SeriesStyle.Vermillion;

    /// <summary>Those that are shown: with the largest changes first, then in the order of the report, and how evenly connections were spread last.</summary>
    public static IReadOnlyList<Trend> Shown(IndexedHost host) =>
        [.. host.Trends.OrderByDescending(t => t.LargestChange).ThenBy(t => t.Cell.Purpose is Figures.Fairness).Take(MostPanels)];

    /// <param name="host">With a trend or more.</param>
    /// <param name="style">Font.</param>
    public static Sheet SheetOf(IndexedHost host, ChartStyle style)
    {
        IReadOnlyList<Trend> shown = Shown(host);
        int changed = host.Trends.Count(t => t.Changes.Count > 0);
        return new Sheet
        {
            FileStem = $"trends-host-{host.Number}",
            Title = changed == 0
                ? $"{host.Name}: no change found in {Words.Count(host.Trends.Count, "figure")} over {Words.Count(host.Runs.Count, "run")}"
                : $"{host.Name}: {changed} of {Words.Count(host.Trends.Count, "figure")} changed over {Words.Count(host.Runs.Count, "run")}",
            Notes = [],
            Cells = [],
            Source = $"{host.Label} · {Words.Count(host.Runs.Count, "run")} from {host.Runs[0].Date} to {host.Newest.Date}",
            Draw = () => [.. shown.Select(t => Panel(t, style))],
            Legend =
            [
                Marks.Entry("median of a run; bar: min–max of its repeats", Ink, MarkerShape.FilledCircle),
                .. shown.Any(t => t.Points.Any(p => p.Cell.IsLimited)) ? [Marks.Entry("limited", Ink, MarkerShape.OpenCircle)] : Array.Empty<LegendItem>(),
                .. changed > 0 ? [Marks.LineEntry("level between changes", Level, MarkerShape.None)] : Array.Empty<LegendItem>(),
            ],
            Columns = shown.Count == 1 ? 1 : 2,
            PanelHeight = 300,
        };
    }

    private static SeriesStyle Level { get; } = new(Change, MarkerShape.None, MarkerShape.None, Dashes.Solid);

    private static Plot Panel(Trend trend, ChartStyle style)
    {
        double[] shown = [.. trend.Points.SelectMany(p => new[] { p.Cell.Low, p.Cell.High })];
        (double factor, string unit) = trend.Cell.Figure.Quantity.ScaleFor(shown.Max());
        Plot plot = style.NewPanel(
            PanelTitle.Broken(TextFromOutside.Clip($"{trend.Cell.Label}, {trend.Cell.Conditions}", 130)), "",
            TextFromOutside.Clip(unit.Length > 0 ? $"{trend.Cell.Figure.Name}, {unit}" : trend.Cell.Figure.Name, 45));
        foreach ((int i, (_, IndexedCell cell)) in trend.Points.Index())
        {
            Marks.Line(plot, i, cell.Low * factor, i, cell.High * factor, Ink.WithAlpha(0.45), 1.5f);
            var marker = plot.Add.Marker(
                i, cell.Median * factor, cell.IsLimited ? MarkerShape.OpenCircle : MarkerShape.FilledCircle, trend.Points.Count > 60 ? 4 : 7, Ink);
            marker.MarkerStyle.LineColor = Ink;
            marker.MarkerStyle.OutlineColor = Ink;
        }

        int[] ends = [0, .. trend.Changes.Select(c => c.At), trend.Points.Count];
        double[] levels = trend.Changes.Count == 0 ? [] : [trend.Changes[0].Before, .. trend.Changes.Select(c => c.After)];
        foreach ((int i, double level) in levels.Index())
        {
            double y = Math.Exp(level) * factor;
            Marks.Line(plot, ends[i] - 0.4, y, ends[i + 1] - 0.6, y, Change, 2);
        }

        double middle = (shown.Min() + shown.Max()) / 2;
        double reach = Math.Max((shown.Max() - shown.Min()) * 0.56, middle * LeastRange / 2);
        plot.Axes.SetLimits(-0.6, trend.Points.Count - 0.4, Math.Max(0, middle - reach) * factor, (middle + reach) * factor);
        plot.Axes.Bottom.TickGenerator = Dates(trend);
        return plot;
    }

    /// <summary>Of the first run, the newest, those after a change, and some between while there is room.</summary>
    private static ScottPlot.TickGenerators.NumericManual Dates(Trend trend)
    {
        SortedSet<int> places = [0, trend.Points.Count - 1, .. trend.Changes.Select(c => c.At)];
        double apart = (double)trend.Points.Count / MostTicks;
        foreach (int i in Enumerable.Range(0, trend.Points.Count).Where(i => places.All(p => Math.Abs(p - i) >= apart)))
        {
            places.Add(i);
        }

        int[] kept = [.. places.Where(p => p == 0 || trend.Changes.Any(c => c.At == p) || places.All(o => o == p || Math.Abs(o - p) >= apart * 0.7))];
        return new([.. kept.Select(p => (double)p)], [.. kept.Select(p => trend.Points[p].Run.Date)]);
    }
}
