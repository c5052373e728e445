using MathNet.Numerics.Distributions;

namespace ReuseBench.Reports.Tests;

public sealed class HashOverSeedsTests
{
    // χ² of 16 hash seeds on 4 listeners, as a real run had them: Kolmogorov and Smirnov's p is 0.0041, and the pooled χ² of 25.56 with 48
    // degrees of freedom has a two-sided p of 0.0065 (both recomputed in exact arithmetic). At 0.01 for each test this was an accusation.
    private static readonly double[] RatherEven = [0.62, 1.38, 1.82, 0.54, 1.35, 0.88, 0.39, 0.30, 1.51, 0.42, 1.64, 4.02, 5.68, 3.37, 0.86, 0.78];

    [Fact]
    public void One_group_size_of_four_is_no_accusation_at_a_rate_that_is_of_all_four()
    {
        using RunFolder run = new();
        foreach (int listeners in (int[])[2, 8, 16])
        {
            Add(run, listeners, Even(listeners - 1));
        }

        Add(run, 4, RatherEven);

        Assert.Equal(4, Sentences(run).Length);
        Assert.Contains(
            "The kernel's hash over 4 listeners and 16 hash seeds: consistent with a uniform hash (KS p = 0.0041, χ² p = 0.0065, α = 0.00125).",
            Sentences(run));
    }

    [Fact]
    public void Alone_it_is_accused_by_the_test_that_fails_and_of_nothing_more()
    {
        using RunFolder run = new();
        Add(run, 4, RatherEven);
        Assert.Contains("listeners and 16 hash seeds: not consistent with a uniform hash, by KS alone (", Assert.Single(Sentences(run)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, "more uneven than a uniform hash, by both tests")]
    [InlineData(-0.95, "more even than a uniform hash, by both tests")]
    public void The_side_of_chance_is_said_where_the_pooled_test_says_it(double part, string said)
    {
        using RunFolder run = new();
        Add(run, 4, [.. Even(3).Select(x => part > 0 ? x + part : x * (1 + part))]);
        Assert.Contains($"16 hash seeds: {said} (", Assert.Single(Sentences(run)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_gives_the_same_two_sided_p_and_what_it_is_held_against()
    {
        using RunFolder run = new();
        Add(run, 4, RatherEven);
        string report = File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Markdown);
        Assert.Contains("25.6 (48) | 0.0065 | p = 0.0041 |", report, StringComparison.Ordinal);
        Assert.Contains("each p is held against 0.005, so that the error rate of all 2 tests of the run together is 0.01", report,
            StringComparison.Ordinal);
    }

    private static string[] Sentences(RunFolder run) => [.. Said.In(run).Select(f => f.Text)
        .Where(t => t.StartsWith("The kernel's hash", StringComparison.Ordinal))];

    /// <summary>Sixteen values that stand for equal parts of the law.</summary>
    private static double[] Even(int degreesOfFreedom) => [.. Enumerable.Range(0, 16)
        .Select(i => ChiSquared.InvCDF(degreesOfFreedom, (i + 0.5) / 16))];

    private static void Add(RunFolder run, int listeners, double[] chiSquares)
    {
        for (int i = 0; i < chiSquares.Length; i++)
        {
            run.Add(RunFolder.Row("reuseport", listeners, i + 1) with
            {
                CellId = $"accept-only probe-{listeners}",
                Experiment = "fairness",
                Driver = "accept-only",
                SourcePlan = "random",
                ChanceOver = "tuples",
                Choices = 8000,
                ConnectionsOpened = 8000,
                Chi2 = chiSquares[i],
                Chi2Df = listeners - 1,
                Chi2P = 1 - ChiSquared.CDF(listeners - 1, chiSquares[i]),
                ChoicesMaxOverMean = 1.02,
                ChoicesMaxOverMeanExpected = 1.02,
                ChoicesMaxOverMeanLow = 1.01,
                ChoicesMaxOverMeanHigh = 1.05,
            });
        }
    }
}
