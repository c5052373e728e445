using HdrHistogram;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Topics.Restart;

namespace ReuseBench.Reports.Tests;

public sealed class FindingsTests
{
    /// <summary>Each round holds both cells: what they share in it (a slow round) is no difference and hides none.</summary>
    [Theory]
    [InlineData(new double[] { 100, 101, 102, 103, 104, 105 }, new double[] { 90, 91, 92, 93, 94, 94 }, true)]
    [InlineData(new double[] { 100, 90, 80, 70, 60, 50 }, new double[] { 95, 86, 76, 66, 57, 47 }, true)] // the ranges overlap, no round does
    [InlineData(new double[] { 100, 101, 102, 103, 104, 105 }, new double[] { 99, 103, 101, 104, 102, 105 }, false)]
    public void A_cell_is_behind_where_the_rounds_show_it(double[] leader, double[] other, bool separated)
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 2), leader).AddRepeats(RunFolder.Row("single", 2), other);

        Ranking ranking = Rank(run);

        Assert.Equal("reuseport", ranking.Leader!.Cell.Series.Label);
        Assert.Equal(separated ? ["single"] : [], ranking.Behind.Select(e => e.Cell.Series.Label));
        Assert.Equal(separated ? [] : ["single"], ranking.NotSeparated.Select(e => e.Cell.Series.Label));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Too_few_repeats_are_shown_and_not_ranked(int repeats)
    {
        using RunFolder run = new RunFolder()
            .AddRepeats(RunFolder.Row("reuseport", 2), [.. Enumerable.Repeat(200.0, repeats)]).AddRepeats(RunFolder.Row("single", 2), 100, 101, 102);

        Ranking ranking = Rank(run);

        Assert.Equal("single", ranking.Leader!.Cell.Series.Label);
        Assert.Equal("reuseport", Assert.Single(ranking.Unranked).Cell.Series.Label);
    }

    [Fact]
    public void An_invalid_repeat_is_in_no_median_and_its_cell_says_so()
    {
        ResultRow row = RunFolder.Row("reuseport", 2);
        using RunFolder run = new RunFolder().AddRepeats(row, 100, 102, 104)
            .Add(RunFolder.Judged(row with { Repeat = 4, ConnectionsPerS = 1_000_000 }, VerdictRules.ClientSaturated));

        Estimate estimate = Assert.Single(Throughput(run.Read()));

        Assert.Equal(102, estimate.Value);
        Assert.Equal(1, estimate.Invalid);
        Assert.Equal("102 connections/s (median of 3, min–max 100 to 104)", estimate.Text);
    }

    [Fact]
    public void A_cell_with_nothing_but_invalid_repeats_is_never_ranked_however_fast()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 101, 102);
        for (int repeat = 1; repeat <= 3; repeat++)
        {
            run.Add(RunFolder.Judged(RunFolder.Row("reuseport", 2, repeat) with { ConnectionsPerS = 9_999 }, VerdictRules.CountsDisagree));
        }

        Ranking ranking = Rank(run);

        Assert.Equal("single", ranking.Leader!.Cell.Series.Label);
        Assert.Equal("– (3 of 3 repeats invalid: counts-disagree)", Assert.Single(ranking.Unranked).Text);
    }

    [Theory]
    [InlineData(1, 2, "– (2 of 3 repeats invalid, more than half: client-saturated)")]
    [InlineData(2, 3, "– (3 of 5 repeats invalid, more than half: client-saturated)")]
    [InlineData(3, 3, "101 connections/s (median of 3, min–max 100 to 102)")]
    public void The_few_repeats_that_came_out_well_are_no_figure(int valid, int invalid, string text)
    {
        ResultRow row = RunFolder.Row("reuseport", 2);
        using RunFolder run = new RunFolder().AddRepeats(row, [.. Enumerable.Range(100, valid).Select(v => (double)v)]);
        for (int repeat = valid + 1; repeat <= valid + invalid; repeat++)
        {
            run.Add(RunFolder.Judged(row with { Repeat = repeat, ConnectionsPerS = 50 }, VerdictRules.ClientSaturated));
        }

        Assert.Equal(text, Assert.Single(Throughput(run.Read())).Text);
    }

    [Fact]
    public void Failed_requests_take_the_percentiles_that_they_would_be_in()
    {
        ResultRow row = RunFolder.Row("reuseport", 2) with { RequestsFailed = 20 };
        using RunFolder run = new RunFolder().Add(row).AddLatencies(row, Enumerable.Range(1, 9_980).Select(i => i * 1_000L));
        MeasuredCell cell = Assert.Single(run.Read().Cells);
        LatencyTail tail = LatencyTail.Of(cell);

        Assert.NotNull(tail.Percentile(90).Value);
        Assert.Equal("– (20 of 10000 requests failed and are slower than any response: too many for percentile 99)", tail.Percentile(99).Text);
        Assert.True(tail.Curve().Max(p => p.Percentile) < 99);
        Assert.Null(cell.Repeats[0].LatencyUs(99));
        Assert.NotNull(cell.Repeats[0].LatencyUs(90));
    }

    [Fact]
    public void A_limited_cell_is_ranked_and_the_finding_carries_the_restriction()
    {
        using RunFolder run = new RunFolder()
            .AddRepeats(RunFolder.Judged(RunFolder.Row("reuseport", 2), VerdictRules.TooFewCpus), 200, 201, 202, 203, 204, 205)
            .AddRepeats(RunFolder.Row("single", 2), 100, 101, 101, 101, 102, 103);

        Said finding = Said.In(run).First(f => f.Topic == Said.Throughput);

        Assert.Matches(
            @"^Connect, closed loop, 64 connections: highest is reuseport, 2 workers\. It is 2\.00 × single, 2 workers \(95 % 1\.9\d to 2\.0\d\)\.$",
            finding.Text);
        Assert.Equal(["reuseport", "2", "1"], finding.Rows[0].Take(3));
        Assert.Equal(["203", "200 to 205", "best"], finding.Rows[0].Skip(4));
        Assert.Equal(("too-few-cpus", VerdictRules.TooFewCpus.Meaning), finding.Figures!.Rows[0][4].Marks.Select(m => (m.Code, m.Reason)).Single());
        Assert.Empty(finding.Figures.Rows[1][4].Marks);
        Assert.Equal(["single", "2", "0.50"], finding.Rows[1].Take(3));
        Assert.Equal("behind", finding.Rows[1][^1]);
        Assert.Equal(VerdictRules.TooFewCpus, Assert.Single(finding.Restrictions));
    }

    [Fact]
    public void Without_a_ranking_every_cell_is_named_with_its_figure_or_the_reason()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100)
            .AddRepeats(RunFolder.Judged(RunFolder.Row("reuseport", 2), VerdictRules.ClientSaturated), 200);

        Said finding = Said.In(run).First(f => f.Topic == Said.Throughput);

        Assert.Equal("Connect, closed loop, 64 connections: not ranked, fewer than 3 valid repeats of each cell.", finding.Text);
        Assert.EndsWith("the median of the repeats, one each. Not ranked; in the order of the values.", finding.Figures!.Caption, StringComparison.Ordinal);
        Assert.Equal(
            [
                ["single", "2", "100", "–", "not ranked: one valid repeat"],
                ["reuseport", "2", "–", "–", "not ranked: 1 of 1 repeat invalid: client-saturated"],
            ],
            finding.Rows);
    }

    [Fact]
    public void The_figures_of_a_finding_stand_best_first_whatever_the_order_of_the_variants_and_none_is_left_out()
    {
        using RunFolder run = new();
        (string Variant, string Accept, double Speed)[] ways =
        [
            ("single", "epoll", 10_000), ("shared", "blocking", 11_000), ("shared", "epoll", 14_000), ("shared", "epoll-exclusive", 13_000),
                ("reuseport", "epoll", 20_000),
        ];
        foreach ((string variant, string accept, double speed) in ways)
        {
            run.AddRepeats(RunFolder.Row(variant, 1, accept: accept), speed, speed + 200, speed + 50)
                .AddRepeats(RunFolder.Row(variant, 2, accept: accept), speed + 1_000, speed + 1_200, speed + 1_100);
        }

        Said finding = Assert.Single(Said.In(run), f => f.Topic == Said.Throughput);

        Assert.Equal(
            ["Variant", "Workers", "× best", "95 % of × best", "Median (k connections/s)", "Range (k connections/s)", "Standing"], finding.Figures!.Header);
        Assert.Equal(["reuseport", "2", "1", "21.1", "21.0 to 21.2", "best"], finding.Figures.Rows[0].Where((_, i) => i != 3).Select(e => e.Text));
        Assert.Equal(
            ["reuseport 2", "reuseport 1", "shared, epoll 2", "shared, epoll-exclusive 2", "shared, epoll 1", "shared, epoll-exclusive 1", "shared, blocking 2",
                "single 2", "shared, blocking 1", "single 1"],
            finding.Figures.Rows.Select(r => $"{r[0].Text} {r[1].Text}"));
        Assert.DoesNotContain("21.1", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ranking_for_each_number_of_workers_is_of_the_same_comparisons()
    {
        using RunFolder run = new RunFolder()
            .AddRepeats(RunFolder.Row("single", 1), 100, 101, 102, 101).AddRepeats(RunFolder.Row("reuseport", 1), 110, 111, 112, 110)
            .AddRepeats(RunFolder.Row("single", 2), 150, 151, 152, 151).AddRepeats(RunFolder.Row("reuseport", 2), 200, 201, 202, 200);

        string text = Assert.Single(Said.In(run), f => f.Topic == Said.Throughput).Text;

        Assert.Contains("highest is reuseport, 2 workers. It is 1.33 × single, 2 workers (95 % ", text, StringComparison.Ordinal);
        Assert.Matches(@"With 1 worker alone: highest is reuseport, 1 worker\. It is 1\.10 × single, 1 worker \(95 % 1\.0\d to 1\.1\d\)\.", text);
        Assert.Matches(@"With 2 workers alone: highest is reuseport, 2 workers\. It is 1\.33 × single, 2 workers \(95 % 1\.3\d to 1\.3\d\)\.", text);
    }

    [Fact]
    public void A_latency_finding_names_its_percentile()
    {
        ResultRow row = RunFolder.Row("single", 2) with { Experiment = "latency", Load = "open", RateRpsRequested = 1_000 };
        using RunFolder run = new();
        for (int repeat = 1; repeat <= 3; repeat++)
        {
            run.Add(row with { Repeat = repeat }).AddLatencies(row with { Repeat = repeat }, Enumerable.Range(1, 2_000).Select(i => i * 1_000L));
        }

        Said finding = Assert.Single(Said.In(run), f => f.Topic == Said.Latency);

        Assert.EndsWith("lowest p99 latency is single, 2 workers.", finding.Text, StringComparison.Ordinal);
        Assert.Equal(["single", "2", "1.98", "1.98 to 1.98", "1.98", "best"], Assert.Single(finding.Rows));
        Assert.Equal("Median (ms)", finding.Figures!.Columns[2].Head);
        Assert.StartsWith("p99 latency; ", finding.Figures!.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finding_on_CPU_time_says_how_much_of_it_was_asked_for()
    {
        using RunFolder run = new RunFolder().Add(RunFolder.Row("single", 2) with { ServiceTimeUs = 20, ServerCpuUsPerRequest = 48 });

        Said finding = Assert.Single(Said.In(run), f => f.Topic == Said.Cpu);

        Assert.StartsWith("Connect, closed loop, 64 connections, service time 20 µs: ", finding.Text, StringComparison.Ordinal);
        Assert.EndsWith("Each value includes 20 µs of service time.", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reason_spoils_only_the_figures_that_it_touches()
    {
        ResultRow row = RunFolder.Judged(RunFolder.Row("reuseport", 2)
            with
        { ConnectionsPerS = 5, AcceptedMaxOverMean = 1.25 }, VerdictRules.ClientSaturated);
        using RunFolder run = new RunFolder().Add(row);

        RunAnalysis known = run.Read();
        MeasuredCell cell = Assert.Single(known.Cells);

        Assert.Null(known.Median(cell, Figure.Connections).Value);
        Assert.Equal(1.25, known.Median(cell, Figure.AcceptedMaxOverMean).Value);
    }

    [Fact]
    public void Closed_and_open_loop_are_never_in_one_ranking()
    {
        ResultRow closed = RunFolder.Row("single", 2);
        ResultRow open = RunFolder.Row("reuseport", 2) with { Load = "open", RateRpsRequested = 50 };
        using RunFolder run = new RunFolder().AddRepeats(closed, 100, 101, 102).AddRepeats(open, 50, 50, 50);

        RunAnalysis tables = run.Read();

        Contest mixed = new("connections_per_s", Throughput(tables));
        Assert.Throws<ArgumentException>(() => Topics.RankingFinding.Of("throughput", mixed, "Throughput", tables));
        Assert.DoesNotContain(Said.In(run), f => f.Text.Contains("single", StringComparison.Ordinal)
            && f.Text.Contains("reuseport", StringComparison.Ordinal));
    }

    [Fact]
    public void Cells_on_other_CPU_sets_are_not_ranked_against_each_other()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 101, 102)
            .AddRepeats(RunFolder.Row("reuseport", 2) with { ServerCpuList = "0-1" }, 200, 201, 202);

        Assert.Equal(2, Said.In(run).Count(f => f.Topic == Said.Throughput));
    }

    [Fact]
    public void Percentiles_over_repeats_are_those_of_all_values_together()
    {
        long[] quick = [.. Enumerable.Range(1, 9_000).Select(i => i * 100L)];
        long[] slow = [.. Enumerable.Range(1, 1_000).Select(i => i * 50_000L)];
        ResultRow row = RunFolder.Row("reuseport", 2);
        using RunFolder run = new RunFolder().Add(row).Add(row with { Repeat = 2 }).AddLatencies(row, quick)
            .AddLatencies(row with { Repeat = 2 }, slow);
        LongHistogram together = HistogramCodec.New();
        foreach (long value in quick.Concat(slow))
        {
            together.RecordValue(value);
        }

        LatencyTail tail = LatencyTail.Of(Assert.Single(run.Read().Cells));

        Assert.Equal(10_000, tail.Count);
        foreach (double percentile in (double[])[50, 90, 99, 99.9])
        {
            Assert.Equal(HistogramCodec.PercentileUs(together, percentile), tail.Percentile(percentile).Value);
        }
    }

    [Fact]
    public void A_percentile_with_too_few_values_beyond_it_is_not_given()
    {
        ResultRow row = RunFolder.Row("reuseport", 2);
        using RunFolder run = new RunFolder().Add(row).AddLatencies(row, Enumerable.Range(1, 1_000).Select(i => i * 1_000L));

        LatencyTail tail = LatencyTail.Of(Assert.Single(run.Read().Cells));

        Assert.NotNull(tail.Percentile(99).Value);
        Assert.Equal("– (1000 values are too few for percentile 99.9)", tail.Percentile(99.9).Text);
    }

    [Theory]
    [InlineData(new[] { 1.0, 2, 3 }, new[] { "exact", "exact", "exact" }, "2.00 ms (median of 3, min–max 1.00 to 3.00)")]
    [InlineData(new[] { 1.0, 2 }, new[] { "exact", "exact" }, "1.50 ms (median of 2, min–max 1.00 to 2.00)")]
    [InlineData(new[] { 1.0, 2 }, new[] { "exact", "at-least" }, "≥ 1.50 ms (median of 2, min–max 1.00 to ≥ 2.00, 1 ended by the restart timeout)")]
    [InlineData(new[] { 1.0, 2, 5 }, new[] { "exact", "exact", "at-least" }, "2.00 ms (median of 3, min–max 1.00 to ≥ 5.00, 1 ended by "
        + "the restart timeout)")]
    [InlineData(new[] { 1.0, 5, 5 }, new[] { "exact", "at-least", "at-least" }, "≥ 5.00 ms (median of 3, min–max 1.00 to ≥ 5.00, "
        + "2 ended by the restart timeout)")]
    // RunFolder: known to within 1 ms
    [InlineData(new[] { 0.0, 0, 2 }, new[] { "exact", "exact", "exact" }, "≤ 1 ms (median of 3, min–max 0 to 2.00)")]
    [InlineData(new[] { 0.0, 0 }, new[] { "exact", "exact" }, "≤ 1 ms (median of 2, min–max 0 to 1.00)")]
    // of 0 to 1 and 1.4 the middle is 0.7 to 1.2
    [InlineData(new[] { 0.0, 1.4 }, new[] { "exact", "exact" }, "between 0.70 and 1.20 ms (median of 2, min–max 0 to 1.40)")]
    [InlineData(new[] { 0.0 }, new[] { "exact" }, "≤ 1 ms (one restart)")]
    [InlineData(new[] { 1.0, 4, 6 }, new[] { "at-least", "exact", "exact" }, "between 4.00 and 6.00 ms (median of 3, min–max 1.00 to ≥ "
        + "6.00, 1 ended by the restart timeout)")] // the one may be below the middle or above it
    [InlineData(new[] { 1.0, 2, 3, 4, 5, 6, 7 }, new[] { "exact", "exact", "exact", "exact", "exact", "exact", "exact" }, "4.00 ms (median of "
        + "7, 95 % interval 1.00 to 7.00)")]
    // the longest lies beyond the interval however long it is
    [InlineData(new[] { 1.0, 2, 3, 4, 5, 6, 7, 8, 9 }, new[] { "exact", "exact", "exact", "exact", "exact", "exact", "exact", "exact",
        "at-least" }, "5.00 ms (median of 9, 95 % interval 2.00 to 8.00, 1 ended by the restart timeout)")]
    public void A_wait_that_was_given_up_never_looks_measured(double[] gaps, string[] bounds, string text)
    {
        ResultRow row = RunFolder.Row("restart", 1) with { Experiment = "restart", RestartMethod = "loop" };
        using RunFolder run = new RunFolder().Add(row);
        for (int i = 0; i < gaps.Length; i++)
        {
            run.AddRestart(row, i + 1, gaps[i], bounds[i]);
        }

        Assert.Equal(text, GapSummary.Of(Assert.Single(run.Read().Cells)).Text);
    }

    [Fact]
    public void A_connection_that_waited_was_not_lost_and_how_long_nobody_was_answered_is_said_beside_it()
    {
        ResultRow row = RunFolder.Row("restart", 1) with { Experiment = "restart", RestartMethod = "handoff" };
        using RunFolder run = new RunFolder().Add(row).AddRestart(row, 1, 0.5, "exact", silenceMs: 40)
            .AddRestart(row, 2, 0.5, "exact", silenceMs: 1131);

        string text = Assert.Single(Said.In(run), f => f.Topic == Said.Restart).Text;

        Assert.EndsWith("clients could not connect for ≤ 1 ms (median of 2, min–max 0 to 1.00); the longest time without a response was 1131 ms.",
            text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_gaps_below_their_resolutions_the_median_never_lies_beyond_its_own_interval()
    {
        ResultRow row = RunFolder.Row("restart", 1) with { Experiment = "restart", RestartMethod = "handoff" };
        using RunFolder run = new RunFolder().Add(row).AddRestart(row, 1, 1, "exact", uncertaintyMs: 2.26)
            .AddRestart(row, 2, 1, "exact", uncertaintyMs: 1.34);

        Assert.Equal("≤ 1.8 ms (median of 2, min–max 0 to 2.26)", GapSummary.Of(Assert.Single(run.Read().Cells)).Text);
    }

    [Fact]
    public void A_skipped_restart_gives_its_reason_instead_of_a_figure()
    {
        ResultRow row = RunFolder.Row("restart", 1) with { Experiment = "restart", RestartMethod = "loop" };
        using RunFolder run = new RunFolder().Add(row).AddRestart(row, 1, null);

        Assert.Equal("– (the right to set tcp_migrate_req is missing)", GapSummary.Of(Assert.Single(run.Read().Cells)).Text);
    }

    [Fact]
    public void A_gap_below_the_resolution_is_drawn_as_a_bound_and_the_chart_says_so()
    {
        ResultRow row = RunFolder.Row("restart", 1) with { Experiment = "restart", RestartMethod = "loop" };
        using RunFolder run = new RunFolder().Add(row).AddRestart(row, 1, 0).AddRestart(row, 2, 60);
        RunAnalysis tables = run.Read();

        Assert.Equal([1, 60], GapSummary.Of(Assert.Single(tables.Cells)).Valid.Select(g => g.DrawnMs));
        string? font = new InstalledFonts().FindSansSerif();
        Assert.SkipWhen(font is null, "no font is installed here, so no chart can be drawn");
        Assert.Contains(
            "An arrow to the left is a gap below the resolution of its restart (here up to 1 ms), where it is drawn: "
                + "that it was shorter is all that is known, and that it may have been none.",
            Assert.Single(new RestartGapChart().Draw(tables, new ChartStyle(font, tables.Provenance)).Sheets).Notes);
    }

    private static Ranking Rank(RunFolder run) => Ranking.Of(new Contest("connections_per_s", Throughput(run.Read())));

    private static Estimate[] Throughput(RunAnalysis tables) => [.. tables.Cells.Select(c => tables.Median(c, Figure.Connections))];
}
