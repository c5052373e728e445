using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Tests;

/// <summary>What somebody who was not there reads first.</summary>
public sealed class FirstScreenTests
{
    [Fact]
    public void One_sentence_of_each_kind_comes_before_the_second_of_any_in_the_order_in_which_readers_ask()
    {
        Headline[] offered =
        [
            new(HeadlineKind.Fairness, "fairness"),
            new(HeadlineKind.Restart, "restart"),
            new(HeadlineKind.Latency, "no latency") { IsResult = false },
            new(HeadlineKind.Workers, "workers"),
            new(HeadlineKind.Throughput, "no throughput") { IsResult = false },
            new(HeadlineKind.Throughput, "throughput 1"),
            new(HeadlineKind.Throughput, "throughput 2"),
            new(HeadlineKind.Threshold, "failed"),
        ];

        Assert.Equal(["failed", "throughput 1", "workers", "no latency", "restart", "fairness"], HeadlineRule.Results(offered));
        Assert.Equal(["throughput 1", "throughput 2", "no throughput"], HeadlineRule.Results(offered.Where(h => h.Kind == HeadlineKind.Throughput)));
    }

    [Fact]
    public void Six_sentences_are_the_most()
    {
        IEnumerable<Headline> offered = Enumerable.Range(0, 20).Select(i => new Headline((HeadlineKind)(i % 5), $"{i}"));
        Assert.Equal(["0", "1", "2", "3", "4", "5"], HeadlineRule.Results(offered));
    }

    [Fact]
    public void What_to_do_comes_from_the_results_first_and_each_sentence_once()
    {
        Headline[] offered = [new(HeadlineKind.Restart, "r") { Next = "drain" }, new(HeadlineKind.Workers, "w") { Next = "use 2" }];
        Assert.Equal(["use 2", "drain", "repeat"], HeadlineRule.Steps(offered, ["repeat", "drain"]));
    }

    [Fact]
    public void The_leader_is_held_against_a_single_listener_with_as_many_workers_with_ratio_and_interval()
    {
        using RunFolder run = new();
        foreach ((string variant, int workers, double speed) in
            (IEnumerable<(string, int, double)>)[("single", 1, 100), ("single", 4, 150), ("shared", 4, 190), ("reuseport", 1, 105), ("reuseport", 4, 200)])
        {
            run.AddRepeats(RunFolder.Row(variant, workers), [.. Enumerable.Range(0, 7).Select(i => speed + (0.1 * i))]);
        }

        FirstScreen first = Screen(run);

        Assert.Contains(
            first.Results, r => r.StartsWith("Reuseport, 4 workers has the highest throughput: 1.33 × single, 4 workers (95 % ", StringComparison.Ordinal)
                && r.EndsWith(". Connect, closed loop, 64 connections.", StringComparison.Ordinal));
        Assert.Equal("Single, shared and reuseport with 1 and 4 workers: throughput", first.Title);
    }

    [Fact]
    public void Enough_workers_are_named_with_how_far_from_the_best_they_may_be()
    {
        using RunFolder run = new();
        foreach ((int workers, double speed) in (IEnumerable<(int, double)>)[(1, 100), (2, 197), (4, 200)])
        {
            run.AddRepeats(RunFolder.Row("reuseport", workers) with { Connections = 256 }, [.. Enumerable.Range(0, 7).Select(i => speed + (0.1 * i))]);
        }

        FirstScreen first = Screen(run);

        Assert.Matches(
            @"^2 workers are enough: reuseport, 2 workers has 0\.9\d × the best throughput \(95 % ≥ 0\.9\d\)\. Connect, closed loop, 256 connections\.$",
            first.Results[1]);
        Assert.Matches(@"^Use reuseport, 2 workers: within [23] % of the best \(connect, closed loop, 256 connections\)\.$", first.NextSteps[0]);
    }

    [Fact]
    public void A_number_of_workers_that_was_not_considered_is_said_beside_the_best()
    {
        using RunFolder run = new();
        foreach ((int workers, double speed) in (IEnumerable<(int, double)>)[(1, 100), (2, 200), (8, 400)])
        {
            run.AddRepeats(RunFolder.Row("reuseport", workers), [.. Enumerable.Range(0, 7).Select(i => speed + (0.1 * i))]);
        }

        FirstScreen first = Screen(run);

        Assert.Equal(
            "No fewer than 2 workers are shown to be as good as the best: reuseport, 2 workers, of 1, 2 workers. Connect, closed loop, 64 connections. "
                + "Not considered, and perhaps better: 8 (fewer than 16 connections for each worker).",
            first.Results[1]);
        Assert.Equal("Use reuseport, 2 workers: the best of 1, 2 workers (connect, closed loop, 64 connections).", first.NextSteps[0]);
    }

