using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Topics.Fairness;

namespace ReuseBench.Reports.Tests;

public sealed class FairnessSectionTests
{
    [Theory]
    [InlineData("netns", true)]
    [InlineData("none", false)]
    public void Selectors_are_pooled_only_over_hash_seeds_of_their_own(string isolation, bool pooled)
    {
        using RunFolder run = new();
        foreach (string selector in (string[])["hash", "ebpf-weight"])
        {
            for (int repeat = 1; repeat <= 3; repeat++)
            {
                run.Add(Served("reuseport", repeat) with
                {
                    CellId = selector,
                    Selector = selector,
                    Isolation = isolation,
                    ChanceOver = "tuples",
                    Chi2 = 1.5,
                    Chi2Df = 1,
                    Chi2P = 0.22,
                });
            }
        }

        string section = Section(run, "What does each selector change?");

        Assert.Equal(pooled, section.Contains("| 0.212 |", StringComparison.Ordinal)); // χ² 4.5 with 3 degrees of freedom.
        Assert.Equal(!pooled, section.Contains("every repeat has the host's hash seed", StringComparison.Ordinal));
    }

    [Fact]
    public void What_draws_for_every_connection_needs_no_hash_seed()
    {
        ResultRow[] rows = [.. Enumerable.Range(1, 3).Select(r =>
            Served("reuseport", r) with { Isolation = "none", ChanceOver = "connections", Chi2 = 1.5, Chi2Df = 1, Chi2P = 0.22 })];
        MeasuredRepeat[] repeats = [.. rows.Select(r => new MeasuredRepeat { Row = r.ToRow(), Chance = new ChanceOfRepeat(r.ToChance()) })];
        Assert.Equal(4.5, HashSeeds.Pooled(repeats).Statistic);
    }

