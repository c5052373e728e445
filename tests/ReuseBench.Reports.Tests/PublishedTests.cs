using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Topics.Published;
using ReuseBench.Reports.Topics.Restart;

namespace ReuseBench.Reports.Tests;

/// <summary>Published results in a report: what a run shows of them, and what it cannot.</summary>
public sealed class PublishedTests
{
    [Fact]
    public void A_result_is_reproduced_where_one_side_loses_and_the_other_does_not()
    {
        using RunFolder run = new();
        AddReloads(run, "shared", migrate: null, [0, 0, 0, 0, 0, 0]);
        AddReloads(run, "buckets", migrate: 0, [78, 77, 80, 0, 75, 71]);
        AddReloads(run, "buckets", migrate: 1, [0, 0, 0, 0, 0, 0]);
        Said said = Assert.Single(Said.In(run), s => s.Finding.Kind == "apache_buckets");
        Assert.Equal("reproduced", said.Finding.Claim);
        Assert.Contains("5 of 6 bursts of 3 reloads lost 381 connections; none of 6 bursts of 3 reloads lost any", said.Text, StringComparison.Ordinal);
        Assert.Contains("; apache 1.0.", said.Text, StringComparison.Ordinal);
        Assert.Equal("reproduced", Claim(run, "apache_buckets_migrated"));
    }

    [Theory]
    [InlineData(new long[] { 0, 0, 0, 0, 0, 0 }, new long[] { 0, 0, 0, 0, 0, 0 }, "not_reproduced")]
    [InlineData(new long[] { 9, 9, 9, 9, 9, 9 }, new long[] { 0, 0, 1, 0, 0, 0 }, "not_reproduced")]
    [InlineData(new long[] { 1, 0, 0, 0, 0, 0 }, new long[] { 0, 0, 0, 0, 0, 0 }, "undecided")]
    [InlineData(new long[] { 9, 9 }, new long[] { 0, 0, 0 }, "undecided")]
    public void One_without_a_loss_or_with_losses_on_both_sides_is_not_reproduced_and_one_with_too_few_is_undecided(long[] losing, long[] safe, string claim)
    {
        using RunFolder run = new();
        AddReloads(run, "shared", migrate: null, safe);
        AddReloads(run, "buckets", migrate: 0, losing);
        Assert.Equal(claim, Claim(run, "apache_buckets"));
    }

    [Fact]
    public void What_a_run_left_out_is_undecided_with_the_reason()
    {
        using RunFolder run = new();
        run.Manifest = run.Manifest with
        {
            Matrix = "published",
            Skipped = ["4 restart cells need apache, which is not installed: left out; apt-get install x."],
        };
        AddReloads(run, "shared", migrate: null, [0, 0, 0], server: "nginx");
        Said said = Assert.Single(Said.In(run), s => s.Finding.Kind == "apache_buckets");
        Assert.Equal("undecided", said.Finding.Claim);
        Assert.Contains("apache, which is not installed", said.Text, StringComparison.Ordinal);
    }

    /// <summary>The claim is of reloads that follow each other closely: one alone is another thing.</summary>
    [Fact]
    public void A_reload_alone_is_not_held_against_the_claim_of_several()
    {
        using RunFolder run = new();
        run.Manifest = run.Manifest with { Matrix = "published" };
        AddReloads(run, "shared", migrate: null, [0, 0, 0, 0, 0, 0], count: 1);
        AddReloads(run, "buckets", migrate: 0, [1, 2, 0, 0, 3, 1], count: 1);
        Assert.Equal("undecided", Claim(run, "apache_buckets"));
    }

