using System.Text;
using ReuseBench.Core.Csv;

namespace ReuseBench.LoadGen.Recording;

/// <summary>
/// Turns the value of the worker header into a small integer and counts by it. A value that was seen before costs a compare of bytes;
/// only a new one allocates. One thread uses it.
/// </summary>
internal sealed class WorkerTable
{
    /// <summary>A header with more values than this does not name workers; the rest is counted as <see cref="OtherName"/>.</summary>
    public const int MaxWorkers = 4096;

    /// <summary>Longest value that is told apart, in bytes.</summary>
    public const int MaxNameBytes = 64;

    /// <summary>Stands for all values beyond <see cref="MaxWorkers"/> or <see cref="MaxNameBytes"/>.</summary>
    public const string OtherName = "(other)";

    /// <summary>The answer named no worker.</summary>
    public const int None = -1;

    private const int Buckets = 4 * MaxWorkers;
    private const ulong FnvOffset = 0xCBF2_9CE4_8422_2325;
    private const ulong FnvPrime = 0x0000_0100_0000_01B3;

    private readonly byte[][] _names = new byte[MaxWorkers + 1][];
    private readonly long[] _answers = new long[MaxWorkers + 1];
    private readonly long[] _connections = new long[MaxWorkers + 1];

    // Worker + 1 by hash, linear probing; never more than a quarter full.
    private readonly ushort[] _buckets = new ushort[Buckets];
    private int _count;
    private int _last;

    public void CountAnswer(int worker) => _answers[worker]++;

    public void CountConnection(int worker) => _connections[worker]++;

    /// <summary>The integer of a header value, the same for the same bytes.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        if (_count > 0 && name.SequenceEqual(_names[_last]))
        {
            return _last;
        }

        if (name.Length > MaxNameBytes)
        {
            return Other();
        }

        int bucket = (int)(Hash(name) % Buckets);
        for (; _buckets[bucket] != 0; bucket = (bucket + 1) % Buckets)
        {
            int worker = _buckets[bucket] - 1;
            if (name.SequenceEqual(_names[worker]))
            {
                return _last = worker;
            }
        }

        return _count == MaxWorkers ? Other() : Add(name, bucket);
    }

    public void AddTo(SortedDictionary<string, long> answers, SortedDictionary<string, long> connections)
    {
        for (int worker = 0; worker < _names.Length; worker++)
        {
            if (_names[worker] is byte[] name)
            {
                // It goes to terminals and into files. Two that differ in nothing else are counted together.
                string text = TextFromOutside.Clip(Encoding.Latin1.GetString(name), MaxNameBytes);
                answers[text] = answers.GetValueOrDefault(text) + _answers[worker];
                connections[text] = connections.GetValueOrDefault(text) + _connections[worker];
            }
        }
    }

    private int Add(ReadOnlySpan<byte> name, int bucket)
    {
        _names[_count] = name.ToArray();
        _buckets[bucket] = (ushort)(_count + 1);
        return _last = _count++;
    }

    private int Other()
    {
        _names[MaxWorkers] ??= Encoding.Latin1.GetBytes(OtherName);
        return MaxWorkers;
    }

    private static ulong Hash(ReadOnlySpan<byte> name)
    {
        ulong hash = FnvOffset;
        foreach (byte b in name)
        {
            hash = (hash ^ b) * FnvPrime;
        }

        return hash ^ (hash >> 32);
    }
}