    [Fact]
    public void Loads_that_are_not_ranked_for_one_reason_share_a_sentence()
    {
        using RunFolder run = new();
        foreach (int percent in (int[])[90, 30, 50])
        {
            foreach (string variant in (string[])["single", "reuseport"])
            {
                ResultRow row = RunFolder.Row(variant, 2) with
                {
                    CellId = $"{variant}-{percent}",
                    Experiment = "latency",
                    Load = "open",
                    RateRpsRequested = 100 * percent,
                    RatePercent = percent,
                    Arrivals = "constant",
                };
                run.Add(RunFolder.Judged(row, VerdictRules.HeavyCpuSteal)).AddLatencies(row, Enumerable.Repeat(1_000_000L, 2_000));
            }
        }

        Assert.Equal(
            "P99 latency is not ranked at 30, 50 and 90 % of capacity (no valid figure): 6 of 6 repeats of these cells are invalid: cpu-steal-heavy. "
                + "Connect, open loop. Capacity: the best throughput of a closed loop in this run.",
            Assert.Single(Screen(run).Results));
    }

    [Fact]
    public void Conditions_that_differ_in_more_than_a_number_are_named_beside_their_figures()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 100).AddRepeats(RunFolder.Row("reuseport", 2), 200, 200)
            .AddRepeats(Keepalive("single"), 1000, 1000).AddRepeats(Keepalive("reuseport"), 2000, 2000);

        Assert.Equal(
            "Throughput is not ranked with connect and keepalive (fewer than 3 valid repeats): 100 to 200 connections/s over 2 cells (connect), "
                + "1.00 to 2.00 k requests/s over 2 cells (keepalive). Closed loop, 64 connections.",
            Assert.Single(Screen(run).Results));

        static ResultRow Keepalive(string variant) => RunFolder.Row(variant, 2) with { Workload = "keepalive", CellId = $"keepalive-{variant}" };
    }

    [Theory]
    [InlineData("smoke", "Nothing can be ranked: matrix smoke takes 2 repeats of each cell. Use: reusebench run quick.")]
    [InlineData("mine.yaml", "Nothing can be ranked: matrix mine.yaml takes 2 repeats of each cell. Take more (--repeats).")]
    public void A_run_with_too_few_repeats_to_rank_anything_says_which_run_would(string matrix, string step)
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 100).AddRepeats(RunFolder.Row("reuseport", 2), 200, 200);
        run.Manifest = run.Manifest with { Matrix = matrix };

        FirstScreen first = Screen(run);

        Assert.Equal(step, Assert.Single(first.NextSteps));
        Assert.Equal(
            "Throughput is not ranked (fewer than 3 valid repeats): 100 to 200 connections/s over 2 cells. Connect, closed loop, 64 connections.",
            Assert.Single(first.Results));
    }

    [Fact]
    public void What_cannot_be_decided_names_the_repeats_that_could()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 101, 102).AddRepeats(RunFolder.Row("reuseport", 2), 200, 201, 203);
        int needed = Report.Find(run.Read()).First(f => f.Finding.RepeatsNeeded is not null).Finding.RepeatsNeeded!.Value;
        Assert.Equal($"Nothing can be ranked with 3 repeats: take {needed} of each cell (--repeats {needed}).", Assert.Single(Screen(run).NextSteps));
    }

    [Fact]
    public void Only_rankings_that_more_repeats_can_decide_are_counted_as_open()
    {
        ResultRow stolen = RunFolder.Judged(RunFolder.Row("single", 2) with { Connections = 32, CellId = "stolen-single" }, VerdictRules.HeavyCpuSteal);
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 101, 102).AddRepeats(RunFolder.Row("reuseport", 2), 200, 201, 203)
            .AddRepeats(stolen, 50, 51, 52).AddRepeats(stolen with { Variant = "reuseport", CellId = "stolen-reuseport" }, 60, 61, 62);

        Assert.Contains(
            Screen(run).NextSteps, s => s.StartsWith("1 of 2 rankings cannot be decided with 3 repeats: take ", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_repeat_is_counted_once_and_the_reason_that_takes_the_most_is_named_with_what_helps()
    {
        ResultRow row = RunFolder.Row("single", 2);
        using RunFolder run = new RunFolder().AddRepeats(row, 100, 101, 102)
            .Add(RunFolder.Judged(row with { Repeat = 4 }, VerdictRules.ClientSaturated, VerdictRules.TooFewCpus))
            .Add(RunFolder.Judged(row with { Repeat = 5, ConnectionsPerS = 1 }, VerdictRules.TooFewCpus))
            .Add(row with { Repeat = 6, Failure = ResultRow.SkippedPrefix + "no right" });

        FirstScreen first = Screen(run);

        Assert.Equal(new VerdictCounts(3, 1, 1, 1), first.Verdicts);
        Assert.Equal("3 valid, 1 limited, 1 invalid, 1 skipped", first.Verdicts.ToString());
        Assert.Contains(
            "1 of the run's 5 repeats is invalid by client-saturated. The client threads had next to no idle time, and the server had clearly more (a tenth of "
                + "its CPUs) or is not known. Give the swarm more CPUs or threads.", first.NextSteps);
    }

    [Fact]
    public void The_methods_of_a_restart_stand_side_by_side()
    {
        using RunFolder run = new();
        ResultRow drain = RunFolder.Row("restart", 2) with { Experiment = "restart", RestartMethod = "reuseport-drain", CellId = "d" };
        ResultRow down = drain with { Accept = "epoll-exclusive", RestartMethod = "reuseaddr", CellId = "a" };
        run.Add(drain).Add(down).AddRestart(down, 1, 305).AddRestart(Spotless("d", Core.Cells.RestartMethod.ReuseportDrain));

        string sentence = Assert.Single(Screen(run).Results);

        Assert.Equal(
            "Restart (graceful, idle, process, 2 workers): nothing lost with reuseport-drain (1 restart; with 95 % certainty, at most 95 % of restarts lose "
                + "any); clients could not connect for 305 ms with reuseaddr.",
            sentence);
    }

    [Fact]
    public void Many_reloads_are_counted_and_the_servers_named_by_the_title()
    {
        using RunFolder run = new();
        ResultRow reload = RunFolder.Row("restart", 2) with { Experiment = "restart", RestartMethod = "reload" };
        foreach (string server in (string[])["nginx", "haproxy", "caddy", "node", "lighttpd"])
        {
            run.Add(reload with { Server = server, ServerMode = "shared", ServerReload = "hup", CellId = server })
                .AddRestart(Spotless(server, Core.Cells.RestartMethod.Reload) with { ServerReload = "hup" });
        }

        ResultRow apache = reload with { Server = "apache", ServerMode = "shared", ServerReload = "usr1", CellId = "apache" };
        run.Add(apache).AddRestart(apache, 1, 305);
        FirstScreen screen = Screen(run);
        Assert.StartsWith("Apache, caddy, haproxy, lighttpd, nginx and node: restart", screen.Title, StringComparison.Ordinal);
        string sentence = Assert.Single(screen.Results);
        Assert.Contains("nothing lost with 5 of 6 methods (1 restart each or more;", sentence, StringComparison.Ordinal);
        Assert.EndsWith("clients could not connect for 305 ms with apache, shared: usr1.", sentence, StringComparison.Ordinal);
    }

    private static RestartRow Spotless(string cell, Core.Cells.RestartMethod method) => new()
    {
        RunId = RunFolder.RunId,
        CellId = cell,
        Repeat = 1,
        Restart = 1,
        RestartMethod = method,
        Status = RestartStatus.Measured,
        GapMs = 0.2,
        GapBound = GapBound.Exact,
        GapUncertaintyMs = 1.1,
        Attempts = 100,
    };

    [Fact]
    public void A_title_says_what_it_does_not_name()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100);
        foreach (string experiment in (string[])["latency", "fairness", "affinity", "stall", "idle"])
        {
            run.Add(RunFolder.Row("single", 2) with { Experiment = experiment, CellId = experiment });
        }

        Assert.EndsWith(", fairness, affinity and 2 more experiments", Screen(run).Title, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_threshold_stands_first()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 101, 102);
        run.Manifest = run.Manifest with { Expect = ["connections_per_s > 1000"] };
        Assert.Equal("1 of 1 threshold failed: connections_per_s > 1000 (single, 2 workers has 101 connections/s).", Screen(run).Results[0]);
    }

    [Fact]
    public void The_subtitle_is_host_time_version_and_matrix()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 101, 102);
        run.Manifest = run.Manifest with { Host = run.Manifest.Host with { ReuseBenchVersion = "1.2.3" } };
        Assert.Equal(
            "16 CPUs, Example CPU 3.0 GHz, Linux 6.18.5 · 2 January 2026, 03:04 UTC · ReuseBench 1.2.3 · matrix full, 1 cell · run synthetic",
            Screen(run).Subtitle);
    }

    private static FirstScreen Screen(RunFolder run)
    {
        Analysis.RunAnalysis known = run.Read();
        return FirstScreens.Of(known, Report.Find(known));
    }
}
