using System.IO.Compression;
using HdrHistogram;
using ReuseBench.Core.Statistics;

namespace ReuseBench.Core.Tests;

public sealed class SlotPeaksTests
{
    private const long Us = 1000;

    /// <summary>One second of 100 slots; each value is the longest of a slot, by slot.</summary>
    private static SlotPeaks Window(long usualNs, params (int Slot, long Ns)[] long_)
    {
        long[] slots = [.. Enumerable.Repeat(usualNs, 100)];
        foreach ((int slot, long ns) in long_)
        {
            slots[slot] = ns;
        }

        return SlotPeaks.Of(slots);
    }

    [Fact]
    public void Values_in_neighbouring_slots_are_one_episode_and_others_are_not()
    {
        SlotPeaks peaks = Window(100 * Us, (10, 9000 * Us), (11, 8000 * Us), (13, 9000 * Us), (50, 7000 * Us), (99, 9000 * Us));
        Assert.Equal(4, peaks.EpisodesBeyond(1000));
        Assert.Equal(3, peaks.EpisodesBeyond(7500));
        Assert.Equal(0, peaks.EpisodesBeyond(9000));
    }

    [Fact]
    public void What_most_slots_have_is_no_event_and_each_slot_counts() => Assert.Equal(100, Window(100 * Us).EpisodesBeyond(50));

    [Fact]
    public void A_stall_and_the_work_that_it_left_are_one_episode()
    {
        // Nothing is complete in a stall of 400 ms, and its queue takes 250 ms to work off: a quarter of the window, one episode.
        (int, long)[] stalled =
        [
            .. Enumerable.Range(20, 40).Select(s => (s, 0L)),
            .. Enumerable.Range(60, 25).Select(s => (s, (400 - (16 * (s - 60))) * 1000 * Us)),
        ];
        Assert.Equal(1, Window(100 * Us, stalled).EpisodesBeyond(1000));
    }

    [Fact]
    public void It_comes_back_from_its_text()
    {
        Random random = new(1);
        long[] slots = [.. Enumerable.Range(0, 1000).Select(_ => random.Next(3) == 0 ? 0 : random.NextInt64(HistogramCodec.HighestNs))];
        string text = SlotPeaks.Of(slots).ToBase64();
        Assert.Equal(text, SlotPeaks.Parse(Convert.FromBase64String(text)).ToBase64());
    }

    [Fact]
    public void A_text_of_too_many_slots_or_half_a_slot_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => SlotPeaks.Parse(Zipped(new byte[2 * (SlotPeaks.MostSlots + 100)])));
        Assert.Throws<InvalidDataException>(() => SlotPeaks.Parse(Zipped(new byte[3])));
        Assert.Throws<InvalidDataException>(() => SlotPeaks.Parse(new byte[] { 1, 2, 3 }));
        Assert.Equal(0, SlotPeaks.Parse(Zipped([])).EpisodesBeyond(1));
    }

    private static byte[] Zipped(byte[] plain)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(plain);
        }

        return packed.ToArray();
    }

    /// <summary>A value that is in a percentile's own bucket is not beyond it, whatever was recorded.</summary>
    [Fact]
    public void Beyond_a_percentile_is_what_the_histogram_has_beyond_it()
    {
        Random random = new(2);
        long[] values = [.. Enumerable.Range(0, 20_000).Select(_ => (long)Math.Exp(7 + (12 * random.NextDouble())))];
        LongHistogram histogram = HistogramCodec.New();
        foreach (long value in values)
        {
            histogram.RecordValue(value);
        }

        foreach (double percentile in (double[])[50, 90, 99, 99.9])
        {
            double us = HistogramCodec.PercentileUs(histogram, percentile)!.Value;
            long beyond = histogram.RecordedValues().Where(v => v.ValueIteratedTo / 1000.0 > us).Sum(v => v.CountAtValueIteratedTo);

            // Each value in a slot of its own, between empty ones: as many episodes as values beyond.
            Assert.Equal(beyond, SlotPeaks.Of([.. values.SelectMany(v => new[] { v, 0 })]).EpisodesBeyond(us));
        }
    }

    [Fact]
    public void Buckets_are_those_of_the_histogram()
    {
        LongHistogram histogram = HistogramCodec.New();
        foreach (long value in (long[])[1, 2047, 2048, 2049, 4095, 4096, 123_456_789, HistogramCodec.HighestNs])
        {
            Assert.Equal(histogram.HighestEquivalentValue(value), HistogramCodec.HighestOf(HistogramCodec.BucketOf(value)));
        }

        Assert.InRange(HistogramCodec.BucketOf(HistogramCodec.HighestNs), 1, ushort.MaxValue);
    }

    [Theory]
    [InlineData(1, 10_000_000)]
    [InlineData(60_000_000_000, 10_000_000)]
    [InlineData(86_400_000_000_000, 659_179_688)] // a day: as many slots as there may be, each longer
    public void A_slot_is_10_ms_and_longer_where_a_window_would_have_too_many(long windowNs, long slotNs) =>
        Assert.Equal(slotNs, SlotPeaks.WidthNs(windowNs));

    [Theory]
    [InlineData(new[] { 2, 2, 1 }, true)]
    [InlineData(new[] { 5, 0, 0, 0 }, false)] // one repeat alone
    [InlineData(new[] { 3, 3, 0 }, false)]
    [InlineData(new[] { 1, 1, 1, 1 }, false)]
    [InlineData(new[] { 1, 1, 1, 1, 1 }, true)]
    public void Five_episodes_in_three_repeats_are_needed(int[] episodes, bool given) => Assert.Equal(given, EpisodeRule.WhyNot(episodes, 99.9) is null);

    [Fact]
    public void What_is_lacking_is_said() => Assert.Equal(
        "1 episode in 1 of 3 repeats beyond percentile 99.9, 5 in 3 are needed", EpisodeRule.WhyNot([0, 1, 0], 99.9));
}
