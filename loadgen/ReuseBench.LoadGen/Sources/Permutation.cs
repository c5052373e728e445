using System.Numerics;
using ReuseBench.LoadGen.Pacing;

namespace ReuseBench.LoadGen.Sources;

/// <summary>
/// A seeded bijection of 0 … count − 1 that needs no table: a Feistel network over the next even power of two, walked until the value
/// falls into the range again (<see href="https://doi.org/10.1007/3-540-45760-7_9">Black, Rogaway: Ciphers with arbitrary finite domains, 2002</see>).
/// </summary>
internal sealed class Permutation
{
    private const int Rounds = 4;

    private readonly long _count;
    private readonly int _halfBits;
    private readonly ulong _halfMask;
    private readonly ulong[] _keys = new ulong[Rounds];

    /// <param name="count">Above 0, at most 2⁶².</param>
    /// <param name="seed">Same seed, same order.</param>
    public Permutation(long count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        _count = count;
        int bits = 64 - BitOperations.LeadingZeroCount((ulong)(count - 1));
        _halfBits = Math.Max(1, (bits + 1) / 2);
        _halfMask = (1UL << _halfBits) - 1;
        SplitMix64 random = new(seed, stream: 0);
        for (int round = 0; round < Rounds; round++)
        {
            _keys[round] = random.Next();
        }
    }

    /// <param name="index">0 to count − 1.</param>
    public long this[long index]
    {
        get
        {
            // The network's domain is less than four times the count, so the walk takes fewer than four steps on average.
            ulong value = (ulong)index;
            do
            {
                value = Encipher(value);
            }
            while (value >= (ulong)_count);

            return (long)value;
        }
    }

    private ulong Encipher(ulong value)
    {
        ulong left = value >> _halfBits;
        ulong right = value & _halfMask;
        foreach (ulong key in _keys)
        {
            (left, right) = (right, left ^ (SplitMix64.Mix(right + key) & _halfMask));
        }

        return (left << _halfBits) | right;
    }
}
