using ReuseBench.Core.Statistics.Chance;

namespace ReuseBench.Core.Tests.Chance;

public sealed class ChiSquareTestTests
{
    // Critical values of the χ² tables: df 1 at 5 % is 3.841, df 3 at 1 % is 11.345.
    [Fact]
    public void The_p_value_is_that_of_the_printed_tables()
    {
        // 2 parts: χ² = 2 d² / mean, so d = √(3.841 · mean / 2) gives 5 %.
        ChiSquareTest test = ChiSquareTest.OfUniform([1_000_000 + 1386, 1_000_000 - 1386]);
        Assert.Equal(3.841, test.Statistic!.Value, 2);
        Assert.Equal((1, 0.05), (test.DegreesOfFreedom, Math.Round(test.PValue!.Value, 4)));
    }

    [Fact]
    public void A_gross_unevenness_keeps_its_tiny_p_value()
    {
        ChiSquareTest test = ChiSquareTest.OfUniform([200, 0, 0, 0]);
        Assert.Equal(600, test.Statistic!.Value, 9);
        Assert.InRange(test.PValue!.Value, 1e-131, 1e-128);
    }

    [Theory]
    [InlineData(4, 16, "4 expected")]
    [InlineData(2, 8, "4 expected")]
    [InlineData(8, 39, "4.88 expected")]
    public void Below_five_expected_there_is_no_figure_but_a_reason(int listeners, int total, string said)
    {
        long[] counts = new long[listeners];
        counts[0] = total;
        ChiSquareTest test = ChiSquareTest.OfUniform(counts);
        Assert.Equal((null, null, null), (test.Statistic, test.DegreesOfFreedom, test.PValue));
        Assert.Contains(said, test.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Five_expected_are_enough() => Assert.NotNull(ChiSquareTest.OfUniform([5, 5, 5, 5]).PValue);

    [Fact]
    public void One_listener_has_no_test() => Assert.NotNull(ChiSquareTest.OfUniform([100]).Reason);

    [Fact]
    public void Weighted_shares_are_held_against_their_weights()
    {
        Assert.Equal(0, ChiSquareTest.Of([300, 100], [0.75, 0.25]).Statistic!.Value, 9);
        Assert.True(ChiSquareTest.Of([200, 200], [0.75, 0.25]).PValue < 1e-6);
    }

    [Fact]
    public void Pooled_repeats_add_up()
    {
        ChiSquareTest pooled = ChiSquareTest.Pooled(
            [ChiSquareTest.OfUniform([110, 90]), ChiSquareTest.OfUniform([95, 105]), ChiSquareTest.OfUniform([1, 1])]);
        Assert.Equal((2.5, 2), (Math.Round(pooled.Statistic!.Value, 9), pooled.DegreesOfFreedom));
    }
}
