using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using HdrHistogram;
using HdrHistogram.Encoding;
using HdrHistogram.Utilities;

namespace ReuseBench.Core.Statistics;

/// <summary>The shape of every latency histogram here, and its way into text and back: nanoseconds, 3 significant digits, up to 60 s.</summary>
public static class HistogramCodec
{
    public const long HighestNs = 60_000_000_000;
    public const int SignificantDigits = 3;

    /// <summary>First word of the compressed V2 format (HdrHistogram, AbstractHistogram.java: V2CompressedEncodingCookieBase | 0x10).</summary>
    private const int CompressedCookie = 0x1c849314;

    private const int CompressedHeaderBytes = 8;

    /// <summary>Buckets of one power of two: with three digits 2048, of which each range but the first uses the upper half.</summary>
    public const int HalfBits = 10;

    public static LongHistogram New() => new(1, HighestNs, SignificantDigits);

    /// <summary>Base64 of the compressed V2 encoding: cookie, length, zlib stream.</summary>
    /// <remarks>
    /// The library's own compressed form ends without the zlib checksum, which the Python and C tools insist on; so the payload is the
    /// library's and the stream around it is <see cref="ZLibStream"/>'s.
    /// </remarks>
    public static string ToBase64(HistogramBase histogram)
    {
        ByteBuffer payload = ByteBuffer.Allocate(histogram.GetNeededByteBufferCapacity());
        int length = histogram.Encode(payload, HistogramEncoderV2.Instance);
        payload.Position = 0;

        using MemoryStream document = new();
        document.Write(new byte[CompressedHeaderBytes]);
        using (ZLibStream zlib = new(document, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int i = 0; i < length; i++)
            {
                zlib.WriteByte(payload.Get());
            }
        }

        byte[] bytes = document.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, CompressedCookie);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), bytes.Length - CompressedHeaderBytes);
        return Convert.ToBase64String(bytes);
    }

    /// <remarks>
    /// The library's own way through the compressed form reads the zlib stream once and takes what it gets for the whole, which is wrong from 8 KiB
    /// on: a histogram of widely spread values. So the stream is unpacked here, to its end.
    /// </remarks>
    /// <exception cref="FormatException">Not base64, or no compressed V2 histogram.</exception>
    /// <exception cref="InvalidDataException">Damaged.</exception>
    public static HistogramBase FromBase64(string text)
    {
        byte[] bytes = Convert.FromBase64String(text);
        if (bytes.Length < CompressedHeaderBytes || BinaryPrimitives.ReadInt32BigEndian(bytes) != CompressedCookie)
        {
            throw new FormatException("no compressed HdrHistogram V2");
        }

        using MemoryStream payload = new();
        using (ZLibStream zlib = new(new MemoryStream(bytes, CompressedHeaderBytes, bytes.Length - CompressedHeaderBytes), CompressionMode.Decompress))
        {
            zlib.CopyTo(payload);
        }

        return HistogramEncoding.DecodeFromByteBuffer(ByteBuffer.Allocate(payload.ToArray()), 0);
    }

    /// <summary>The histogram of all values of all inputs: percentiles over repeats are taken from this, never averaged.</summary>
    public static LongHistogram Merge(IEnumerable<HistogramBase> histograms)
    {
        LongHistogram merged = New();
        foreach (HistogramBase histogram in histograms)
        {
            merged.Add(histogram);
        }

        return merged;
    }

    /// <param name="histogram">Values in nanoseconds.</param>
    /// <param name="percentile">0 to 100; 100 is the largest recorded value.</param>
    /// <returns>Microseconds; null without values.</returns>
    public static double? PercentileUs(HistogramBase histogram, double percentile) =>
        histogram.TotalCount == 0 ? null : histogram.GetValueAtPercentile(percentile) / 1000.0;

    /// <summary>Number of the bucket that a value falls into; in the order of the values, from 0, at most 27,388.</summary>
    /// <param name="ns">0 to <see cref="HighestNs"/>.</param>
    public static int BucketOf(long ns)
    {
        int range = Math.Max(0, 63 - HalfBits - BitOperations.LeadingZeroCount((ulong)ns));
        return (range << HalfBits) + (int)(ns >> range);
    }

    /// <summary>The largest value that falls into a bucket, which stands for all of them.</summary>
    public static long HighestOf(int bucket)
    {
        int range = Math.Max(0, (bucket >> HalfBits) - 1);
        long within = bucket - ((long)range << HalfBits);
        return ((within + 1) << range) - 1;
    }
}
