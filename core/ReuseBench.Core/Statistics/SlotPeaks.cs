using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace ReuseBench.Core.Statistics;

/// <summary>
/// When the long values of a window came: the longest of each slot of 10 ms, by the slot in which it was complete. A histogram keeps no times, so that
/// ten values beyond a percentile may be ten events or one stall; here they can be told apart. What one stall holds up is released at one time, so
/// that it counts once, however many requests had come meanwhile.
/// </summary>
public sealed class SlotPeaks
{
    /// <summary>Values that are further apart than this are different episodes.</summary>
    public const long SlotNs = 10_000_000;

    /// <summary>
    /// Windows of over 22 minutes have as many slots, longer ones: then fewer episodes are counted than there were. 2 MB for each client thread.
    /// </summary>
    public const int MostSlots = 1 << 17;

    /// <summary>By slot: <see cref="HistogramCodec.BucketOf"/> of the longest value; 0 where there is none.</summary>
    private readonly ushort[] _peaks;

    private SlotPeaks(ushort[] peaks) => _peaks = peaks;

    /// <summary>How long a slot of such a window is, nanoseconds.</summary>
    public static long WidthNs(long windowNs) => Math.Max(SlotNs, (windowNs + MostSlots - 1) / MostSlots);

    /// <param name="longestNs">By slot, in nanoseconds; 0 where there is none.</param>
    public static SlotPeaks Of(ReadOnlySpan<long> longestNs)
    {
        ushort[] peaks = new ushort[longestNs.Length];
        for (int i = 0; i < peaks.Length; i++)
        {
            peaks[i] = longestNs[i] <= 0 ? (ushort)0 : (ushort)HistogramCodec.BucketOf(Math.Min(longestNs[i], HistogramCodec.HighestNs));
        }

        return new SlotPeaks(peaks);
    }

    /// <summary>The longest value of each slot over several recorders of one window.</summary>
    /// <param name="parts">Each with the number of slots by which it began later than the window; 0 or more.</param>
    public static SlotPeaks Merge(IReadOnlyCollection<(SlotPeaks Peaks, int Later)> parts)
    {
        ushort[] merged = new ushort[parts.Select(p => p.Peaks._peaks.Length + p.Later).DefaultIfEmpty().Max()];
        foreach ((SlotPeaks part, int later) in parts)
        {
            for (int i = 0; i < part._peaks.Length; i++)
            {
                merged[i + later] = Math.Max(merged[i + later], part._peaks[i]);
            }
        }

        return new SlotPeaks(merged);
    }

    /// <summary>
    /// Values beyond a threshold that are apart by at least a slot without one: at most so many as there were, since up to two slots may lie between
    /// values that are counted as one. Where more than half of the slots that have any value have such a one, they are no events but the ordinary
    /// course, and each slot counts.
    /// </summary>
    /// <param name="us">Microseconds, as <see cref="HistogramCodec.PercentileUs"/> gives them.</param>
    public int EpisodesBeyond(double us)
    {
        int threshold = HistogramCodec.BucketOf((long)Math.Round(us * 1000));
        (int used, int beyond, int runs, bool isIn) = (0, 0, 0, false);
        foreach (ushort peak in _peaks)
        {
            bool isBeyond = peak > threshold;
            used += peak > 0 ? 1 : 0;
            beyond += isBeyond ? 1 : 0;
            runs += isBeyond && !isIn ? 1 : 0;
            isIn = isBeyond;
        }

        return 2 * beyond > used ? beyond : runs;
    }

    /// <summary>Base64 of a zlib stream of two bytes a slot, the lower one first.</summary>
    public string ToBase64()
    {
        byte[] plain = new byte[2 * _peaks.Length];
        for (int i = 0; i < _peaks.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(plain.AsSpan(2 * i), _peaks[i]);
        }

        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(plain);
        }

        return Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
    }

    /// <param name="packed">The bytes of <see cref="ToBase64"/>.</param>
    /// <exception cref="InvalidDataException">Damaged, or of more slots than there can be.</exception>
    public static SlotPeaks Parse(byte[] packed)
    {
        // One slot more than fits is read, so that a text of any size is refused.
        const int Most = 2 * (MostSlots + 2);
        byte[] plain = ArrayPool<byte>.Shared.Rent(Most);
        try
        {
            return Parse(packed, plain.AsSpan(0, Most));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    private static SlotPeaks Parse(byte[] packed, Span<byte> plain)
    {
        using ZLibStream zlib = new(new MemoryStream(packed), CompressionMode.Decompress);
        int length = zlib.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
        if (length == plain.Length || length % 2 != 0)
        {
            throw new InvalidDataException($"{length} bytes are no slots of a window");
        }

        ushort[] peaks = new ushort[length / 2];
        for (int i = 0; i < peaks.Length; i++)
        {
            peaks[i] = BinaryPrimitives.ReadUInt16LittleEndian(plain[(2 * i)..]);
        }

        return new SlotPeaks(peaks);
    }
}

/// <summary>
/// Which percentiles over several repeats may be published, beside <see cref="PercentileRule"/>: what lies beyond must have happened often enough,
/// and not in one repeat alone.
/// </summary>
public static class EpisodeRule
{
    public const int FewestEpisodes = 5;

    public const int FewestRepeats = 3;

    /// <summary>Why the percentile is not to be published, in words for a table; null where it is.</summary>
    /// <param name="episodes">Beyond it, by repeat.</param>
    /// <param name="percentile">0 to 100.</param>
    public static string? WhyNot(IReadOnlyCollection<int> episodes, double percentile)
    {
        int all = episodes.Sum();
        int repeats = episodes.Count(e => e > 0);
        return all >= FewestEpisodes && repeats >= FewestRepeats
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{all} episode{(all == 1 ? "" : "s")} in {repeats} of {episodes.Count} repeats beyond percentile {percentile:0.###}, "
                    + $"{FewestEpisodes} in {FewestRepeats} are needed");
    }
}
