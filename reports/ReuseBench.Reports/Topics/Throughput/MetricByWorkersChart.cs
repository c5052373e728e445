using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ScottPlot;
using ScottPlot.Plottables;

namespace ReuseBench.Reports.Topics.Throughput;

/// <summary>A closed-loop figure by workers and variant: a dot for the median, a bar for its spread, one panel for each workload and load.</summary>
public sealed class MetricByWorkersChart(string fileStem, string title, Func<Conditions, Figure> figureOf) : IChart
{
    private const int PanelsOnASheet = 4;

    /// <summary>Part of a category's width that its dots are spread over.</summary>
    private const double DodgeWidth = 0.66;

    private const double MostDodge = 0.14;

    private static readonly SeriesStyle ServiceTime = new(SeriesStyle.Faint, MarkerShape.None, MarkerShape.None, Dashes.Dots);

    public string Name => fileStem;

    public ChartDrawing Draw(RunAnalysis run, ChartStyle style)
    {
        Panel[] panels =
        [
            .. run.Cells.Where(c => c.Is(Experiment.Throughput) && !c.Conditions.IsOpenLoop).GroupBy(c => c.Conditions)
                .Select(g => new Panel(g.Key, figureOf(g.Key), [.. g], run)).Where(p => p.HasData),
        ];
        if (panels.Length == 0)
        {
            return new ChartDrawing([], [$"{title}: no closed-loop repeat has this figure."]);
        }

        Panel[][] pages = [.. panels.Chunk(PanelsOnASheet)];
        return new ChartDrawing([.. pages.Select((page, i) => NewSheet(page, i, pages.Length, style))], []);
    }

    private Sheet NewSheet(Panel[] page, int index, int pages, ChartStyle style)
    {
        MeasuredCell[] cells = [.. page.SelectMany(p => p.Cells)];
        bool anyInvalid = page.Any(p => p.Estimates.Any(e => e.Invalid > 0));
        return new Sheet
        {
            FileStem = pages == 1 ? fileStem : $"{fileStem}-{index + 1}",
            Title = pages == 1 ? title : $"{title} ({index + 1} of {pages})",
            Notes =
            [
                "Dots are medians over the repeats that are valid; bars show the 95 % interval of the median, or all repeats (min–max) where "
                    + "there are fewer than six. "
                    + "Open markers are limited; panels have scales of their own.",
                .. ServiceTimeNote(page),
                .. ChargesNote(page),
                .. RestrictionWords.Say(page.SelectMany(p => p.Estimates)),
            ],
            Cells = cells,
            Draw = () => [.. page.Select(p => p.Draw(style))],
            Legend = [.. cells.Select(c => c.Series).Distinct().Order()
                .Select(Marks.DotEntry), .. ServiceTimeEntry(page), .. LimitedEntry(page), .. anyInvalid ? [Marks.InvalidEntry]
                : Array.Empty<LegendItem>()],
            Columns = Math.Min(2, page.Length),
            PanelHeight = page.Length <= 2 ? 560 : 430,
        };
    }

    private static IEnumerable<string> ServiceTimeNote(Panel[] page)
    {
        if (page.Any(p => p.ServiceTimeUs is not null))
        {
            yield return "What lies above the configured service time, which the server was told to burn for each request, is the cost of serving.";
        }
    }

    private static IEnumerable<string> ChargesNote(Panel[] page)
    {
        if (page.Any(p => p.Figure == Figure.ServerCpuPerRequest))
        {
            yield return CpuCharges.Note;
        }
    }

    private static IEnumerable<LegendItem> ServiceTimeEntry(Panel[] page)
    {
        if (page.Any(p => p.ServiceTimeUs is not null))
        {
            yield return Marks.LineEntry("configured service time", ServiceTime, MarkerShape.None);
        }
    }

