using System.Text.Json;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Comparison;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;

namespace ReuseBench.Reports.Tests;

public sealed class RunComparisonTests : IDisposable
{
    private readonly List<RunFolder> _folders = [];

    public void Dispose() => _folders.ForEach(f => f.Dispose());

    [Fact]
    public void Each_cell_that_both_have_gets_its_ratio_and_a_verdict()
    {
        RunData before = Run("a", r => r.AddRepeats(RunFolder.Row("single", 2), 100, 101, 99, 100, 100)
            .AddRepeats(RunFolder.Row("shared", 2), 200, 202, 198, 200, 201)
            .AddRepeats(RunFolder.Row("reuseport", 2), 100, 140, 90, 120, 80).AddRepeats(RunFolder.Row("reuseport", 4), 50, 50, 51, 50, 50)
            .AddRepeats(RunFolder.Row("reuseport", 8), 5, 5));
        RunData after = Run("b", r => r.AddRepeats(RunFolder.Row("single", 2), 90, 91, 89, 90, 90)
            .AddRepeats(RunFolder.Row("shared", 2), 260, 258, 262, 260, 261)
            .AddRepeats(RunFolder.Row("reuseport", 2), 110, 130, 95, 125, 85).AddRepeats(RunFolder.Row("reuseport", 4), 50, 51, 50, 50, 50)
            .AddRepeats(RunFolder.Row("reuseport", 8), 5, 5).AddRepeats(RunFolder.Row("single", 8), 5, 5));

        RunComparison comparison = Compare(before, after);

        Assert.Equal(
            [ComparisonVerdict.Worse, ComparisonVerdict.Better, ComparisonVerdict.NotDecided, ComparisonVerdict.Equivalent, ComparisonVerdict.NotCompared],
            comparison.Cells.Select(c => c.Verdict));
        CellComparison worst = comparison.Cells[0];
        Assert.Equal(0.9, worst.Ratio!.Ratio, 1e-3);
        Assert.Equal(0.1, worst.Loss, 1e-3);
        Assert.InRange(0.9, worst.Ratio.Low, worst.Ratio.High);
        Assert.Equal([worst], comparison.Regressions(0.05));
        Assert.Empty(comparison.Regressions(0.11));
        Assert.Equal("baseline: 2 valid repeats of at least 3", comparison.Cells[^1].WhyNot);
        Assert.Equal((1, 0), (comparison.Unmatched[0].OnlyThere, comparison.Unmatched[0].OnlyBaseline));
        Assert.Equal(
            "b against a, 5 cells: 1 worse, 1 better, 1 equivalent within 5.0 %, 1 not decided, 1 not compared", ComparisonText.Headline(comparison));
    }

    [Fact]
    public void Of_a_latency_more_is_worse_and_of_invalid_repeats_nothing_is_compared()
    {
        ResultRow latency = RunFolder.Row("single", 2) with { Experiment = "latency", RateRpsRequested = 1000, Load = "open", Arrivals = "constant" };
        RunData before = Run("a", r => Latencies(r, latency, 100, 101, 99));
        RunData after = Run("b", r => Latencies(r, latency, 120, 121, 119));
        RunData stolen = Run("c", r => Latencies(r, RunFolder.Judged(latency, VerdictRules.HeavyCpuSteal), 120, 121, 119));

        CellComparison cell = Assert.Single(Compare(before, after).Cells);
        Assert.Equal(("latency_p99_us", ComparisonVerdict.Worse), (cell.Figure.Key, cell.Verdict));
        Assert.Equal(0.2, cell.Loss, 1e-2);
        Assert.Equal("other: 0 valid repeats of at least 3 (cpu-steal-heavy)", Assert.Single(Compare(before, stolen).Cells).WhyNot);
    }

    [Fact]
    public void What_was_not_alike_is_named_and_another_start_of_the_host_is_not()
    {
        RunData before = Run("a", Same);
        RunData after = Run("b", Same, host => host with { Kernel = "6.12.1", BootId = "another", Commit = "abc" });

        Assert.Equal(["kernel 6.18.5 and 6.12.1", "commit unknown and abc"], Compare(before, after).Differences);
        Assert.Empty(Compare(before, Run("c", Same, host => host with { BootId = "another" })).Differences);
    }

