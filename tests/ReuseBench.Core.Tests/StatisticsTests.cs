using HdrHistogram;
using ReuseBench.Core.Statistics;

namespace ReuseBench.Core.Tests;

public sealed class StatisticsTests
{
    [Fact]
    public void Five_repeats_have_a_median_but_no_interval()
    {
        Sample sample = Sample.Of([5, 1, 3, 2, 4])!;
        Assert.Equal((5, 3, 1, 5), (sample.Count, sample.Median, sample.Min, sample.Max));
        Assert.Null(sample.Low);
    }

    // Order statistics that cover the median: for n = 6 the extremes (96.9 %), for n = 9 the second from each end (96.1 %), for n = 20 the sixth (95.9 %).
    [Theory]
    [InlineData(6, 1, 6)]
    [InlineData(8, 1, 8)]
    [InlineData(9, 2, 8)]
    [InlineData(20, 6, 15)]
    public void The_interval_of_the_median_is_the_tightest_that_covers_95_percent(int count, double low, double high)
    {
        Sample sample = Sample.Of(Enumerable.Range(1, count).Select(i => (double)i))!;
        Assert.Equal((low, high), (sample.Low, sample.High));
    }

    [Fact]
    public void No_values_make_no_sample() => Assert.Null(Sample.Of([]));

    [Fact]
    public void An_even_spread_has_the_ideal_indices() =>
        Assert.Equal(new Imbalance(1, 1, 0, 1), Imbalance.Of([10, 10, 10, 10]));

    [Fact]
    public void One_part_that_takes_all_has_the_worst_indices()
    {
        Imbalance evenness = Imbalance.Of([8, 0, 0, 0])!;
        Assert.Equal((4, 0, 0.25), (evenness.MaxOverMean, evenness.MinOverMean, evenness.Jain));
        Assert.Equal(Math.Sqrt(3), evenness.CoefficientOfVariation, 12);
    }

    [Fact]
    public void Nothing_spread_has_no_evenness()
    {
        Assert.Null(Imbalance.Of([0, 0]));
        Assert.Null(Imbalance.Of([5]));
    }

    [Fact]
    public void A_merged_histogram_is_that_of_the_merged_samples()
    {
        Random random = new(3);
        long[] samples = [.. Enumerable.Range(0, 5000).Select(_ => random.NextInt64(1_000, 60_000_000_000))];
        LongHistogram whole = HistogramCodec.New();
        LongHistogram[] parts = [HistogramCodec.New(), HistogramCodec.New(), HistogramCodec.New()];
        for (int i = 0; i < samples.Length; i++)
        {
            whole.RecordValue(samples[i]);
            parts[i % parts.Length].RecordValue(samples[i]);
        }

        Assert.Equal(HistogramCodec.ToBase64(whole), HistogramCodec.ToBase64(HistogramCodec.Merge(parts)));
    }
}
