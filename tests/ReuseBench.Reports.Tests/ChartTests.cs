using System.Collections.Concurrent;
using System.Globalization;
using ReuseBench.Core.Csv;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Render;
using ReuseBench.Reports.Topics;
using ReuseBench.Reports.Topics.Latency;
using ReuseBench.Reports.Topics.Restart;
using ReuseBench.Reports.Topics.Rounds;
using ReuseBench.Reports.Topics.Throughput;
using ScottPlot;
using ScottPlot.Plottables;

namespace ReuseBench.Reports.Tests;

/// <summary>What holds for every chart, at 2, 4 and 20 series: nothing in it that is not drawn, nothing drawn that does not fit.</summary>
public sealed class ChartTests
{
    /// <summary>Of an axis of values, by the marks of all panels that share it.</summary>
    private const double LeastUse = 0.5;

    private const int MostEntries = 12;

    /// <summary>Of an SVG in a page: a report of a large run holds forty of them and is to stay below 5 MB.</summary>
    private const int MostCharacters = 400_000;

    /// <summary>Charts whose axis is the range of their values; shares, p-values and rows have an axis of their own.</summary>
    private static readonly string[] ByValue = ["throughput", "cpu-per-request", "latency", "latency-by-rate", "run-order"];

    private static readonly Color[] AnySeries = [SeriesStyle.Ink, SeriesStyle.Faint];

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(20)]
    public void Every_entry_of_a_legend_has_a_mark_in_a_panel(int series) => Each(series, (chart, sheet) =>
    {
        foreach (LegendItem item in sheet.Legend)
        {
            Assert.True(sheet.Panels.Any(p => IsDrawn(p, item)), $"{chart}, {sheet.FileStem}: '{item.LabelText}' is in the legend and in no panel");
        }

        Assert.True(sheet.Legend.Count <= MostEntries, $"{sheet.FileStem}: a legend of {sheet.Legend.Count} entries");
    });

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(20)]
    public void The_marks_fill_at_least_half_of_an_axis_and_none_lies_outside(int series) => Each(series, (chart, sheet) =>
    {
        (double Low, double High)[] used = [.. sheet.Panels.Select(p => Used(p, m => m.Y, p.Axes.GetLimits().Bottom, p.Axes.GetLimits().Top))];
        Assert.All(sheet.Panels.Zip(used), p => Assert.True(
            p.Second is { Low: >= 0, High: <= 1 }, $"{chart}, {sheet.FileStem}: marks from {p.Second.Low} to {p.Second.High} of the axis"));
        (double Low, double High)[] across = [.. sheet.Panels.Select(p => Used(p, m => m.X, p.Axes.GetLimits().Left, p.Axes.GetLimits().Right))];
        Assert.All(across, a => Assert.True(a is { Low: >= 0, High: <= 1 }, $"{sheet.FileStem}: marks from {a.Low} to {a.High} of the width"));
        if (ByValue.Contains(chart))
        {
            Assert.True(used.Max(u => u.High) - used.Min(u => u.Low) >= LeastUse, $"{chart}, {sheet.FileStem}: {string.Join(" ", used)}");
            Assert.True(across.Max(u => u.High) - across.Min(u => u.Low) >= LeastUse, $"{chart}, {sheet.FileStem}: {string.Join(" ", across)}");
        }
    });

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(20)]
    public void Labels_of_an_axis_and_titles_of_panels_have_room(int series) => Each(series, (chart, sheet) =>
    {
        float width = (1200f / sheet.Columns) - 16;
        foreach (Plot panel in sheet.Panels)
        {
            Assert.True(Widest(panel.Axes.Title.Label.Text, 14) <= width, $"{sheet.FileStem}: '{panel.Axes.Title.Label.Text}' is wider than its panel");
            (double left, double right) = (panel.Axes.GetLimits().Left, panel.Axes.GetLimits().Right);
            Tick[] all = panel.Axes.Bottom.TickGenerator.Ticks;
            Tick[] ticks = [.. all.Where(t => t.IsMajor && t.Position >= left && t.Position <= right).OrderBy(t => t.Position)];
            float data = panel.RenderManager.LastRender.DataRect.Width;
            foreach ((Tick first, Tick second) in ticks.Zip(ticks.Skip(1)))
            {
                double apart = data * (second.Position - first.Position) / (right - left);
                float room = (Widest(first.Label, 12) + Widest(second.Label, 12)) / 2;
                Assert.True(room < apart, $"{chart}, {sheet.FileStem}: {first.Label} lies on {second.Label}");
            }
        }
    });

    [Fact]
    public void Points_are_where_their_marks_are_and_say_their_values()
    {
        using RunFolder run = new();
        RunAnalysis analysis = Ranked(ChartRuns.Of(run, 2));
        Sheet sheet = Assert.Single(Throughput().Draw(analysis, Style(analysis)).Sheets);
        SheetRenderer renderer = new(sheet, Style(analysis));
        _ = renderer.SaveSvg(Path.Combine(run.Path, "points.svg"));
        IReadOnlyList<PicturePoint> points = renderer.Points();

        NamedMarker[] marks = [.. sheet.Panels.SelectMany(p => p.GetPlottables().OfType<NamedMarker>()).Where(m => m.Text is not null)];
        Assert.Equal(marks.Select(m => (m.Text!.Series, m.Text.Label, m.Text.Value)), points.Select(p => (p.Series, p.Label, p.Value)));
        foreach (Estimate e in analysis.Cells.Where(c => c.Is(Core.Cells.Experiment.Throughput)).Select(analysis.Throughput))
        {
            PicturePoint point = Assert.Single(points, p => p.Series == e.Cell.Series.Label && p.Value == e.Text);
            float height = sheet.PanelHeight + 52 + 27 + 8 + 34;
            Coordinates at = sheet.Panels[0].GetCoordinates(new Pixel(1200 * point.X, height * point.Y));
            Assert.Equal(e.Value!.Value / 1000, at.Y, 0.05 * e.Value.Value / 1000);
        }
    }

    [Fact]
    public void A_picture_of_a_report_has_its_points_within_and_says_what_it_shows()
    {
        using RunFolder run = new();
        ChartFiles files = ChartFiles.Draw(TopicRegistry.All.SelectMany(t => t.Charts), Ranked(ChartRuns.Of(run, 4)), run.Path, Fonts());

        Assert.All(files.Drawn, d => Assert.NotEmpty(d.Picture.Points));
        Assert.All(files.Drawn.SelectMany(d => d.Picture.Points), p =>
        {
            Assert.InRange(p.X, 0, 1);
            Assert.InRange(p.Y, 0, 1);
            Assert.NotEmpty(p.Value);
        });
        Assert.All(files.Drawn, d => Assert.StartsWith(d.Picture.Title.Split(" (", 2)[0], d.Picture.AltText, StringComparison.Ordinal));
        Assert.All(files.Drawn, d => Assert.True(d.Picture.AltText.Length > d.Picture.Title.Length, d.Picture.AltText));
    }

    [Fact]
    public void A_title_says_what_the_ranking_found_with_its_own_ratio()
    {
        using RunFolder run = new();
        RunAnalysis analysis = Ranked(ChartRuns.Of(run, 2));
        RankingFinding finding = Assert.Single(new ThroughputTopic().Find(analysis).OfType<RankingFinding>(), f => f.Metric == "connections_per_s");
        Ranking four = finding.BySize.Single(s => s.Workers == 4).Ranking;
        double ratio = four.Ratio(four.Leader!, Assert.Single(four.Behind))!.Value.Ratio;

        Sheet sheet = Assert.Single(Throughput().Draw(analysis, Style(analysis)).Sheets);

        Assert.Equal($"reuseport accepts {ratio.ToString("0.00", CultureInfo.InvariantCulture)} × single at 4 workers", sheet.Title);
        Assert.Equal(2, sheet.Panels.Count); // the figure, and its ratio to the best
    }

    [Fact]
    public void Of_too_few_repeats_a_title_claims_nothing_and_no_ratio_is_drawn()
    {
        using RunFolder run = new();
        run.AddRepeats(RunFolder.Row("single", 1), 100, 101).AddRepeats(RunFolder.Row("reuseport", 1), 300, 301);
        RunAnalysis analysis = Ranked(run);

        Sheet sheet = Assert.Single(Throughput().Draw(analysis, Style(analysis)).Sheets);

        Assert.Equal("Throughput by workers and variant", sheet.Title);
        Assert.Single(sheet.Panels);
        Assert.DoesNotContain(sheet.Legend, l => l.LabelText == "single"); // it is named on the axis
        Assert.Equal(4, sheet.Panels[0].GetPlottables().OfType<NamedMarker>().Count(m => m.Text!.Label.Contains("repeat", StringComparison.Ordinal)));
    }

    [Fact]
    public void More_variants_than_a_panel_can_show_get_a_panel_each_and_no_legend()
    {
        using RunFolder run = new();
        RunAnalysis analysis = Ranked(ChartRuns.Of(run, 20));
        Sheet sheet = Assert.Single(Throughput().Draw(analysis, Style(analysis)).Sheets);

        Assert.Equal(20, sheet.Panels.Select(p => p.Axes.Title.Label.Text).Distinct().Count());
        Assert.All(sheet.Panels, p => Assert.Equal(sheet.Panels[0].Axes.GetLimits().Top, p.Axes.GetLimits().Top));
        Assert.Equal(["open marker: limited", "small dot: one repeat", "the other variants"], sheet.Legend.Select(l => l.LabelText));
    }

    [Fact]
    public void Latency_against_rate_is_drawn_from_three_rates_on_and_marks_the_knee()
    {
        using RunFolder run = new();
        RunAnalysis analysis = Ranked(ChartRuns.Of(run, 2));

        Sheet sheet = Assert.Single(new LatencyByRateChart().Draw(analysis, Style(analysis)).Sheets);

        Assert.Equal("p99 of every curve shown more than doubles beyond 20 k requests/s", sheet.Title);
        NamedMarker[] knees = [.. Assert.Single(sheet.Panels).GetPlottables().OfType<NamedMarker>().Where(m => m.Text!.Label == "2 workers, knee")];
        Assert.Equal([20.0, 20], knees.Select(k => k.X));
        Assert.Equal(16, sheet.Panels[0].GetPlottables().OfType<NamedMarker>().Count() - knees.Length); // p50 and p99, four rates, two variants
    }

    [Fact]
    public void Of_two_rates_no_curve_is_drawn()
    {
        using RunFolder run = new();
        foreach (double rate in (double[])[1_000, 2_000])
        {
            ResultRow row = RunFolder.Row("single", 2) with
            {
                Experiment = "latency",
                Load = "open",
                RateRpsRequested = rate,
                Arrivals = "constant",
                CellId = $"l{rate}",
            };
            run.Add(row).AddLatencies(row, Enumerable.Range(1, 20_000).Select(i => 1_000L * i));
        }

        RunAnalysis analysis = Ranked(run);
        Assert.Empty(new LatencyByRateChart().Draw(analysis, Style(analysis)).Sheets);
    }

    [Theory]
    [InlineData("100 110 150 320 700", 3.0)] // the last rate below twice the first
    [InlineData("100 110 120 130", null)] // never bends
    [InlineData("100 320 110 330", null)] // bends, and back: the repeats do not agree on a rate
    [InlineData("100 500", null)] // two rates are no curve
    [InlineData("100 300 400", 1.0)] // bends at once
    public void The_knee_is_the_last_rate_below_twice_the_lowest_rates_p99(string p99, double? knee) =>
        Assert.Equal(knee, RateKnee.Of(RatePoints(p99, -1, 0, 1), isShare: false)?.Rate);

    [Fact]
    public void A_knee_takes_three_repeats_at_each_rate()
    {
        RatePoint[] enough = RatePoints("100 110 320", -1, 0, 1);
        RatePoint[] few = RatePoints("100 110 320", -1, 1);
        RatePoint[] merged = RatePoints("100 110 320");

        Assert.Equal(2.0, RateKnee.Of(enough, isShare: false)?.Rate);
        Assert.Null(RateKnee.Of([.. enough[..2], few[2]], isShare: false));
        Assert.Null(RateKnee.Of([.. enough[..2], merged[2]], isShare: false));
        Assert.Contains("fewer than 3 repeats", RateKnee.Rule, StringComparison.Ordinal);
    }

    /// <summary>One point for each p99, with repeats that lie so far from it.</summary>
    private static RatePoint[] RatePoints(string p99, params double[] repeats) =>
    [
        .. p99.Split(' ').Select(double.Parse).Select((us, i) =>
        {
            ResultRow row = RunFolder.Row("single", 2) with { CellId = $"k{i}", Experiment = "latency", Load = "open", RateRpsRequested = i + 1 };
            Estimate e = new()
            {
                Cell = new Data.MeasuredCell(row.CellId, [new Data.MeasuredRepeat { Row = row.ToRow() }]),
                Quantity = Wording.Quantity.Microseconds,
                Better = Better.Lower,
                ValueName = "p99",
                Value = us,
                Repeats = Core.Statistics.Sample.Of(repeats.Select(off => us + off)),
            };
            return new RatePoint(e.Cell, i + 1, e, e);
        }),
    ];

    [Fact]
    public void Repeats_stand_in_the_order_in_which_they_ran_over_the_median_of_their_cell()
    {
        using RunFolder run = new();
        double[] figures = [90, 100, 110, 95, 100, 105];
        int[] order = [5, 3, 4, 1, 0, 2];
        for (int i = 0; i < figures.Length; i++)
        {
            run.Add(RunFolder.Row("single", 1, i + 1) with
            {
                ConnectionsPerS = figures[i],
                ThroughputRps = figures[i],
                StartedUtc = $"2026-01-02T03:0{order[i]}:00Z",
                CanaryRoundsPerUs = 50 + i,
            });
        }

        RunAnalysis analysis = Ranked(run);
        Sheet sheet = Assert.Single(new RunOrderChart().Draw(analysis, Style(analysis)).Sheets);

        Assert.Equal([1.0, 0.95, 1.05, 1.0, 1.1, 0.9], Marks(sheet.Panels[0]).Select(m => Math.Round(m.Y, 6)));
        Assert.Equal([54.0, 53, 55, 51, 52, 50], Marks(sheet.Panels[1]).Select(m => Math.Round(m.Y * 53 / 100, 4)));
    }

    [Fact]
    public void The_number_of_a_bar_that_is_cut_off_stands_beyond_every_bar()
    {
        using RunFolder run = new();
        RunAnalysis analysis = Ranked(ChartRuns.Of(run, 2));

        Plot panel = Assert.Single(Assert.Single(new RestartTimelineChart().Draw(analysis, Style(analysis)).Sheets).Panels);

        double[] bars = [.. panel.GetPlottables<Polygon>().SelectMany(p => p.Coordinates).Select(c => c.Y)];
        Text[] numbers = [.. panel.GetPlottables<Text>()];
        Assert.Equal(["90", "40"], numbers.Select(t => t.LabelText));
        Assert.Equal((bars.Max(), bars.Min()), (numbers[0].Location.Y, numbers[1].Location.Y));
        Assert.Equal((Alignment.LowerCenter, Alignment.UpperCenter), (numbers[0].LabelAlignment, numbers[1].LabelAlignment));
        Assert.True(panel.Axes.GetLimits().Top > 1.1 * bars.Max() && panel.Axes.GetLimits().Bottom < 1.1 * bars.Min());
    }

    [Fact]
    public void A_restart_without_failures_has_no_empty_half()
    {
        using RunFolder run = new();
        ResultRow row = RunFolder.Row("restart", 1) with
        {
            Experiment = "restart",
            RestartMethod = "handoff",
            RestartStop = "graceful",
            RestartScope = "process",
            RestartLoad = "idle",
        };
        run.Add(row).AddTimeline(row, [.. Enumerable.Repeat((2L, 0L), 300)]);
        run.AddRestart(new Core.Results.RestartRow
        {
            RunId = RunFolder.RunId,
            CellId = row.CellId,
            Repeat = 1,
            Restart = 1,
            RestartMethod = Core.Cells.RestartMethod.Handoff,
            Status = Core.Results.RestartStatus.Measured,
            StopMs = 100,
            GapMs = 0,
            GapUncertaintyMs = 1,
            GapBound = Core.Results.GapBound.Exact,
            ListeningMs = -20,
            ProcessGoneMs = 10,
        });
        RunAnalysis analysis = Ranked(run);

        Sheet sheet = Assert.Single(new RestartTimelineChart().Draw(analysis, Style(analysis)).Sheets);

        AxisLimits limits = Assert.Single(sheet.Panels).Axes.GetLimits();
        Assert.True(-limits.Bottom < 0.1 * limits.Top, $"{limits.Bottom} to {limits.Top}");
        Assert.DoesNotContain("failed", sheet.Legend.Select(l => l.LabelText));
    }

    private static MetricByWorkersChart Throughput() => new ThroughputTopic().Charts.OfType<MetricByWorkersChart>().First();

    private static IEnumerable<NamedMarker> Marks(Plot panel) => panel.GetPlottables().OfType<NamedMarker>().OrderBy(m => m.X);

    private static InstalledFonts Fonts()
    {
        InstalledFonts fonts = new();
        Assert.SkipWhen(fonts.FindSansSerif() is null, "no font is installed here, so no chart can be drawn");
        return fonts;
    }

    private static ChartStyle Style(RunAnalysis run) => new(Fonts().FindSansSerif()!, run.Provenance);

    private static RunAnalysis Ranked(RunFolder run)
    {
        RunAnalysis analysis = run.Read();
        _ = Report.Find(analysis);
        return analysis;
    }

    private static void Each(int series, Action<string, Sheet> check)
    {
        IReadOnlyList<(string Chart, Sheet Sheet)> sheets = Drawn.GetOrAdd(series, DrawAll);
        Assert.InRange(sheets.Count, 10, 100);
        foreach ((string chart, Sheet sheet) in sheets)
        {
            check(chart, sheet);
        }
    }

    /// <summary>Every sheet of every chart, drawn, and with its axes settled; drawn once for all that is to be said of it.</summary>
    private static readonly ConcurrentDictionary<int, IReadOnlyList<(string Chart, Sheet Sheet)>> Drawn = [];

    private static IReadOnlyList<(string Chart, Sheet Sheet)> DrawAll(int series)
    {
        using RunFolder run = new();
        RunAnalysis analysis = Ranked(ChartRuns.Of(run, series));
        List<(string, Sheet)> sheets = [];
        foreach (IChart chart in TopicRegistry.All.SelectMany(t => t.Charts))
        {
            foreach (Sheet sheet in chart.Draw(analysis, Style(analysis)).Sheets.Take(ChartFiles.MostSheets))
            {
                string svg = new SheetRenderer(sheet, Style(analysis)).SaveSvg(Path.Combine(run.Path, "sheet.svg"));
                int length = SvgUri.Of(svg).Length;
                Assert.True(length < MostCharacters, $"{sheet.FileStem}: {length} characters");
                sheets.Add((chart.Name, sheet));
            }
        }

        return sheets;
    }

    private static (double Low, double High) Used(Plot panel, Func<NamedMarker, double> of, double from, double to)
    {
        double[] shares = [.. panel.GetPlottables().OfType<NamedMarker>().Select(m => (of(m) - from) / (to - from))];
        return (shares.Min(), shares.Max());
    }

    [Fact]
    public void Restarts_that_are_invalid_or_bounds_alone_bring_no_entry_for_a_mark_that_is_not_there()
    {
        ResultRow row = RunFolder.Row("restart", 2) with { Experiment = "restart", RestartMethod = "reuseaddr", RestartStop = "graceful" };
        ResultRow kill = row with { CellId = "kill", RestartStop = "kill" };
        using RunFolder run = new RunFolder().Add(RunFolder.Judged(row, Core.Verdicts.VerdictRules.HeavyCpuSteal)).AddRestart(row, 1, 24).Add(kill)
            .AddRestart(kill, 1, 5_000, "at-least");

        RunAnalysis analysis = Ranked(run);
        Sheet sheet = Assert.Single(new RestartGapChart().Draw(analysis, Style(analysis)).Sheets);
        _ = new SheetRenderer(sheet, Style(analysis)).SaveSvg(Path.Combine(run.Path, "sheet.svg"));

        Assert.All(sheet.Legend, item => Assert.True(sheet.Panels.Any(p => IsDrawn(p, item)), $"'{item.LabelText}' is in the legend and in no panel"));
        Assert.DoesNotContain(sheet.Legend, l => l.LabelText.StartsWith("one restart", StringComparison.Ordinal));
    }

    /// <summary>What an invalid restart is known to within is not drawn: it has the cross of its repeat and no arrow.</summary>
    [Theory]
    [InlineData("at-least", 5_000, "ended by the restart timeout")]
    [InlineData("exact", 0.5, "below the resolution")]
    public void Of_a_row_of_invalid_restarts_neither_legend_nor_notes_name_arrows(string bound, double gapMs, string said)
    {
        ResultRow row = RunFolder.Row("restart", 2) with { Experiment = "restart", RestartMethod = "reuseaddr", RestartStop = "graceful" };
        using RunFolder run = new RunFolder().Add(RunFolder.Judged(row, Core.Verdicts.VerdictRules.HeavyCpuSteal)).AddRestart(row, 1, gapMs, bound)
            .AddRestart(row, 2, gapMs, bound);

        RunAnalysis analysis = Ranked(run);
        Sheet sheet = Assert.Single(new RestartGapChart().Draw(analysis, Style(analysis)).Sheets);
        _ = new SheetRenderer(sheet, Style(analysis)).SaveSvg(Path.Combine(run.Path, "sheet.svg"));

        Assert.All(sheet.Legend, item => Assert.True(sheet.Panels.Any(p => IsDrawn(p, item)), $"'{item.LabelText}' is in the legend and in no panel"));
        Assert.Equal([Drawing.Marks.InvalidEntry.LabelText], sheet.Legend.Select(l => l.LabelText));
        Assert.DoesNotContain(sheet.Notes, note => note.Contains(said, StringComparison.Ordinal) || note.Contains("upright bar", StringComparison.Ordinal));
    }

    private static float Widest(string text, float size)
    {
        using Paint paint = Paint.NewDisposablePaint();
        LabelStyle label = new() { FontName = new InstalledFonts().FindSansSerif()!, FontSize = size };
        return text.Split('\n').Max(line => label.Measure(line, paint).Width);
    }

    /// <summary>Whether a panel has what a legend shows: a line of its dashes, a marker of its shape, a bar or a field of its colour.</summary>
    private static bool IsDrawn(Plot panel, LegendItem item) => item.MarkerStyle.CustomRenderer switch
    {
        LineMarker line => panel.GetPlottables<Scatter>().Any(s => s.PathStrategy == line.Look.Line && Is(s.Color, line.Look.Color))
            || panel.GetPlottables<LinePlot>().Any(l => line.Look.Line == Dashes.Solid && Is(l.LineColor, line.Look.Color)),
        BoundMarker bound => panel.GetPlottables().OfType<NamedMarker>().Any(m => m.MarkerStyle.CustomRenderer is BoundMarker b && b.IsLower == bound.IsLower),
        _ when item.MarkerShape == MarkerShape.VerticalBar => panel.GetPlottables<LinePlot>().Any(l => l.Start.X == l.End.X && l.LineWidth >= 2),
        _ => panel.GetPlottables().OfType<NamedMarker>().Any(m => Kind(m.MarkerStyle.Shape) == Kind(item.MarkerShape)
                && (item.MarkerShape == m.MarkerStyle.Shape || !item.LabelText.Contains("open", StringComparison.Ordinal)
                    || $"{m.MarkerStyle.Shape}".StartsWith("Open", StringComparison.Ordinal))
                && (Is(m.MarkerStyle.FillColor, item.MarkerColor) || Is(m.MarkerStyle.LineColor, item.MarkerColor)))
            || (item.LabelText == Drawing.Marks.LimitedEntry.LabelText
                && panel.GetPlottables().OfType<NamedMarker>().Any(m => $"{m.MarkerStyle.Shape}".StartsWith("Open", StringComparison.Ordinal)))
            || panel.GetPlottables<Rectangle>().Any(r => r.FillColor == item.MarkerColor)
            || panel.GetPlottables<Polygon>().Any(p => p.FillColor == item.MarkerColor)
            || panel.GetPlottables<LinePlot>().Any(l => l.LineColor == item.MarkerColor),
    };

    private static string Kind(MarkerShape shape) => $"{shape}".Replace("Open", "", StringComparison.Ordinal).Replace("Filled", "", StringComparison.Ordinal);

    /// <summary>Entries in ink or grey stand for any series.</summary>
    private static bool Is(Color drawn, Color shown) => AnySeries.Any(c => c.Red == shown.Red && c.Green == shown.Green && c.Blue == shown.Blue)
        || (drawn.Red == shown.Red && drawn.Green == shown.Green && drawn.Blue == shown.Blue);
}
