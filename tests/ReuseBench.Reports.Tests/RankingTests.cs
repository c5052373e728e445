using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Topics;

namespace ReuseBench.Reports.Tests;

public sealed class RankingTests
{
    private const int Repeats = 8;

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Too_few_repeats_for_any_decision_are_said_to_be_so_with_the_number_that_could(int repeats)
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 2), Around(200, repeats, 1))
            .AddRepeats(RunFolder.Row("single", 2), Around(100, repeats, 2));

        Said finding = Said.In(run).First(f => f.Topic == Said.Throughput);

        Assert.Equal($"Connect, closed loop, 64 connections: cannot be decided with {repeats} repeats; needs 6 of each cell.", finding.Text);
        Assert.Equal(("undecidable", 6), (finding.Finding.Claim, finding.Finding.RepeatsNeeded!.Value));
        Assert.All(finding.Finding.Estimates, e => Assert.Equal(("undecidable", null), (e.Standing, e.RatioToBest)));
        Assert.All(finding.Figures!.Rows, r => Assert.Equal("cannot be decided", r[^1]));
    }

    [Fact]
    public void A_cell_that_lost_repeats_by_a_rule_that_depends_on_the_figure_is_not_ranked_however_good()
    {
        ResultRow fast = RunFolder.Row("reuseport", 2);
        using RunFolder run = new RunFolder().AddRepeats(fast, Around(200, Repeats, 1))
            .Add(RunFolder.Judged(fast with { Repeat = Repeats + 1, ConnectionsPerS = 210 }, VerdictRules.ClientSaturated))
            .AddRepeats(RunFolder.Row("single", 2), Around(100, Repeats, 2)).AddRepeats(RunFolder.Row("shared", 2), Around(80, Repeats, 3));

        Said finding = Said.In(run).First(f => f.Topic == Said.Throughput);

        Assert.Contains("highest is single, 2 workers. It is 1.25 × shared, epoll, 2 workers", finding.Text, StringComparison.Ordinal);
        Assert.EndsWith(
            "Not ranked: reuseport, 2 workers (1 of 9 fell out by a rule that depends on the figure: client-saturated).", finding.Text,
            StringComparison.Ordinal);
        Assert.Equal("not_ranked", finding.Finding.Estimates.Single(e => e.Label.StartsWith("reuseport", StringComparison.Ordinal)).Standing);
    }

    [Fact]
    public void A_cell_that_lost_repeats_to_a_busy_host_is_ranked_by_the_others()
    {
        ResultRow fast = RunFolder.Row("reuseport", 2);
        using RunFolder run = new RunFolder().AddRepeats(fast, Around(200, Repeats, 1))
            .Add(RunFolder.Judged(fast with { Repeat = Repeats + 1, ConnectionsPerS = 20 }, VerdictRules.HeavyBackgroundLoad))
            .AddRepeats(RunFolder.Row("single", 2), Around(100, Repeats + 1, 2));

        RankingFinding finding = (RankingFinding)Said.In(run).First(f => f.Topic == Said.Throughput).Finding;

        Assert.Equal("separated", finding.Claim);
        Assert.Equal("reuseport, 2 workers", finding.Over.Leader!.Cell.Label);
        Assert.Equal(0.5, finding.Estimates[1].RatioToBest!.Value, 0.02);
    }

    [Fact]
    public void A_busy_host_gives_no_ranking_and_no_advice_and_is_named_with_what_to_do()
    {
        using RunFolder run = new();
        foreach ((string variant, int workers) in new[] { ("single", 1), ("single", 2), ("reuseport", 2) })
        {
            for (int repeat = 1; repeat <= Repeats; repeat++)
            {
                run.Add(RunFolder.Judged(
                    RunFolder.Row(variant, workers, repeat) with { ConnectionsPerS = 100 * workers }, VerdictRules.HeavyBackgroundLoad));
            }
        }

        Said[] said = [.. Said.In(run)];

        Said ranking = said.First(f => f.Topic == Said.Throughput);
        Assert.Equal("not_ranked", ranking.Finding.Claim);
        Assert.EndsWith(
            $"The host was too busy: background-load-heavy in 24 of 24 repeats. {VerdictRules.HeavyBackgroundLoad.Text}", ranking.Text,
            StringComparison.Ordinal);
        Assert.EndsWith("no advice on workers: no cell has a valid figure.", said.Single(f => f.Finding.Kind == "workers").Text, StringComparison.Ordinal);
    }

    /// <summary>The server has eight cores (RunFolder). With sixteen workers it may be the best, and is in no overall ranking.</summary>
    [Fact]
    public void More_workers_than_cores_stand_in_the_table_and_in_no_overall_ranking()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 4), Around(200, Repeats, 1))
            .AddRepeats(RunFolder.Row("single", 4), Around(100, Repeats, 2))
            .AddRepeats(RunFolder.Row("reuseport", 16), Around(400, Repeats, 3)).AddRepeats(RunFolder.Row("single", 16), Around(300, Repeats, 4));

        Said finding = Said.In(run).First(f => f.Topic == Said.Throughput);

        Assert.StartsWith("Connect, closed loop, 64 connections: highest is reuseport, 4 workers.", finding.Text, StringComparison.Ordinal);
        Assert.Contains("With 16 workers alone (more than the server has cores; in no overall ranking): highest is reuseport, 16 workers.", finding.Text,
            StringComparison.Ordinal);
        Assert.Equal(["leader", "behind", "beyond_cores", "beyond_cores"], finding.Finding.Estimates.Select(e => e.Standing));
        Assert.Equal("more workers than cores: in no overall ranking", finding.Figures!.Rows[^1][^1]);
        Assert.Contains("| 16 (more than cores) |", File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Markdown), StringComparison.Ordinal);
    }

    [Fact]
    public void Hardware_threads_of_a_core_are_one_core()
    {
        using RunFolder run = new RunFolder().Add(RunFolder.Row("single", 4)).Add(RunFolder.Row("single", 8));
        run.Manifest = run.Manifest with { Host = run.Manifest.Host with { PhysicalCores = 8 } };
        RunAnalysis known = run.Read();

        Assert.Equal([false, true], known.Cells.Select(known.IsBeyondCores));
    }

    /// <summary>One of nine repeats is 40 times as long and rules the merged percentile; the single repeats say the other way round.</summary>
    [Fact]
    public void Latency_is_ordered_separated_and_put_in_a_ratio_by_the_percentile_of_the_single_repeats()
    {
        using RunFolder run = new();
        for (int repeat = 1; repeat <= 9; repeat++)
        {
            AddLatency(run, "reuseport", repeat, repeat == 5 ? 40 : 1);
            AddLatency(run, "single", repeat, 3);
        }

        RankingFinding finding = (RankingFinding)Said.In(run).Single(f => f.Topic == Said.Latency).Finding;

        Estimate leader = finding.Over.Leader!;
        Assert.Equal("reuseport, 2 workers", leader.Cell.Label);
        Assert.True(leader.Value > finding.Over.Cells[1].Estimate.Value, "the merged percentile orders them the other way round, and orders nothing");
        Assert.True(finding.Effect!.Value > 1);
    }

    [Fact]
    public void Beyond_p90_a_closed_loop_has_no_latency_in_any_table_and_on_no_terminal()
    {
        ResultRow row = RunFolder.Row("single", 2);
        using RunFolder run = new RunFolder().Add(row with { ConnectionsPerS = 5 }).AddLatencies(row, Enumerable.Range(1, 200_000).Select(i => i * 100L));
        RunAnalysis known = run.Read();

        string report = File.ReadAllText(Report.Write(run.Path, TextWriter.Null).Markdown);
        SummaryRow summary = Summary.Of(known, Report.Find(known)).Rows.Single();

        Assert.Contains(" 18.0 ", report, StringComparison.Ordinal); // p90
        Assert.DoesNotContain(" 19.8 ", report, StringComparison.Ordinal); // p99
        Assert.Contains("| Variant | Workers | p50 (ms) | p90 (ms) | Repeats | Verdict |", report, StringComparison.Ordinal);
        Assert.StartsWith("10.0 ms", summary.LatencyP50, StringComparison.Ordinal);
        Assert.Equal("–", summary.LatencyP99);
    }

    [Fact]
    public void The_error_rate_is_said_once()
    {
        using RunFolder run = new();
        SyntheticRuns.Full(run);

        string report = File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Markdown);

        Assert.Single(System.Text.RegularExpressions.Regex.Matches(report, "share one error rate of 5 %"));
        Assert.Contains("random orders within rounds", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drift_of_all_cells_is_a_finding_and_no_difference()
    {
        using RunFolder run = new();
        foreach ((string variant, int seed) in new[] { ("single", 11), ("shared", 12), ("reuseport", 13) })
        {
            run.AddRepeats(RunFolder.Row(variant, 2), [.. Around(100, 7, seed).Select((v, round) => v * (1 + (0.05 * round)))]);
        }

        Said said = Said.In(run).First(f => f.Topic == "Rounds");

        Assert.Equal(("drift", "not_independent"), (said.Finding.Kind, said.Finding.Claim));
        Assert.Contains("all cells rise over the rounds (Spearman ρ = 1.00", said.Text, StringComparison.Ordinal);
        Assert.Equal("not_separated", Said.In(run).First(f => f.Topic == Said.Throughput).Finding.Claim);
    }

    private static double[] Around(double value, int repeats, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, repeats).Select(_ => value * (1 + (0.01 * (random.NextDouble() - 0.5))))];
    }

    private static void AddLatency(RunFolder run, string variant, int repeat, int times)
    {
        ResultRow row = RunFolder.Row(variant, 2, repeat) with { Experiment = "latency", Load = "open", RateRpsRequested = 1_000 };
        run.Add(row).AddLatencies(row, Enumerable.Range(1, 2_000).Select(i => (i * 1_000L * times) + (repeat * 100L)));
    }
}