    private static IEnumerable<LegendItem> LimitedEntry(Panel[] page)
    {
        if (page.Any(p => p.Estimates.Any(e => e.Grade == Grade.Limited)))
        {
            yield return Marks.LimitedEntry;
        }
    }

    private sealed class Panel(Conditions conditions, Figure figure, MeasuredCell[] cells, RunAnalysis run)
    {
        public MeasuredCell[] Cells { get; } = cells;

        public Figure Figure => figure;

        public Estimate[] Estimates { get; } = [.. cells.Select(c => run.Median(c, figure))];

        /// <summary>What of the figure was asked for; null where that is nothing, or the figure is no CPU time.</summary>
        public double? ServiceTimeUs { get; } = figure == Figure.ServerCpuPerRequest && conditions.ServiceTimeUs > 0 ? conditions.ServiceTimeUs
            : null;

        public bool HasData => Cells.Any(c => c.Repeats.Any(r => figure.Of(r.Row) is not null));

        public Plot Draw(ChartStyle style)
        {
            int[] sizes = [.. Cells.Select(c => c.Workers).Distinct().Order()];
            Series[] series = [.. Cells.Select(c => c.Series).Distinct().Order()];
            double top = Cells.SelectMany(c => c.Repeats).Max(r => figure.Of(r.Row) ?? 0);
            (double factor, string unit) = figure.Quantity.ScaleFor(top);

            Plot plot = style.NewPanel(PanelTitle.Broken(conditions.Label), "workers", unit);
            if (ServiceTimeUs is double service)
            {
                ServiceTime.Line.Add(plot, [new(-0.5, service * factor), new(sizes.Length - 0.5, service * factor)], ServiceTime.Color, 2);
            }

            foreach (Series one in series)
            {
                double step = Math.Min(MostDodge, DodgeWidth / Math.Max(1, series.Length - 1));
                double offset = step * (Array.IndexOf(series, one) - ((series.Length - 1) / 2.0));
                DrawSeries(plot, one, w => Array.IndexOf(sizes, w) + offset, factor);
            }

            plot.Axes.Bottom.TickGenerator = Ticks.Categories([.. sizes.Select(w => $"{w}")]);
            plot.Axes.Bottom.MajorTickStyle.Length = 0;
            plot.Grid.XAxisStyle.IsVisible = false;
            plot.Axes.SetLimits(-0.5, sizes.Length - 0.5, 0, top > 0 ? top * factor * 1.08 : 1);
            for (int i = 1; i < sizes.Length; i++)
            {
                plot.Add.VerticalLine(i - 0.5, 1, Color.FromHex("#e2e2e2"));
            }

            return plot;
        }

        private void DrawSeries(Plot plot, Series series, Func<int, double> x, double factor)
        {
            SeriesStyle style = SeriesStyle.Of(series);
            foreach (Estimate e in Estimates.Where(e => e.Cell.Series == series))
            {
                double at = x(e.Cell.Workers);
                foreach (double value in e.Cell.Repeats.Where(r => !r.IsValid(figure.Affects)).Select(r => figure.Of(r.Row)).OfType<double>())
                {
                    Marks.InvalidPoint(plot, at, value * factor, style);
                }

                if (e is { Value: double median, Repeats: not null })
                {
                    DrawSpread(plot, at, e, style, factor);
                    Marks.Point(plot, at, median * factor, style, e.Grade);
                }
            }
        }

        private static void DrawSpread(Plot plot, double x, Estimate e, SeriesStyle style, double factor)
        {
            if (Spread.Of(e.Repeats!) is Spread spread)
            {
                double median = e.Value!.Value * factor;
                ErrorBar bar = new([x], [median], null, null, yErrorsPositive: [(spread.High * factor) - median],
                    yErrorsNegative: [median - (spread.Low * factor)]);
                bar.Color = style.Color;
                bar.LineWidth = 2;
                bar.CapSize = 5;
                plot.Add.Plottable(bar);
            }
        }
    }
}