    /// <summary>What a matrix was made to find out is what its reader wants to know first, whatever else could not be ranked.</summary>
    [Theory]
    [InlineData("published", true)]
    [InlineData("servers", false)]
    public void The_first_screen_begins_with_published_results_where_the_matrix_is_about_them(string matrix, bool isFirst)
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 101, 102);
        run.Manifest = run.Manifest with { Matrix = matrix };
        AddReloads(run, "shared", migrate: null, [0, 0, 0, 0, 0, 0]);
        AddReloads(run, "buckets", migrate: 0, [90, 80, 70, 60, 50, 40]);
        Analysis.RunAnalysis analysis = run.Read();
        IReadOnlyList<string> results = FirstScreens.Of(analysis, Report.Find(analysis)).Results;

        Assert.Contains(results, r => r.Contains(" published result", StringComparison.Ordinal));
        Assert.Equal(isFirst, results[0].Contains(" published result", StringComparison.Ordinal));
    }

    /// <summary>Reloads that do not wait for each other are one restart and one loss, in every sentence that counts them.</summary>
    [Fact]
    public void A_burst_is_counted_and_bounded_as_one()
    {
        using RunFolder run = new();
        AddReloads(run, "shared", migrate: null, [0, 0, 0, 0, 0, 0]);
        string report = File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Markdown);
        Assert.Contains("0 of 6 bursts of 3 reloads lost any: at most", report, StringComparison.Ordinal);
        Assert.Contains("(6 bursts of 3 reloads; with 95 % certainty, at most", report, StringComparison.Ordinal);
        Assert.Contains("% of bursts lose any)", report, StringComparison.Ordinal);
        Assert.Contains("affected in 6 bursts of 3 reloads", report, StringComparison.Ordinal);
        Assert.Contains("a reload every 500 ms, 3 reloads in a row", report, StringComparison.Ordinal);
        Assert.DoesNotContain("3 restarts in a row", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Bursts_that_follow_each_other_at_another_interval_are_not_compared()
    {
        MeasuredCell[] cells = [.. new[] { 500.0, 200 }.Select(every =>
        {
            using RunFolder run = new();
            AddReloads(run, "shared", migrate: null, [0, 0, 0], everyMs: every);
            return Assert.Single(run.Read().Cells);
        })];
        Assert.Contains("a reload every 200 ms", RestartLabel.Circumstances(cells[1]), StringComparison.Ordinal);
        Assert.NotEqual(RestartLabel.Circumstances(cells[0]), RestartLabel.Circumstances(cells[1]));
    }

    /// <summary>Cells of somebody's own matrix are not what the condition names.</summary>
    [Theory]
    [InlineData(4, 500)]
    [InlineData(3, 200)]
    public void A_burst_of_another_number_or_interval_is_not_held_against_the_claim(int count, double everyMs)
    {
        using RunFolder run = new();
        run.Manifest = run.Manifest with { Matrix = "published" };
        AddReloads(run, "shared", migrate: null, [0, 0, 0, 0, 0, 0], count: count, everyMs: everyMs);
        AddReloads(run, "buckets", migrate: 0, [78, 77, 80, 91, 75, 71], count: count, everyMs: everyMs);
        Assert.Equal("undecided", Claim(run, "apache_buckets"));
    }

    [Theory]
    [InlineData(4, "reproduced")]
    [InlineData(8, "undecided")]
    public void A_stall_is_that_of_the_probe_with_four_listeners(int workers, string claim)
    {
        using RunFolder run = new();
        run.Manifest = run.Manifest with { Matrix = "published" };
        for (int repeat = 1; repeat <= 3; repeat++)
        {
            AddStall(run, workers, repeat, null, "accept-only", waiting: 250);
            AddStall(run, workers, repeat, "ebpf-alive", "accept-only", waiting: 0);

            // Of a stall under load other clients wait: persistent ones stay where they are, whatever is chosen.
            AddStall(run, workers, repeat, "ebpf-alive", "native", waiting: 250);
        }

        Assert.Equal(claim, Claim(run, "live_workers"));
    }

    [Theory]
    [InlineData(new[] { 1.9, 2.2, 2.5 }, new[] { 1.1, 1.0, 1.2 }, "reproduced")]
    [InlineData(new[] { 1.9, 1.4, 2.5 }, new[] { 1.1, 1.0, 1.2 }, "not_reproduced")]
    [InlineData(new[] { 1.9, 2.2, 2.5 }, new[] { 1.1, 1.0, 2.0 }, "not_reproduced")]
    [InlineData(new[] { 1.9, 2.2 }, new[] { 1.1, 1.0, 1.2 }, "undecided")]
    public void Who_gets_the_connections_is_reproduced_where_every_repeat_shows_it(double[] uneven, double[] even, string claim)
    {
        using RunFolder run = new();
        run.Manifest = run.Manifest with { Matrix = "published" };
        AddSpaced(run, "shared", "epoll", uneven);
        AddSpaced(run, "reuseport", "epoll", even);
        Assert.Equal(claim, Claim(run, "epoll_piles_up"));
    }

    /// <summary>Any other run of such servers says what it has cells for, and nothing of the rest.</summary>
    [Fact]
    public void Only_the_matrix_of_that_name_lists_what_it_has_no_cells_for()
    {
        using RunFolder run = new();
        AddReloads(run, "shared", migrate: null, [0, 0, 0, 0, 0, 0]);
        AddReloads(run, "buckets", migrate: 0, [78, 77, 80, 0, 75, 71]);
        string[] kinds = [.. Said.In(run).Where(s => s.Finding.Topic == "published").Select(s => s.Finding.Kind)];
        Assert.Equal(["apache_buckets", "apache_buckets_migrated"], kinds);
        run.Manifest = run.Manifest with { Matrix = "published" };
        Assert.True(Said.In(run).Count(s => s.Finding.Topic == "published") > kinds.Length);
    }

    [Fact]
    public void A_run_of_our_own_servers_has_no_such_section()
    {
        using RunFolder run = new();
        run.AddRepeats(RunFolder.Row("shared", 2), 1000, 1010, 1020);
        Assert.DoesNotContain(Said.In(run), s => s.Finding.Topic == "published");
    }

    /// <summary>Tables of Fisher's own: 3 of 4 against 1 of 4 is 17/70, all of 3 against none of 3 is 1/20.</summary>
    [Theory]
    [InlineData(4, 3, 4, 1, 17.0 / 70)]
    [InlineData(3, 3, 3, 0, 1.0 / 20)]
    [InlineData(20, 0, 20, 0, 1.0)]
    public void The_chance_of_such_a_split_is_that_of_Fishers_exact_test(int here, int losingHere, int there, int losingThere, double p) =>
        Assert.Equal(p, new ReloadLosses(here, losingHere, 0).Chance(new ReloadLosses(there, losingThere, 0)), 9);

    private static string Claim(RunFolder run, string kind) => Assert.Single(Said.In(run), s => s.Finding.Kind == kind).Finding.Claim;

    private static void AddSpaced(RunFolder run, string variant, string accept, double[] maxOverMean)
    {
        for (int repeat = 1; repeat <= maxOverMean.Length; repeat++)
        {
            run.Add(RunFolder.Row(variant, 4, repeat) with
            {
                CellId = $"fairness-{variant}",
                Experiment = "fairness",
                Accept = accept,
                RateRpsRequested = 300,
                Workload = "connect",
                AcceptedMaxOverMean = maxOverMean[repeat - 1],
            });
        }
    }

    private static void AddStall(RunFolder run, int workers, int repeat, string? selector, string driver, long waiting)
    {
        ResultRow row = RunFolder.Row("reuseport", workers, repeat) with
        {
            CellId = $"stall-{selector}-{driver}",
            Experiment = "stall",
            Driver = driver,
            Selector = selector ?? "",
        };
        run.Add(row);
        for (int listener = 0; listener < workers; listener++)
        {
            run.AddListener(row, listener, responses: 250, waiting: listener == 0 ? waiting : 0);
        }
    }

    private static void AddReloads(RunFolder run, string mode, int? migrate, long[] lost, string server = "apache", int count = 3, double everyMs = 500)
    {
        for (int repeat = 1; repeat <= lost.Length; repeat++)
        {
            ResultRow row = RunFolder.Row("single", 2, repeat) with
            {
                CellId = $"restart-{server}-{mode}-{migrate}",
                Experiment = "restart",
                Server = server,
                ServerMode = mode,
                ServerReload = "usr1",
                RestartCount = count,
                RestartEveryMs = everyMs,
                RestartMethod = "reload",
                RestartLoad = "idle",
                MigrateReq = migrate,
                RateRpsRequested = 1000,
                Workload = "connect",
                ServerVersion = $"{server} 1.0",
            };
            run.Add(row).AddRestart(new RestartRow
            {
                RunId = RunFolder.RunId,
                CellId = row.CellId,
                Repeat = repeat,
                Restart = 1,
                RestartMethod = RestartMethod.Reload,
                RestartLoad = RestartLoad.Idle,
                GapLowMs = lost[repeat - 1] > 0 ? 3 : 0,
                GapMs = 5,
                GapBound = GapBound.Exact,
                GapUncertaintyMs = 2,
                ProbeIntervalMs = 1,
                Attempts = lost[repeat - 1] + 3,
                Reset = lost[repeat - 1],
                Refused = 0,
                TimedOut = 0,
                FailedOther = 0,
                Served = 3,
            });
        }
    }
}
