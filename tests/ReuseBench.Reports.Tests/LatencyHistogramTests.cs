using HdrHistogram;
using ReuseBench.Core.Statistics;
using ReuseBench.Reports.Data;

namespace ReuseBench.Reports.Tests;

/// <summary>Held against the library that wrote it.</summary>
public sealed class LatencyHistogramTests
{
    private static readonly double[] Percentiles = [0, 1, 10, 50, 90, 99, 99.9, 99.99, 100];

    [Theory]
    [InlineData(1, 3)]
    [InlineData(5_000, 40)]
    [InlineData(20_000, 2_000_000)]
    [InlineData(20_000, 59_000_000_000)]
    public void Its_percentiles_are_those_of_the_library(int values, long range)
    {
        LongHistogram library = Recorded(HistogramCodec.New(), values, range, seed: 1);
        LatencyHistogram own = Parse(library);
        Assert.Equal(library.TotalCount, own.Count);
        Assert.All(Percentiles, p => Assert.Equal(HistogramCodec.PercentileUs(library, p), own.PercentileUs(p)));
    }

    [Fact]
    public void A_merge_is_that_of_the_library()
    {
        LongHistogram[] parts = [.. Enumerable.Range(1, 5).Select(i => Recorded(HistogramCodec.New(), 1_000 * i, 100_000L * i * i, i))];
        LongHistogram library = HistogramCodec.Merge(parts);
        LatencyHistogram own = LatencyHistogram.Merge([.. parts.Select(Parse)]);
        Assert.Equal(library.TotalCount, own.Count);
        Assert.All(Percentiles, p => Assert.Equal(HistogramCodec.PercentileUs(library, p), own.PercentileUs(p)));
    }

    [Fact]
    public void One_of_another_shape_takes_its_values_to_the_same_places()
    {
        LongHistogram other = Recorded(new LongHistogram(1_000, 10_000_000_000, 2), 5_000, 5_000_000, seed: 3);
        LongHistogram library = HistogramCodec.Merge([other]);
        LatencyHistogram own = Parse(other);
        Assert.Equal(library.TotalCount, own.Count);
        Assert.All(Percentiles, p => Assert.Equal(HistogramCodec.PercentileUs(library, p), own.PercentileUs(p)));
    }

    [Fact]
    public void What_is_cut_or_something_else_is_refused()
    {
        byte[] whole = Convert.FromBase64String(HistogramCodec.ToBase64(Recorded(HistogramCodec.New(), 1_000, 1_000_000, seed: 1)));
        Assert.Throws<FormatException>(() => LatencyHistogram.Parse([1, 2, 3]));
        Assert.Throws<FormatException>(() => LatencyHistogram.Parse("not a histogram"u8));
        Assert.ThrowsAny<Exception>(() => LatencyHistogram.Parse(whole.AsSpan(0, whole.Length / 2)));
    }

    private static LatencyHistogram Parse(LongHistogram histogram) =>
        LatencyHistogram.Parse(Convert.FromBase64String(HistogramCodec.ToBase64(histogram)));

    private static LongHistogram Recorded(LongHistogram histogram, int values, long range, int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < values; i++)
        {
            histogram.RecordValue(1 + random.NextInt64(1 + (long)(range * random.NextDouble())));
        }

        return histogram;
    }
}