    [Fact]
    public void A_share_outside_its_own_band_is_not_yet_against_the_rule()
    {
        using RunFolder run = new();
        ResultRow row = Served("reuseport", 1) with { Experiment = "affinity", Driver = "accept-only", CellId = "a" };
        run.Add(row);
        for (int i = 0; i < 20; i++)
        {
            // Two and a half standard deviations off in one of twenty.
            run.AddAffinity(row, $"change-{i}", 0.5, 1000, i == 0 ? 540 : 500);
        }

        string section = Section(run, "Does a client keep its listener?");

        Assert.Contains("No difference from the rule was seen", section, StringComparison.Ordinal);
        Assert.Contains("1 of 20 shares of single repeats lie outside their 95 % band", section, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(620, 0)] // Seven and a half standard deviations.
    [InlineData(500, 1)]
    public void What_chance_does_not_do_is_different_from_the_rule(int kept, int againstRule)
    {
        using RunFolder run = new();
        ResultRow row = Served("reuseport", 1) with { Experiment = "affinity", Driver = "accept-only", CellId = "a" };
        run.Add(row).AddAffinity(row, "added", 0.5, 1000, kept, againstRule);

        Assert.Contains("Different from the rule, at an error rate of 0.05 over all shares together: one added, 2 listeners (sockets of one "
            + "process): ", Section(run, "Does a client keep its listener?"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2000, 25, 12, "comes out: reuseport slower in 6 of 6 repeats with the same arrivals, p = 0.031 by the sign test, held against 0.05;")]
    [InlineData(2000, 12, 25, "is reversed here: reuseport slower in 0 of 6 repeats with the same arrivals, p = 0.031 by "
        + "the sign test, held against 0.05;")]
    [InlineData(2000, 12, 12, "could not have been decided: reuseport slower in 0 of 0 repeats with the same arrivals, and the sign test needs 6 that differ")]
    [InlineData(0, 12, 25, "comes out: reuseport slower in 0 of 6 repeats")]
    public void The_tails_are_said_as_the_rows_have_them(double serviceUs, int groupMs, int sharedMs, string said)
    {
        using RunFolder run = new();
        AddTails(run, "reuseport", serviceUs, groupMs, "0-1");
        AddTails(run, "shared", serviceUs, sharedMs, "0-1");

        string section = Section(run, "Who gets the connections?");

        Assert.Contains(said, section, StringComparison.Ordinal);
        Assert.Contains("Limited: too-few-cpus (", section, StringComparison.Ordinal);
        Assert.Contains((serviceUs > 0 ? TailShape.SmallPublished : TailShape.HeavyPublished) + ". Not said here", section, StringComparison.Ordinal);
        Assert.DoesNotContain("took turns on", section, StringComparison.Ordinal);
    }

    // As a real run had them, in ms: slower in five of six, and the repeat with 91.8 rules the merged percentile. 2 (1 + 6) / 2^6 = 0.219.
    [Fact]
    public void Repeats_with_the_same_arrivals_are_pairs_and_one_that_rules_what_is_merged_does_not_rule_the_sentence()
    {
        using RunFolder run = new();
        AddTails(run, "reuseport", 2000, [13.8, 12.7, 91.8, 16.1, 10.8, 10.1]);
        AddTails(run, "shared", 2000, [7.3, 12.4, 7.5, 9.7, 7.6, 25.5]);

        string section = Section(run, "Who gets the connections?");

        Assert.Contains("is not separated here: reuseport slower in 5 of 6 repeats with the same arrivals, p = 0.219 by the sign test, held "
            + "against 0.05;", section, StringComparison.Ordinal);
        Assert.Matches(@"p99 reuseport \d+\.\d ms \(99th percentile, merged of 6; single repeats: median 13\.\d, 95 % interval 10\.1 to 91\.8\)",
            section);
    }

    [Fact]
    public void Overlapping_spreads_hide_nothing_that_every_pair_shows()
    {
        using RunFolder run = new();
        AddTails(run, "reuseport", 2000, [5.1, 6.1, 7.1, 8.1, 9.1, 10.1]);
        AddTails(run, "shared", 2000, [5, 6, 7, 8, 9, 10]);
        Assert.Contains("comes out: reuseport slower in 6 of 6 repeats", Section(run, "Who gets the connections?"), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_comparisons_share_one_error_rate()
    {
        using RunFolder run = new();
        AddTails(run, "reuseport", 2000, [25, 25, 25, 25, 25, 25]);
        AddTails(run, "shared", 2000, [12, 12, 12, 12, 12, 12]);
        AddTails(run, "shared", 2000, [12, 12, 12, 12, 12, 12], "blocking");
        Assert.Contains("could not have been decided: reuseport slower in 6 of 6 repeats with the same arrivals, and the sign test needs 7 that "
            + "differ", Section(run, "Who gets the connections?"),
                StringComparison.Ordinal);
    }

    [Fact]
    public void A_comparison_that_its_few_repeats_cannot_decide_takes_nothing_from_the_others()
    {
        using RunFolder run = new();
        AddTails(run, "reuseport", 2000, [25, 25, 25, 25, 25, 25]);
        AddTails(run, "shared", 2000, [12, 12, 12, 12, 12, 12]);
        AddTails(run, "shared", 2000, [12, 12, 12], "blocking");
        string section = Section(run, "Who gets the connections?");
        Assert.Contains("comes out: reuseport slower in 6 of 6 repeats with the same arrivals, p = 0.031 by the sign test, held against 0.05;",
            section, StringComparison.Ordinal);
        Assert.Contains("could not have been decided: reuseport slower in 3 of 3 repeats with the same arrivals, and the sign test needs 7 that "
            + "differ;", section, StringComparison.Ordinal);
    }

    [Fact]
    public void Repeats_of_other_arrivals_are_no_pairs()
    {
        using RunFolder run = new();
        AddTails(run, "reuseport", 2000, [25, 25, 25, 25, 25, 25]);
        AddTails(run, "shared", 2000, [12, 12, 12, 12, 12, 12], seed: 7);
        Assert.Contains("cannot be said here, because no repeat has a 99th percentile of its own on both sides", Section(run, "Who gets the connections?"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Workers_that_take_turns_on_a_cpu_are_named_as_what_hides_a_tail()
    {
        using RunFolder run = new();
        AddTails(run, "reuseport", 2000, 12, "0");
        AddTails(run, "shared", 2000, 12, "0");
        Assert.Contains("2 workers took turns on 1 CPU", Section(run, "Who gets the connections?"), StringComparison.Ordinal);
    }

    // 391 connections on three workers; the band of an ideal hash ends at 1.174.
    [Theory]
    [InlineData("epoll", new double[] { 1.8, 1.82, 1.85 }, new double[] { 0.1, 0.2, 0.1 }, "comes out; measured")]
    [InlineData("epoll", new double[] { 1.4962, 1.5038, 1.5038 }, new double[] { 0.0077, 0, 0 }, "comes out; measured: max/mean "
        + "1.504 (median of 3, min–max 1.496 to 1.504)")] // Two halve them: one connection more or less.
    [InlineData("epoll", new double[] { 1.1, 1.12, 1.15 }, new double[] { 0.9, 0.9, 0.9 }, "does not come out here, because")] // Within the band.
    // Uneven, but nobody is idle.
    [InlineData("epoll", new double[] { 1.4, 1.42, 1.45 }, new double[] { 0.6, 0.7, 0.8 }, "does not come out here, because")]
    [InlineData("epoll", new double[] { 1.16, 1.62, 1.65 }, new double[] { 0.1, 0.1, 0.1 }, "is not decided here, because")]
    [InlineData("epoll", new double[] { 1.6, 1.62, 1.65 }, new double[] { 0.1, 0.4, 0.6 }, "is not decided here, because")]
    [InlineData("blocking", new double[] { 1.0013, 1.0051, 1.0026 }, new double[] { 0.99, 0.99, 0.99 }, "comes out; measured: max/mean "
        + "1.003 (median of 3, min–max 1.001 to 1.005)")]
    [InlineData("blocking", new double[] { 1.2, 1.3, 1.4 }, new double[] { 0.9, 0.9, 0.9 }, "does not come out here, because")]
    public void Who_takes_most_is_said_by_the_whole_interval(string accept, double[] busiest, double[] least, string said)
    {
        using RunFolder run = new();
        for (int repeat = 1; repeat <= busiest.Length; repeat++)
        {
            run.Add(Served("shared", repeat, accept) with
            {
                Workers = 3,
                AcceptedMaxOverMean = busiest[repeat - 1],
                AcceptedMinOverMean = least[repeat - 1],
                ChoicesMaxOverMeanExpected = 1.074,
                ChoicesMaxOverMeanLow = 1.013,
                ChoicesMaxOverMeanHigh = 1.174,
            });
        }

        Assert.Contains(said, Section(run, "Who gets the connections?"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_band_there_is_nothing_to_go_beyond()
    {
        using RunFolder run = new();
        run.Add(Served("shared", 1) with { AcceptedMaxOverMean = 1.8, AcceptedMinOverMean = 0.1 });
        Assert.Contains("of an ideal hash): cannot be said here, because the tables hold no band", Section(run, "Who gets the connections?"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_rate_of_the_accept_only_probe_is_that_of_its_rows()
    {
        using RunFolder run = new RunFolder().AddRepeats(Served("reuseport", 1)
            with
        { Driver = "accept-only", Load = "closed" }, 26_000, 30_000, 31_000);
        Assert.Equal("Rate of the accept-only probe: 30.0 k connections/s (median of 3 repeats, min–max 26.0 to 31.0), on one thread.",
            Assert.Single(Said.In(run), f => f.Text.StartsWith("Rate of", StringComparison.Ordinal)).Text);
    }

    private static ResultRow Served(string variant, int repeat, string accept = "epoll") => RunFolder.Row(variant, 2, repeat, accept) with
    {
        Experiment = "fairness",
        Load = "open",
        RateRpsRequested = 600,
        CellId = $"{variant}-{accept}",
        AcceptedMaxOverMean = 1.1,
        AcceptedJain = 0.99,
    };

    private static void AddTails(RunFolder run, string variant, double serviceUs, int p99Ms, string cpus)
    {
        for (int repeat = 1; repeat <= 6; repeat++)
        {
            ResultRow row = RunFolder.Judged(Served(variant, repeat)
                with
            { ServiceTimeUs = serviceUs, ServerCpuList = cpus }, VerdictRules.TooFewCpus);
            run.Add(row).AddLatencies(row, Enumerable.Range(0, 2000).Select(i => i < 1900 ? 2_000_000 : (p99Ms * 1_000_000L) + (repeat * 20_000)));
        }
    }

    private static void AddTails(RunFolder run, string variant, double serviceUs, double[] p99Ms, string accept = "epoll", ulong seed = 0)
    {
        for (int repeat = 1; repeat <= p99Ms.Length; repeat++)
        {
            ResultRow row = Served(variant, repeat, accept) with { ServiceTimeUs = serviceUs, ServerCpuList = "0-1", Seed = seed };
            run.Add(row).AddLatencies(row, Enumerable.Range(0, 2000).Select(i => i < 1900 ? 2_000_000 : (long)(p99Ms[repeat - 1] * 1_000_000)));
        }
    }

    private static string Section(RunFolder run, string title)
    {
        string report = File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Markdown);
        int start = report.IndexOf($"\n## {title}", StringComparison.Ordinal) + 1;
        Assert.True(start > 0, $"the report has no section {title}");
        int end = report.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return end < 0 ? report[start..] : report[start..end];
    }
}
