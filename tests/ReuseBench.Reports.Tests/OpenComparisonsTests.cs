using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;

namespace ReuseBench.Reports.Tests;

/// <summary>What a run with a budget goes on for.</summary>
public sealed class OpenComparisonsTests
{
    [Fact]
    public void Cells_that_are_told_apart_or_shown_to_be_as_good_are_not_open()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 2), Around(200, 8, 0.01, 1))
            .AddRepeats(RunFolder.Row("single", 2), Around(100, 8, 0.01, 2)).AddRepeats(RunFolder.Row("shared", 2), Around(200, 8, 0.01, 3));

        OpenComparisons open = Report.Open(run.Write().Path);

        Assert.Equal((3, 0, 0), (open.Contested.Count, open.Cells.Count, open.Pairs));
    }

    [Fact]
    public void What_noise_hides_is_open_with_the_repeats_that_it_would_take()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 2), Around(200, 8, 0.3, 1))
            .AddRepeats(RunFolder.Row("shared", 2), Around(200, 8, 0.3, 3));

        OpenComparisons open = Report.Open(run.Write().Path);

        Assert.Equal((2, 1), (open.Cells.Count, open.Pairs));
        Assert.True(open.RepeatsNeeded > 8, $"{open.RepeatsNeeded} repeats");
    }

    [Fact]
    public void A_cell_that_is_clearly_out_gets_no_more_repeats()
    {
        double[] best = Around(200, 8, 0.3, 1);
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 2), best).AddRepeats(RunFolder.Row("shared", 2), Around(200, 8, 0.3, 3))
            .AddRepeats(RunFolder.Row("single", 2), Around(20, 8, 0.08, 2));

        OpenComparisons open = Report.Open(run.Write().Path);

        Assert.Equal(3, open.Contested.Count);
        Assert.Equal(2, open.Cells.Count);
        Assert.All(open.Cells, id => Assert.DoesNotContain("single", id, StringComparison.Ordinal));
    }

    [Fact]
    public void Too_few_repeats_are_open_whatever_they_say()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 2), 200, 201).AddRepeats(RunFolder.Row("single", 2), 100, 101);
        Assert.Equal(2, Report.Open(run.Write().Path).Cells.Count);
    }

    [Fact]
    public void A_repeat_that_the_host_spoilt_is_made_up_for_and_one_that_its_own_figure_took_out_is_not()
    {
        ResultRow row = RunFolder.Row("reuseport", 2);
        using RunFolder spoilt = new RunFolder().AddRepeats(row, 200, 201).Add(Third(VerdictRules.HeavyCpuSteal))
            .AddRepeats(RunFolder.Row("single", 2), 100, 101, 102);
        using RunFolder biased = new RunFolder().AddRepeats(row, 200, 201).Add(Third(VerdictRules.ClientSaturated))
            .AddRepeats(RunFolder.Row("single", 2), 100, 101, 102);

        Assert.Contains(Report.Open(spoilt.Write().Path).Cells, id => id.Contains("reuseport", StringComparison.Ordinal));
        Assert.DoesNotContain(Report.Open(biased.Write().Path).Cells, id => id.Contains("reuseport", StringComparison.Ordinal));

        ResultRow Third(VerdictRule rule) => RunFolder.Judged(row with { Repeat = 3, ConnectionsPerS = 210 }, rule);
    }

    [Fact]
    public void A_repeat_that_the_host_spoilt_would_have_fallen_out_whatever_its_figure()
    {
        ResultRow row = RunFolder.Row("reuseport", 2);
        using RunFolder run = new RunFolder().AddRepeats(row, 200, 201)
            .Add(RunFolder.Judged(row with { Repeat = 3, ConnectionsPerS = 210 }, VerdictRules.HeavyCpuSteal, VerdictRules.ClientSaturated))
            .AddRepeats(RunFolder.Row("single", 2), 100, 101, 102);
        Assert.Contains(Report.Open(run.Write().Path).Spoilt, id => id.Contains("reuseport", StringComparison.Ordinal));
    }

    [Fact]
    public void Repeats_that_the_host_spoils_are_made_up_for_however_many_there_were_and_those_that_fail_by_themselves_are_not()
    {
        double[] nine = [.. Enumerable.Repeat(100.0, 9)];
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Judged(RunFolder.Row("reuseport", 2), VerdictRules.HeavyCpuSteal), nine)
            .AddRepeats(RunFolder.Judged(RunFolder.Row("single", 2), VerdictRules.CountsDisagree), nine);

        OpenComparisons open = Report.Open(run.Write().Path);

        Assert.Contains("reuseport", Assert.Single(open.Cells), StringComparison.Ordinal);
        Assert.Equal(open.Cells, open.Spoilt);
        Assert.Equal([open.Cells], open.Contests);
        Assert.Equal(
            "nothing could be compared: fewer than 3 valid repeats of each cell (18 of 18 repeats of these cells are invalid: counts-disagree, "
                + "cpu-steal-heavy)",
            open.Describe());
    }

    [Fact]
    public void What_is_decided_is_said_beside_what_could_not_be_compared()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 2), Around(200, 8, 0.01, 1))
            .AddRepeats(RunFolder.Row("single", 2), Around(100, 8, 0.01, 2));
        Assert.Equal("every comparison is decided, or within the margin", Report.Open(run.Write().Path).Describe());

        using RunFolder lacking = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 2), Around(200, 8, 0.01, 1))
            .AddRepeats(RunFolder.Row("single", 2), Around(100, 8, 0.01, 2))
            .AddRepeats(RunFolder.Judged(RunFolder.Row("shared", 2), VerdictRules.HeavyBackgroundLoad), 50, 51);
        Assert.Equal(
            "every comparison that could be made is decided, or within the margin; 1 of 3 cells could not be compared (2 of 2 repeats of these cells are "
                + "invalid: background-load-heavy)",
            Report.Open(lacking.Write().Path).Describe());

        using RunFolder few = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 2), Around(200, 8, 0.01, 1))
            .AddRepeats(RunFolder.Row("single", 2), Around(100, 8, 0.01, 2)).AddRepeats(RunFolder.Row("shared", 2), 50, 51);
        Assert.EndsWith(
            "; 1 of 3 cells could not be compared (fewer than 3 valid repeats)", Report.Open(few.Write().Path).Describe(), StringComparison.Ordinal);

        using RunFolder alone = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 2), 200, 201, 202);
        Assert.Equal("nothing is compared: the run ranks no two cells", Report.Open(alone.Write().Path).Describe());
    }

    /// <summary>Looks share the rate: what is decided at one look of one need not be at one of five.</summary>
    [Fact]
    public void A_run_that_looks_more_often_needs_clearer_figures()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 2), 110, 104, 107, 108, 103, 109)
            .AddRepeats(RunFolder.Row("single", 2), 100, 101, 100, 99, 102, 100);
        RunAnalysis known = new(run.Write().Read().Data);

        Contest[] contests = [.. TopicRegistry.All.SelectMany(t => t.Contests(known))];

        Assert.Equal(0, new Rankings(contests, 1).Open(0.01).Pairs);
        Assert.Equal(1, new Rankings(contests, 1, looks: 5).Open(0.01).Pairs);
    }

    private static double[] Around(double value, int repeats, double width, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, repeats).Select(_ => value * (1 + (width * (random.NextDouble() - 0.5))))];
    }
}
