using ReuseBench.Core.Verdicts;

namespace ReuseBench.Reports.Tests;

/// <summary>The tables that the terminal shows.</summary>
public sealed class ResultTablesTests
{
    private const string ToBest = "× best (95 %)";

    [Fact]
    public void The_ratio_to_the_best_is_that_of_the_ranking_with_its_interval()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), Around(100)).AddRepeats(RunFolder.Row("reuseport", 2), Around(200))
            .AddRepeats(RunFolder.Row("reuseport", 16), Around(900)); // more than cores: in no ranking

        ResultTable table = TableOf(run);

        int column = table.Columns.Select(c => c.Title).ToList().IndexOf(ToBest);
        string[] texts = [.. table.Rows.Select(r => r.Texts[column])];
        Assert.Contains("1", texts);
        Assert.Contains("", texts);
        Assert.Single(texts, t => System.Text.RegularExpressions.Regex.IsMatch(t, @"^0\.50 \(0\.\d\d to 0\.\d\d\)$"));
    }

    [Fact]
    public void A_ratio_that_orders_otherwise_than_the_medians_beside_it_is_explained_wherever_both_stand()
    {
        // The medians are 105 and 106; the means have the other order.
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 102, 104, 106, 114, 118)
            .AddRepeats(RunFolder.Row("reuseport", 2), 98, 101, 105, 107, 110, 112);

        ReportPaths paths = Report.Write(run.Write().Path, TextWriter.Null);
        Findings.FirstScreen first = paths.Summary.First;
        string report = File.ReadAllText(paths.Markdown);

        Assert.Equal(
            "×: by the mean over the rounds, in which a drift of the host cancels out; a median may order otherwise", Assert.Single(paths.Summary.Tables).Note);
        Assert.EndsWith(
            " This order is by the mean over the rounds, in which a drift of the host cancels out; by the median reuseport, 2 workers is higher.",
            first.Results[0], StringComparison.Ordinal);
        Assert.Contains(
            "The order and × best are by the mean over the rounds, in which a drift of the host cancels out; a median may order otherwise (here single, "
                + "2 workers stands above reuseport, 2 workers).", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_medians_have_the_order_of_the_ratios_nothing_is_said_of_it()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), Around(100)).AddRepeats(RunFolder.Row("reuseport", 2), Around(200));
        Assert.Equal("", TableOf(run).Note);
        Assert.DoesNotContain("may order otherwise", File.ReadAllText(Report.Write(run.Path, TextWriter.Null).Markdown), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_compared_has_no_ratio()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 101).AddRepeats(RunFolder.Row("reuseport", 2), 200, 201);
        Assert.DoesNotContain(TableOf(run).Columns, c => c.Title == ToBest);
    }

    [Fact]
    public void A_skipped_repeat_is_counted_as_skipped_wherever_verdicts_are_counted()
    {
        ResultRow row = RunFolder.Row("single", 2);
        using RunFolder run = new RunFolder().AddRepeats(row, 100, 101, 102).Add(row with { Repeat = 4, Failure = ResultRow.SkippedPrefix + "no right" });

        ReportPaths paths = Report.Write(run.Write().Path, TextWriter.Null);

        Assert.Equal("3 valid, 1 skipped", paths.Summary.First.Verdicts.ToString());
        Assert.Equal("4 repeats: 3 valid, 1 skipped", Assert.Single(paths.Summary.Tables).Verdicts);
        Assert.Contains("\n4 repeats of 1 cell: 3 valid, 1 skipped. Valid (✓)", File.ReadAllText(paths.Markdown), StringComparison.Ordinal);
        Assert.Equal(
            "3 valid, 1 skipped",
            Index.IndexedRun.Read(Path.GetDirectoryName(run.Path)!, Path.GetFileName(run.Path), run.Manifest).Verdicts.ToString());
    }

    [Fact]
    public void The_verdict_is_that_of_the_figure_that_stands_and_beside_it_how_many_repeats_are_valid()
    {
        ResultRow stands = RunFolder.Row("single", 2);
        ResultRow falls = RunFolder.Row("reuseport", 2);
        using RunFolder run = new RunFolder().AddRepeats(stands, 100, 101, 102).Add(Spoilt(stands, 4))
            .Add(RunFolder.Judged(falls with { ConnectionsPerS = 200 }, VerdictRules.TooFewCpus)).Add(Spoilt(falls, 2)).Add(Spoilt(falls, 3));

        ResultTable table = TableOf(run);
        ReportPaths paths = Report.Write(run.Path, TextWriter.Null);

        Assert.Equal([("101 connections/s", "3 of 4", "ok"), ("", "1 of 3", "invalid")], table.Rows.Select(r => Cells(table, r)));
        Assert.Contains("| single | 2 | 3 of 4 | 101 connections/s | ok |", File.ReadAllText(paths.PullRequest), StringComparison.Ordinal);
        Assert.Contains("[✓ ok](#verdicts \"ok\") [✗ cpu-steal-heavy (1 of 4)](#verdicts", File.ReadAllText(paths.Markdown), StringComparison.Ordinal);

        static ResultRow Spoilt(ResultRow row, int repeat) =>
            RunFolder.Judged(row with { Repeat = repeat, ConnectionsPerS = 50 }, VerdictRules.HeavyCpuSteal);

        static (string Figure, string Repeats, string Verdict) Cells(ResultTable table, ResultLine row)
        {
            string Of(string title) => row.Texts[table.Columns.ToList().FindIndex(c => c.Title == title)];
            return (Of("throughput"), Of("n"), Of("verdict"));
        }
    }

    [Fact]
    public void A_restart_is_labelled_by_what_it_was_given_and_not_by_what_its_probes_are_made_of()
    {
        ResultRow idle = Restart("idle") with { TimeoutMs = 5_000, ConnectTimeoutMs = 5_000, Connections = 5_000, IntervalMs = 1, WarmupS = 0.3 };
        ResultRow queued = Restart("queued") with { TimeoutMs = 10_000, ConnectTimeoutMs = 10_000, Connections = 10_000, ServiceTimeUs = 1250 };
        ResultRow migrating = idle with
        {
            CellId = "migrating",
            RestartMethod = "reuseport-overlap",
            Variant = "reuseport",
            Accept = "epoll",
            Reuseaddr = "off",
            MigrateReq = 1,
        };
        using RunFolder run = new RunFolder().Add(idle).Add(queued).Add(migrating).AddRestart(idle, 1, 24).AddRestart(queued, 1, 250)
            .AddRestart(migrating, 1, 2);

        ResultTable table = TableOf(run);
        string[] methods = [.. table.Rows.Select(r => r.Texts[0])];

        Assert.Equal(
            ["graceful, process, idle, 2 workers, 1000 probes/s", "graceful, process, queued, 2 workers, 1000 probes/s, service time 1250 µs"],
            table.Rows.Select(r => r.Load).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["reuseaddr", "reuseport-overlap, migrate_req 1", "reuseaddr"], methods);

        static ResultRow Restart(string load) => RunFolder.Row("restart", 2) with
        {
            CellId = load,
            Experiment = "restart",
            RestartMethod = "reuseaddr",
            Accept = "epoll-exclusive",
            RestartStop = "graceful",
            RestartScope = "process",
            RestartLoad = load,
            RateRpsRequested = 1_000,
            Load = "open",
        };
    }

    private static double[] Around(double speed) => [.. Enumerable.Range(0, 7).Select(i => speed + (0.1 * i))];

    private static ResultTable TableOf(RunFolder run)
    {
        Analysis.RunAnalysis known = run.Read();
        return Assert.Single(Summary.Of(known, Report.Find(known)).Tables);
    }
}
