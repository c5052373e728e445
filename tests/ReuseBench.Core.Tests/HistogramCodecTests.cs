using System.Buffers.Binary;
using System.IO.Compression;
using HdrHistogram;
using ReuseBench.Core.Statistics;

namespace ReuseBench.Core.Tests;

public sealed class HistogramCodecTests
{
    [Theory]
    [InlineData(10_000, "a usual one")]
    [InlineData(500_000, "one whose text does not fit the 8 KiB that a stream of the framework gives at a time")]
    public void A_histogram_comes_back_as_it_went(int count, string why)
    {
        LongHistogram histogram = Seeded(seed: 1, count);
        Assert.True(count < 100_000 || HistogramCodec.ToBase64(histogram).Length > 12_000, why);
        HistogramBase back = HistogramCodec.FromBase64(HistogramCodec.ToBase64(histogram));

        Assert.Equal(histogram.TotalCount, back.TotalCount);
        foreach (double percentile in (double[])[0, 50, 90, 99, 99.9, 100])
        {
            Assert.Equal(histogram.GetValueAtPercentile(percentile), back.GetValueAtPercentile(percentile));
        }
    }

    [Fact]
    public void The_text_is_what_other_HdrHistogram_tools_expect()
    {
        byte[] bytes = Convert.FromBase64String(HistogramCodec.ToBase64(Seeded(seed: 2, count: 100)));

        // "HISTFAAA" begins every compressed V2 histogram in a log; the length counts what follows it; the rest is one zlib stream.
        Assert.StartsWith("HISTFAAA", Convert.ToBase64String(bytes), StringComparison.Ordinal);
        Assert.Equal(bytes.Length - 8, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4)));
        using ZLibStream zlib = new(new MemoryStream(bytes, 8, bytes.Length - 8), CompressionMode.Decompress);
        using MemoryStream payload = new();
        zlib.CopyTo(payload);
        Assert.Equal(0x1c849313, BinaryPrimitives.ReadInt32BigEndian(payload.ToArray()));
    }

    [Fact]
    public void An_empty_histogram_has_no_percentiles() => Assert.Null(HistogramCodec.PercentileUs(HistogramCodec.New(), 50));

    private static LongHistogram Seeded(int seed, int count)
    {
        Random random = new(seed);
        LongHistogram histogram = HistogramCodec.New();
        for (int i = 0; i < count; i++)
        {
            // Evenly over the orders of magnitude, from 1 us to 5 s.
            histogram.RecordValue((long)(1_000 * Math.Pow(5_000_000, random.NextDouble())));
        }

        return histogram;
    }
}
