using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Wording;
using ScottPlot;
using ScottPlot.Plottables;

namespace ReuseBench.Reports.Topics.Throughput;

/// <summary>
/// A closed-loop figure by workers and variant: a marker for the median, a bar for its spread, a pale dot for each repeat; beside it, where it was
/// ranked, its ratio to the best. Of more variants than a panel can show, each has a panel of its own.
/// </summary>
/// <param name="fileStem">Name of the chart and of its files.</param>
/// <param name="title">Its subject, said where nothing was found.</param>
/// <param name="says">What a title says of a ratio, by the conditions, the ratio and the other: <c>accepts 1.4 × single</c>.</param>
/// <param name="figureOf">The figure under these conditions.</param>
public sealed class MetricByWorkersChart(
    string fileStem, string title, Func<Conditions, string, string, string> says, Func<Conditions, Figure> figureOf) : IChart
{

    /// <summary>Part of a category's width that its dots are spread over.</summary>
    private const double DodgeWidth = 0.7;

    private const double MostDodge = 0.26;

    /// <summary>Beyond so many sheets only medians say their values: thousands of repeats would make up most of a report.</summary>
    private const int MostSheetsWithNamedRepeats = 4;

    /// <summary>Of the lowest figure: a service time below that is not drawn.</summary>
    private const double LeastOfLowest = 0.6;

    /// <summary>The repeats stand so far right of their median, as a share of the distance to the next series.</summary>
    private const double RepeatsBeside = 0.3;

    private static readonly SeriesStyle ServiceTime = new(SeriesStyle.Faint, MarkerShape.None, MarkerShape.None, Dashes.Dots);

    public string Name => fileStem;

    public ChartDrawing Draw(RunAnalysis run, ChartStyle style)
    {
        Shown[] shown =
        [
            .. run.Cells.Where(c => c.Is(Experiment.Throughput) && !c.Conditions.IsOpenLoop).GroupBy(c => c.Conditions)
                .Select(g => new Shown(g.Key, figureOf(g.Key), [.. g], run)).Where(p => p.HasData),
        ];
        if (shown.Length == 0)
        {
            return new ChartDrawing([], [$"{title}: no closed-loop repeat has this figure."]);
        }

        // What was ranked, and what needs a panel for each series, fills a sheet by itself; the others share one.
        Shown[][] pages = [.. shown.Where(s => s.FillsASheet).Select(s => new[] { s }), .. shown.Where(s => !s.FillsASheet).Chunk(Panels.OnASheet)];
        foreach (Shown one in shown)
        {
            one.NamesRepeats = pages.Length <= MostSheetsWithNamedRepeats;
        }

        return new ChartDrawing([.. pages.Select((page, i) => NewSheet(page, i, pages.Length, style))], []);
    }

    private Sheet NewSheet(Shown[] page, int index, int pages, ChartStyle style)
    {
        MeasuredCell[] cells = [.. page.SelectMany(p => p.Cells)];
        Shown first = page[0];
        bool isSmall = first.HasPanelForEach;
        int panels = isSmall ? first.Series.Length : first.FillsASheet ? 2 : page.Length;
        string subject = pages == 1 ? title : page.Length == 1 ? $"{title}, {first.Conditions.Load}" : $"{title} ({index + 1} of {pages})";
        string head = page.Length == 1 ? ChartTitle.Of(first.Finding, subject, (ratio, other) => says(first.Conditions, ratio, other)) : subject;
        return new Sheet
        {
            FileStem = pages == 1 ? fileStem : $"{fileStem}-{index + 1}",
            Title = head,
            AltText = $"{head}. {title}: {string.Join("; ", page.Select(p => p.Conditions.Label))}.",
            Notes =
            [
                (page.SelectMany(p => p.Estimates).Any(e => e.Value is not null)
                    ? "Marker: median of the valid repeats. Bar: 95 % interval (min–max below six repeats). "
                        + (isSmall ? "The pale lines behind a panel are the other variants'." : "Open markers are limited.")
                    : "No repeat is valid, so there is no median.") + (page.Length > 1 ? " Panels have scales of their own." : ""),
                .. first.HasRatio ? [$"Right: the ratio to the best cell, {RankingWords.ByMean}, with the interval that holds for all cells of the "
                    + $"report at once; shaded: within {Words.Percent(first.Margin)} of the best."] : Array.Empty<string>(),
                .. ServiceTimeNote(page),
                .. page.Any(p => p.Figure == Figure.ServerCpuPerRequest) ? [CpuCharges.Note] : Array.Empty<string>(),
                .. RestrictionWords.Say(page.SelectMany(p => p.Estimates)),
            ],
            Cells = cells,
            Draw = () => isSmall ? [.. first.Series.Select((s, i) => first.DrawAlone(s, i % Panels.SmallColumns == 0, style))]
                : first.HasRatio ? [first.Draw(style), first.DrawRatio(style)] : [.. page.Select(p => p.Draw(style))],
            Legend = [.. Legend(page, isSmall)],
            Columns = isSmall ? Math.Min(Panels.SmallColumns, panels) : Math.Min(2, panels),
            PanelHeight = isSmall ? 240 : panels <= 2 ? 440 : 380,
        };
    }

    private static IEnumerable<LegendItem> Legend(Shown[] page, bool isSmall)
    {
        // Where the series are named on the axis or above their panels, a legend would say it again.
        if (!isSmall)
        {
            foreach (Series series in page.Where(p => !p.IsNamedOnAxis || p.HasRatio).SelectMany(p => p.Series).Distinct().Order())
            {
                yield return Marks.DotEntry(series);
            }
        }

        if (page.Any(p => p.IsServiceTimeShown))
        {
            yield return Marks.LineEntry("configured service time", ServiceTime, MarkerShape.None);
        }

        Estimate[] estimates = [.. page.SelectMany(p => p.Estimates)];
        if (estimates.Any(e => e is { Value: not null, Grade: Grade.Limited }))
        {
            yield return Marks.LimitedEntry;
        }

        if (estimates.Any(e => e.ByRound.Count > 1))
        {
            yield return Marks.FaintEntry;
        }

        if (page.Any(p => p.Cells.Any(c => p.InvalidOf(c).Any())))
        {
            yield return Marks.InvalidEntry;
        }

        if (isSmall)
        {
            yield return Marks.LineEntry("the other variants", SeriesStyle.Others, MarkerShape.None);
        }
    }

    private static IEnumerable<string> ServiceTimeNote(Shown[] page)
    {
        if (page.Any(p => p.IsServiceTimeShown))
        {
            yield return "What lies above the configured service time, which the server was told to burn for each request, is the cost of serving.";
        }

        double[] notShown = [.. page.Where(p => !p.IsServiceTimeShown).Select(p => p.ServiceTimeUs).OfType<double>().Distinct().Order()];
        if (notShown.Length > 0)
        {
            yield return $"Each value includes the service time, {string.Join(" or ", notShown.Select(Quantity.Microseconds.Tick))} as its panel says.";
        }
    }

    /// <summary>The cells of one set of conditions.</summary>
    private sealed class Shown
    {
        private readonly int[] _sizes;
        private readonly double _factor;
        private readonly string _unit;
        private readonly (double Low, double High) _range;

        public Shown(Conditions conditions, Figure figure, MeasuredCell[] cells, RunAnalysis run)
        {
            Conditions = conditions;
            Figure = figure;
            Cells = cells;
            Estimates = [.. cells.Select(c => run.Median(c, figure))];
            Series = [.. cells.Select(c => c.Series).Distinct().Order()];
            Margin = run.Margin;
            Finding = ChartTitle.Find(run, "throughput", ThroughputTopic.ContestOf(figure, Estimates, run), figure.Name);
            _sizes = [.. cells.Select(c => c.Workers).Distinct().Order()];
            double[] values = [.. Estimates.SelectMany(Values)];
            (_factor, _unit) = figure.Quantity.ScaleFor(values.DefaultIfEmpty(0).Max());
            ServiceTimeUs = figure == Figure.ServerCpuPerRequest && conditions.ServiceCpuUs > 0 ? conditions.ServiceCpuUs : null;
            IsServiceTimeShown = ServiceTimeUs >= LeastOfLowest * values.DefaultIfEmpty(0).Min();
            _range = AxisRange.Fit(values.Concat(IsServiceTimeShown ? [ServiceTimeUs!.Value] : []).Select(v => v * _factor));
        }

        public Conditions Conditions { get; }

        public Figure Figure { get; }

        public MeasuredCell[] Cells { get; }

        public Estimate[] Estimates { get; }

        public Series[] Series { get; }

        public double Margin { get; }

        public RankingFinding? Finding { get; }

        /// <summary>What of the figure was asked for; null where that is nothing, or the figure is no CPU time.</summary>
        public double? ServiceTimeUs { get; }

        /// <summary>A line far below all figures would take most of the axis; a note says it then.</summary>
        public bool IsServiceTimeShown { get; }

        /// <summary>Whether a repeat says its value when somebody points at it.</summary>
        public bool NamesRepeats { get; set; }

        public bool HasData => Cells.Any(c => c.Repeats.Any(r => Figure.Of(r.Row) is not null));

        public bool HasPanelForEach => Series.Length > SeriesStyle.MostInOnePanel;

        public bool HasRatio => !HasPanelForEach && Ratios.Skip(1).Any();

        public bool FillsASheet => HasPanelForEach || HasRatio;

        /// <summary>With one number of workers the axis has room for the names.</summary>
        public bool IsNamedOnAxis => _sizes.Length == 1;

        private IEnumerable<Ranked> Ratios => Finding?.Over.Cells.Where(c => c.ToBest is not null) ?? [];

        public IEnumerable<(int Repeat, double Value)> InvalidOf(MeasuredCell cell) =>
            from repeat in cell.Repeats
            where !repeat.IsValid(Figure.Affects)
            let value = Figure.Of(repeat.Row)
            where value is not null
            select (repeat.Row.Repeat, value.Value);

        public Plot Draw(ChartStyle style)
        {
            Plot plot = NewPanel(style, PanelTitle.Broken(Conditions.Label), _unit, IsNamedOnAxis);
            DrawServiceTime(plot, IsNamedOnAxis ? Series.Length : _sizes.Length);
            foreach (Series one in Series)
            {
                DrawSeries(plot, one, Place(one, IsNamedOnAxis), Step(IsNamedOnAxis), SeriesStyle.Of(one));
            }

            plot.Axes.SetLimitsY(_range.Low, _range.High);
            return plot;
        }

        /// <summary>One series before the others.</summary>
        public Plot DrawAlone(Series series, bool isLeft, ChartStyle style)
        {
            Plot plot = NewPanel(style, PanelTitle.Broken(series.Label, Panels.SmallColumns), isLeft ? _unit : "", isNamedOnAxis: false, isSmall: true);
            DrawServiceTime(plot, _sizes.Length);
            foreach (Series other in Series.Where(s => s != series))
            {
                Connect(plot, other, w => Array.IndexOf(_sizes, w), SeriesStyle.Others, 1.5f, SeriesStyle.Pale);
            }

            DrawSeries(plot, series, w => Array.IndexOf(_sizes, w), MostDodge, SeriesStyle.Of(series));
            plot.Axes.SetLimitsY(_range.Low, _range.High);
            return plot;
        }

        public Plot DrawRatio(ChartStyle style)
        {
            Ranked[] ranked = [.. Ratios];
            Plot plot = NewPanel(style, "ratio to the best cell, 95 % interval", "× the best", isNamedOnAxis: false);
            (double low, double high) = AxisRange.Fit(
                [1, .. ranked.Select(r => r.ToBest!.Ratio), .. ranked.SelectMany(r => new[] { r.ToBest!.Low, r.ToBest.High }).Where(v => v is > 0 and < 10)]);
            (double From, double To) within = Figure.Better == Core.Csv.Better.Higher ? (1 - Margin, 1.0) : (1.0, 1 / (1 - Margin));
            var band = plot.Add.Rectangle(-0.5, _sizes.Length - 0.5, within.From, within.To);
            band.FillColor = Color.FromHex("#eeeeee");
            band.LineWidth = 0;
            Marks.Line(plot, -0.5, 1, _sizes.Length - 0.5, 1, SeriesStyle.Faint, 1);
            foreach (Ranked cell in ranked)
            {
                MeasuredCell measured = cell.Estimate.Cell;
                SeriesStyle look = SeriesStyle.Of(measured.Series);
                double x = Place(measured.Series, isNamedOnAxis: false)(measured.Workers);
                RatioToBest ratio = new(cell);
                Bar(plot, x, ratio.Ratio, Math.Max(ratio.Low, low), Math.Min(ratio.High, high), look.Color);
                Marks.Point(plot, x, ratio.Ratio, look, cell.Estimate.Grade,
                    text: new MarkText(measured.Series.Label, Words.Count(measured.Workers, "worker"), ratio.Text));
            }

            plot.Axes.SetLimitsY(low, high);
            return plot;
        }

        private Plot NewPanel(ChartStyle style, string title, string yLabel, bool isNamedOnAxis, bool isSmall = false)
        {
            string xLabel = isNamedOnAxis ? $"variant ({Words.Count(_sizes[0], "worker")})" : "workers";
            Plot plot = isSmall ? style.NewSmallPanel(title, xLabel, yLabel) : style.NewPanel(title, xLabel, yLabel);
            string[] names = isNamedOnAxis ? [.. Series.Select(s => s.Label.Replace(", ", ",\n", StringComparison.Ordinal))] : [.. _sizes.Select(w => $"{w}")];
            plot.Axes.Bottom.TickGenerator = Ticks.Categories(names);
            plot.Axes.Bottom.MajorTickStyle.Length = 0;
            plot.Grid.XAxisStyle.IsVisible = false;
            plot.Axes.SetLimitsX(-0.5, names.Length - 0.5);
            for (int i = 1; i < names.Length && !isNamedOnAxis; i++)
            {
                plot.Add.VerticalLine(i - 0.5, 1, Color.FromHex("#e2e2e2"));
            }

            return plot;
        }

        private double Step(bool isNamedOnAxis) => isNamedOnAxis ? MostDodge : Math.Min(MostDodge, DodgeWidth / Math.Max(1, Series.Length - 1));

        private Func<int, double> Place(Series series, bool isNamedOnAxis)
        {
            int place = Array.IndexOf(Series, series);
            return isNamedOnAxis ? _ => place : w => Array.IndexOf(_sizes, w) + (Step(false) * (place - ((Series.Length - 1) / 2.0)));
        }

        private void DrawServiceTime(Plot plot, int categories)
        {
            if (IsServiceTimeShown && ServiceTimeUs is double service)
            {
                ServiceTime.Line.Add(plot, [new(-0.5, service * _factor), new(categories - 0.5, service * _factor)], ServiceTime.Color, 2);
            }
        }

        private void DrawSeries(Plot plot, Series series, Func<int, double> x, double step, SeriesStyle look)
        {
            Connect(plot, series, x, look, 1.2f, look.Color.WithAlpha(0.6));
            foreach (Estimate e in Estimates.Where(e => e.Cell.Series == series))
            {
                double at = x(e.Cell.Workers);
                foreach ((int repeat, double value) in InvalidOf(e.Cell))
                {
                    Marks.InvalidPoint(plot, at, value * _factor, look, CellMarks.Repeat(e.Cell, repeat, $"{Figure.Quantity.Text(value)} (invalid)"));
                }

                foreach (RoundFigure one in e.ByRound.Where(_ => e.ByRound.Count > 1))
                {
                    Marks.Faint(plot, at + (RepeatsBeside * step), one.Figure * _factor, look.Color,
                        NamesRepeats ? CellMarks.Repeat(e.Cell, one.Round, Figure.Quantity.Text(one.Figure)) : null);
                }

                if (e is { Value: double median, Repeats: { } repeats })
                {
                    if (Spread.Of(repeats) is { } spread)
                    {
                        Bar(plot, at, median * _factor, spread.Low * _factor, spread.High * _factor, look.Color);
                    }

                    Marks.Point(plot, at, median * _factor, look, e.Grade, text: CellMarks.Median(e));
                }
            }
        }

        /// <summary>A thin line through the medians: how a variant scales.</summary>
        private void Connect(Plot plot, Series series, Func<int, double> x, SeriesStyle look, float width, Color color)
        {
            Coordinates[] points =
            [
                .. Estimates.Where(e => e.Cell.Series == series && e.Value is not null).OrderBy(e => e.Cell.Workers)
                    .Select(e => new Coordinates(x(e.Cell.Workers), e.Value!.Value * _factor)),
            ];
            if (points.Length > 1)
            {
                look.Line.Add(plot, points, color, width);
            }
        }

        private static void Bar(Plot plot, double x, double middle, double low, double high, Color color) => plot.Add.Plottable(
            new ErrorBar([x], [middle], null, null, yErrorsPositive: [high - middle], yErrorsNegative: [middle - low])
            {
                Color = color,
                LineWidth = 2,
                CapSize = 5,
            });

        private IEnumerable<double> Values(Estimate e)
        {
            foreach ((_, double value) in InvalidOf(e.Cell))
            {
                yield return value;
            }

            foreach (RoundFigure one in e.ByRound)
            {
                yield return one.Figure;
            }
        }

        private sealed record RatioToBest(double Ratio, double Low, double High)
        {
            public RatioToBest(Ranked cell)
                : this(cell.ToBest!.Ratio, cell.ToBest.Low, cell.ToBest.High)
            {
            }

            public string Text => $"{RankingWords.Ratio(Ratio)} × the best (95 % {RankingWords.Ratio(Low)} to {RankingWords.Ratio(High)})";
        }
    }
}
