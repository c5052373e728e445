using ReuseBench.Core.Statistics;

namespace ReuseBench.Core.Tests;

public sealed class ChangePointsTests
{
    private const double Alpha = 0.05;

    [Fact]
    public void A_step_is_found_where_it_is_with_the_levels_of_both_sides()
    {
        Random random = new(1);
        double[] step = [.. Noise(random, 8, 10), .. Noise(random, 7, 11)];
        ChangePoint change = Assert.Single(Assert.Single(ChangePoints.Find([step], Alpha, 1)));
        Assert.Equal(8, change.At);
        Assert.InRange(change.Before, 9.9, 10.1);
        Assert.InRange(change.After, 10.9, 11.1);
        Assert.InRange(change.P, 0.0001, Alpha);
    }

    [Fact]
    public void There_and_back_again_are_two_changes()
    {
        Random random = new(2);
        double[] series = [.. Noise(random, 15, 10), .. Noise(random, 15, 12), .. Noise(random, 15, 10)];
        Assert.Equal([15, 30], Assert.Single(ChangePoints.Find([series], Alpha, 1)).Select(c => c.At));
    }

    [Fact]
    public void Without_a_change_one_is_claimed_of_all_series_together_at_most_at_the_error_rate()
    {
        Random random = new(3);
        int pages = 400;
        int claimed = Enumerable.Range(0, pages).Count(seed => ChangePoints.Find(
            [.. Enumerable.Range(0, 10).Select(_ => (IReadOnlyList<double>)[.. Noise(random, 14, 10)])], Alpha, seed).Any(c => c.Count > 0));

        // Three standard errors above the rate: 20 of 400 are meant.
        Assert.InRange(claimed, 0, (pages * Alpha) + (3 * Math.Sqrt(pages * Alpha * (1 - Alpha))));
    }

    [Fact]
    public void One_odd_run_is_no_change()
    {
        double[] series = [.. Noise(new Random(4), 20, 10)];
        series[11] = 30;
        Assert.Empty(Assert.Single(ChangePoints.Find([series], Alpha, 1)));
    }

    [Theory]
    [InlineData(7, 0)]
    [InlineData(8, 1)]
    public void A_series_is_tested_from_as_many_values_as_can_reach_the_level(int count, int changes)
    {
        Assert.Equal(8, ChangePoints.FewestValues(ChangePoints.Level([count], Alpha)));
        double[] step = [.. Enumerable.Range(0, count).Select(i => i < count / 2 ? 1 + (0.001 * i) : 2 + (0.001 * i))];
        Assert.Equal(changes, Assert.Single(ChangePoints.Find([step], Alpha, 1)).Count);
    }

    [Fact]
    public void Equal_values_have_no_change_and_equal_series_equal_results()
    {
        double[] step = [.. Noise(new Random(5), 6, 1), .. Noise(new Random(6), 6, 1.2)];
        Assert.Empty(Assert.Single(ChangePoints.Find([[.. Enumerable.Repeat(0.1, 30)]], Alpha, 1)));
        Assert.Equal(ChangePoints.Find([step], Alpha, 7)[0], ChangePoints.Find([step], Alpha, 7)[0]);
    }

    [Fact]
    public void Five_hundred_values_of_many_series_are_tested_at_once()
    {
        Random random = new(8);
        IReadOnlyList<double>[] all =
            [.. Enumerable.Range(0, 40).Select(i => (IReadOnlyList<double>)[.. Noise(random, 250, 10), .. Noise(random, 250, i < 2 ? 11 : 10)])];
        IReadOnlyList<IReadOnlyList<ChangePoint>> found = ChangePoints.Find(all, Alpha, 1);
        Assert.Equal([250, 250], found.Take(2).Select(c => Assert.Single(c).At));
        Assert.All(found.Skip(2), Assert.Empty);
    }

    private static IEnumerable<double> Noise(Random random, int count, double mean) =>
        Enumerable.Range(0, count).Select(_ => mean * (1 + (0.02 * (random.NextDouble() - 0.5))));
}
