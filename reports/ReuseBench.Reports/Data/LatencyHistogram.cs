using System.Buffers.Binary;
using System.IO.Compression;
using HdrHistogram;
using ReuseBench.Core.Statistics;

namespace ReuseBench.Reports.Data;

/// <summary>
/// A latency histogram as it is held in memory: only the slots that hold values, in ascending order, with the running sum of their counts. The
/// library's own has 27,000 slots (221 KB) whatever is in them, and a run of 10,000 repeats has 20,000 histograms. Values in nanoseconds.
/// </summary>
public sealed class LatencyHistogram
{
    /// <summary>
    /// Words of the V2 format (HdrHistogram, AbstractHistogram.java): V2CompressedEncodingCookieBase and V2EncodingCookieBase, each | 0x10.
    /// </summary>
    private const int CompressedCookie = 0x1c849314;
    private const int PlainCookie = 0x1c849313;
    private const int CompressedHeaderBytes = 8;
    private const int PlainHeaderBytes = 40;

    private readonly int[] _slots;
    private readonly long[] _upTo;

    /// <summary>More than every slot of a histogram with the longest of counts; a few kilobytes can unfold to gigabytes.</summary>
    private const int MaxPlainBytes = 64 * 1024 * 1024;

    private const int BlockBytes = 64 * 1024;

    private LatencyHistogram(int[] slots, long[] upTo)
    {
        _slots = slots;
        _upTo = upTo;
    }

    /// <summary>Values recorded.</summary>
    public long Count => _upTo.Length == 0 ? 0 : _upTo[^1];

    /// <param name="document">The compressed V2 encoding.</param>
    /// <exception cref="FormatException">No compressed V2 histogram.</exception>
    /// <exception cref="InvalidDataException">Damaged.</exception>
    public static LatencyHistogram Parse(ReadOnlySpan<byte> document)
    {
        if (document.Length < CompressedHeaderBytes || BinaryPrimitives.ReadInt32BigEndian(document) != CompressedCookie)
        {
            throw new FormatException("no compressed HdrHistogram V2");
        }

        using MemoryStream plain = new();
        using (ZLibStream zlib = new(new MemoryStream(document[CompressedHeaderBytes..].ToArray()), CompressionMode.Decompress))
        {
            byte[] block = new byte[BlockBytes];
            for (int read; (read = zlib.Read(block)) > 0;)
            {
                plain.Write(block, 0, read);
                if (plain.Length > MaxPlainBytes)
                {
                    throw new InvalidDataException("larger than any histogram");
                }
            }
        }

        ReadOnlySpan<byte> bytes = plain.GetBuffer().AsSpan(0, (int)plain.Length);
        if (bytes.Length < PlainHeaderBytes || BinaryPrimitives.ReadInt32BigEndian(bytes[4..]) != bytes.Length - PlainHeaderBytes)
        {
            throw new InvalidDataException("shorter than it says");
        }

        return IsOfThisShape(bytes) ? FromCounts(bytes[PlainHeaderBytes..])
            : FromLibrary(HistogramCodec.FromBase64(Convert.ToBase64String(document)));
    }

    /// <summary>The histogram of all values of all inputs: percentiles over repeats are taken from this, never averaged.</summary>
    public static LatencyHistogram Merge(IReadOnlyCollection<LatencyHistogram> all)
    {
        if (all.Count == 1)
        {
            return all.First();
        }

        long[] counts = new long[all.Select(h => h._slots.Length == 0 ? 0 : h._slots[^1] + 1).DefaultIfEmpty(0).Max()];
        foreach (LatencyHistogram one in all)
        {
            long before = 0;
            for (int i = 0; i < one._slots.Length; i++)
            {
                counts[one._slots[i]] += one._upTo[i] - before;
                before = one._upTo[i];
            }
        }

        return Of(counts);
    }