    [Fact]
    public void Runs_without_a_common_cell_are_refused_unless_what_differs_is_named()
    {
        RunData before = Run("a", r => r.AddRepeats(RunFolder.Row("single", 2) with { CellId = "x1" }, 100, 101, 99));
        RunData after = Run("b", r => r.AddRepeats(RunFolder.Row("single", 2) with { CellId = "x2", ServiceTimeUs = 20 }, 80, 81, 79));
        ComparisonOptions across = new() { Across = [CellSettings.Find("service_time")!] };

        Assert.Contains("has no cell in common", Assert.Throws<UsageException>(() => Compare(before, after)).Message, StringComparison.Ordinal);
        Assert.Equal(ComparisonVerdict.Worse, Assert.Single(Compare(before, after, across).Cells).Verdict);
        RunData both = Run("c", r => r.AddRepeats(RunFolder.Row("single", 2) with { CellId = "x1" }, 1, 1, 1)
            .AddRepeats(RunFolder.Row("single", 2) with { CellId = "x2", ServiceTimeUs = 20 }, 1, 1, 1));
        Assert.Contains("which would be one cell", Assert.Throws<UsageException>(() => Compare(before, both, across)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throughput_rp", "did you mean 'throughput_rps'?")]
    [InlineData("duration_s", "better neither high nor low")]
    public void A_metric_that_cannot_be_compared_is_refused(string metric, string says)
    {
        RunData run = Run("a", Same);
        Assert.Contains(
            says, Assert.Throws<UsageException>(() => Compare(run, run, new ComparisonOptions { Metric = metric })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_of_one_side_make_its_scatter()
    {
        // Each run alone is sure of itself, and they contradict each other.
        RunData[] before =
        [
            .. new[] { 100.0, 110, 90 }.Select((mean, i) => Run($"a{i}", r => r.AddRepeats(RunFolder.Row("single", 2), mean, mean + 1, mean - 1))),
        ];
        RunData after = Run("b", r => r.AddRepeats(RunFolder.Row("single", 2), 110, 111, 109));

        Assert.Equal(ComparisonVerdict.Better, Assert.Single(Compare(before[0], after).Cells).Verdict);
        RunComparison all = RunComparison.Of(ComparedSide.Of(before), [ComparedSide.Of([after])], new ComparisonOptions());
        Assert.Equal(ComparisonVerdict.NotDecided, Assert.Single(all.Cells).Verdict);
        Assert.True(all.KnowsScatterOfRuns);
        Assert.Contains("The scatter between runs of one side is in the intervals.", ComparisonText.Notes(all));
        Assert.Contains(ComparisonText.Notes(Compare(before[0], after)), n => n.StartsWith("How much runs of one host differ", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_hold_the_same()
    {
        RunComparison comparison = Compare(Run("a", Same), Run("b", r => r.AddRepeats(RunFolder.Row("single", 2), 80, 81, 79)));
        string folder = _folders[0].Path;

        string csv = Path.Combine(folder, "c.csv");
        ComparisonFiles.WriteCsv(comparison, csv);
        ComparisonFiles.WriteCsv(comparison, csv);
        string[] lines = File.ReadAllLines(csv);
        Assert.Equal(2, lines.Length);
        Assert.Equal($"{Schema.Column},{string.Join(',', CsvFile.Header<ComparisonRow>().Skip(1))}", lines[0]);

        JsonElement json = JsonDocument.Parse(ComparisonFiles.Json(comparison)).RootElement;
        Assert.Equal("worse", json.GetProperty("cells")[0].GetProperty("verdict").GetString());
        Assert.Contains("| worse by 20.0 % |", ComparisonText.Markdown(comparison), StringComparison.Ordinal);

        string svg = Path.Combine(folder, "c.svg");
        Assert.True(ForestChart.Draw(comparison, svg, new InstalledFonts()));
        Assert.Contains("single, 2 workers", File.ReadAllText(svg), StringComparison.Ordinal);
        Assert.False(ForestChart.Draw(comparison, svg, new NoFonts()));
    }

    private static void Same(RunFolder run) => run.AddRepeats(RunFolder.Row("single", 2), 100, 101, 99);

    private static void Latencies(RunFolder run, ResultRow row, params double[] p99)
    {
        foreach ((int i, double value) in p99.Index())
        {
            run.Add(row with { Repeat = i + 1, LatencyP99Us = value });
        }
    }

    private static RunComparison Compare(RunData before, RunData after, ComparisonOptions? options = null) =>
        RunComparison.Of(ComparedSide.Of([before]), [ComparedSide.Of([after])], options ?? new ComparisonOptions());

    private RunData Run(string id, Action<RunFolder> add, Func<HostFacts, HostFacts>? host = null)
    {
        RunFolder folder = new();
        _folders.Add(folder);
        folder.Manifest = folder.Manifest with { RunId = id, Host = (host ?? (h => h))(folder.Manifest.Host) };
        add(folder);
        return RunData.Read(folder.Write().Path);
    }

    private sealed class NoFonts : IFontFinder
    {
        public string? FindSansSerif() => null;
    }
}
