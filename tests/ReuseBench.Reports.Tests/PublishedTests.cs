using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Topics.Published;

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
        Assert.Contains("5 of 6 times 3 reloads lost 381 connections; none of 6 times 3 reloads lost any", said.Text, StringComparison.Ordinal);
        Assert.Contains("; apache 1.0.", said.Text, StringComparison.Ordinal);
        Assert.Equal("reproduced", Claim(run, "apache_buckets_migrated"));
    }

    [Theory]
    [InlineData(new long[] { 0, 0, 0, 0, 0, 0 }, new long[] { 0, 0, 0, 0, 0, 0 }, "not_reproduced")]
    [InlineData(new long[] { 9, 9, 9, 9, 9, 9 }, new long[] { 0, 0, 1, 0, 0, 0 }, "not_reproduced")]
    [InlineData(new long[] { 1, 0, 0, 0, 0, 0 }, new long[] { 0, 0, 0, 0, 0, 0 }, "not_reproduced")]
    [InlineData(new long[] { 9, 9 }, new long[] { 0, 0, 0 }, "undecided")]
    public void One_that_chance_explains_is_not_reproduced_and_one_with_too_few_restarts_is_undecided(long[] losing, long[] safe, string claim)
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

    private static void AddReloads(RunFolder run, string mode, int? migrate, long[] lost, string server = "apache", int count = 3)
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