    /// <param name="percentile">0 to 100; 100 is the largest recorded value.</param>
    /// <returns>Microseconds; null without values.</returns>
    public double? PercentileUs(double percentile)
    {
        if (Count == 0)
        {
            return null;
        }

        // As the library rounds: to the nearest count, and at least to the first value.
        long wanted = Math.Max(1, (long)((Math.Min(percentile, 100) / 100 * Count) + 0.5));
        int found = Array.BinarySearch(_upTo, wanted);
        return HistogramCodec.HighestOf(_slots[Math.Min(found < 0 ? ~found : found, _slots.Length - 1)]) / 1000.0;
    }

    /// <summary>How many values are in slots up to that one, to the precision of a histogram.</summary>
    /// <param name="us">Microseconds, 0 or more.</param>
    public long CountUpTo(double us)
    {
        int slot = HistogramCodec.BucketOf((long)Math.Min(us * 1000, HistogramCodec.HighestNs));
        int found = Array.BinarySearch(_slots, slot);
        int last = found < 0 ? ~found - 1 : found;
        return last < 0 ? 0 : _upTo[last];
    }

    private static bool IsOfThisShape(ReadOnlySpan<byte> plain) =>
        BinaryPrimitives.ReadInt32BigEndian(plain) == PlainCookie
        && BinaryPrimitives.ReadInt32BigEndian(plain[8..]) == 0
        && BinaryPrimitives.ReadInt32BigEndian(plain[12..]) == HistogramCodec.SignificantDigits
        && BinaryPrimitives.ReadInt64BigEndian(plain[16..]) == 1
        && BinaryPrimitives.ReadInt64BigEndian(plain[24..]) <= HistogramCodec.HighestNs;

    /// <summary>Counts as ZigZag LEB128; a negative one is a run of empty slots.</summary>
    private static LatencyHistogram FromCounts(ReadOnlySpan<byte> bytes)
    {
        List<int> slots = [];
        List<long> upTo = [];
        (int at, int slot, long sum) = (0, 0, 0);
        while (at < bytes.Length)
        {
            long word = ZigZag(bytes, ref at);
            if (word < 0)
            {
                slot = checked(slot - (int)word);
            }
            else
            {
                if (word > 0)
                {
                    sum += word;
                    slots.Add(slot);
                    upTo.Add(sum);
                }

                slot++;
            }

            if (HistogramCodec.HalfBits + (slot >> HistogramCodec.HalfBits) > 62)
            {
                throw new InvalidDataException("a value beyond the range of a histogram");
            }
        }

        return new LatencyHistogram([.. slots], [.. upTo]);
    }

    /// <summary>Seven bits a byte, the ninth byte has eight.</summary>
    private static long ZigZag(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            if (at >= bytes.Length)
            {
                throw new InvalidDataException("cut within a count");
            }

            byte next = bytes[at++];
            if (shift == 56)
            {
                value |= (ulong)next << shift;
                break;
            }

            value |= (ulong)(next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                break;
            }
        }

        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Of another range or precision: each value goes to the slot that it has here.</summary>
    private static LatencyHistogram FromLibrary(HistogramBase histogram)
    {
        long[] counts = new long[HistogramCodec.BucketOf(2 * HistogramCodec.HighestNs) + 1];
        foreach (HdrHistogram.Iteration.HistogramIterationValue step in HistogramCodec.Merge([histogram]).RecordedValues())
        {
            counts[HistogramCodec.BucketOf(step.ValueIteratedTo)] += step.CountAtValueIteratedTo;
        }

        return Of(counts);
    }

    private static LatencyHistogram Of(long[] counts)
    {
        List<int> slots = [];
        List<long> upTo = [];
        long sum = 0;
        for (int slot = 0; slot < counts.Length; slot++)
        {
            if (counts[slot] > 0)
            {
                sum += counts[slot];
                slots.Add(slot);
                upTo.Add(sum);
            }
        }

        return new LatencyHistogram([.. slots], [.. upTo]);
    }
}
