using ReuseBench.Core.Statistics.Chance;

namespace ReuseBench.Core.Tests.Chance;

public sealed class ShareTests
{
    [Fact]
    public void Even_counts_are_compatible_with_no_deviation()
    {
        ShareDeviation deviation = ShareDeviation.Of([250, 250, 250, 250])!;
        Assert.Equal((0, 0, 0), (deviation.Largest, deviation.Low, deviation.CramersV));
        Assert.InRange(deviation.High, 0.02, 0.06);
    }

    // scipy.stats.binom: 2 min(cdf(k), sf(k - 1)), at most 1.
    [Theory]
    [InlineData(0.5, 2000, 970, 0.187062)]
    [InlineData(0.5, 2000, 1100, 8.4e-06)]
    [InlineData(0.9375, 1000, 1000, 1.9e-28)]
    [InlineData(0.5, 100, 50, 1)]
    [InlineData(0, 100, 0, 1)]
    [InlineData(1, 100, 99, 0)]
    public void A_share_is_as_likely_as_the_binomial_law_has_it(double probability, int items, int count, double expected) =>
        Assert.Equal(expected, BinomialBand.PValue(probability, items, count), Math.Max(1e-6, expected * 0.02));

    [Fact]
    public void One_that_takes_all_is_the_greatest_effect()
    {
        ShareDeviation deviation = ShareDeviation.Of([1000, 0])!;
        Assert.Equal((0.5, 1), (deviation.Largest, deviation.CramersV));
        Assert.InRange(deviation.Low, 0.49, 0.5);
        Assert.Equal(0.5, deviation.High, 9);
    }

    [Fact]
    public void The_interval_holds_the_truth_at_least_95_times_in_100()
    {
        const int draws = 1000;
        const double truth = 0.15;
        Random random = new(12);
        int held = 0;
        for (int draw = 0; draw < draws; draw++)
        {
            long[] counts = new long[4];
            for (int item = 0; item < 400; item++)
            {
                // 0.4, 0.2, 0.2, 0.2: the first is 0.15 above its even share.
                counts[random.Next(5) is var pick && pick < 2 ? 0 : pick - 1]++;
            }

            ShareDeviation deviation = ShareDeviation.Of(counts)!;
            held += deviation.Low <= truth && truth <= deviation.High ? 1 : 0;
        }

        Assert.InRange(held, 950, draws);
    }

    // 95 % of Binomial(100, ½): 40 to 60, from the printed tables.
    [Theory]
    [InlineData(0.5, 100, 0.40, 0.60)]
    [InlineData(1, 10, 1, 1)]
    [InlineData(0, 10, 0, 0)]
    public void The_band_of_a_share_is_that_of_the_binomial_tables(double probability, int items, double low, double high)
    {
        Band band = BinomialBand.OfShare(probability, items);
        Assert.Equal((probability, low, high), (band.Expected, band.Low, band.High));
    }
}
