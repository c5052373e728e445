using System.Net;
using System.Numerics;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Sources;

/// <summary>
/// All source tuples of a plan, numbered: address after address, ports ascending in steps. Where a source address may be the target's
/// own, the target's port is left out, because a socket can connect to itself.
/// </summary>
internal sealed class TupleSpace
{
    private readonly SockAddr[] _addresses;
    private readonly PortRange _ports;
    private readonly int _step;
    private readonly int _leftOutIndex;
    private readonly int _portsPerAddress;

    /// <param name="addresses">At least one; the wildcard address leaves the choice to the kernel.</param>
    /// <param name="ports">Ports to take from.</param>
    /// <param name="step">Distance of neighbouring ports; 1 takes all.</param>
    /// <param name="target">Where the connections go.</param>
    public TupleSpace(IReadOnlyList<IPAddress> addresses, PortRange ports, int step, SockAddr target)
    {
        _addresses = [.. addresses.Select(a => SockAddr.From(a, 0))];
        _ports = ports;
        _step = step;
        IPAddress targetAddress = target.ToAddress();
        bool mayMeetTarget = addresses.Any(a => a.Equals(targetAddress) || a.Equals(IPAddress.Any) || a.Equals(IPAddress.IPv6Any));
        int distance = target.Port - ports.Low;
        bool leavesOut = mayMeetTarget && ports.Contains(target.Port) && distance % step == 0;
        _leftOutIndex = leavesOut ? distance / step : int.MaxValue;
        _portsPerAddress = ((ports.Count + step - 1) / step) - (leavesOut ? 1 : 0);
    }

    /// <summary>Number of tuples.</summary>
    public long Count => (long)_addresses.Length * _portsPerAddress;

    /// <param name="number">0 to <see cref="Count"/> − 1.</param>
    public SockAddr this[long number] => At((int)(number / _portsPerAddress), (int)(number % _portsPerAddress));

    /// <summary>As the indexer, but dealt over the addresses in turn: the first tuples are the lowest port of each address.</summary>
    public SockAddr InTurn(long number) => At((int)(number % _addresses.Length), (int)(number / _addresses.Length));

    private SockAddr At(int address, int port)
    {
        int index = port < _leftOutIndex ? port : port + 1;
        return _addresses[address].WithPort((ushort)(_ports.Low + (index * _step)));
    }
}

/// <summary>A thread's contiguous share of numbered tuples: [First, First + Count). The shares of all threads cover each number once.</summary>
internal readonly record struct TupleSlice(long First, long Count)
{
    public static TupleSlice Of(long tuples, int thread, int threads)
    {
        long first = (long)((Int128)tuples * thread / threads);
        long next = (long)((Int128)tuples * (thread + 1) / threads);
        return new TupleSlice(first, next - first);
    }
}

/// <summary>
/// A seeded bijection of 0 … count − 1 that needs no table: a Feistel network over the next even power of two, walked until the value
/// falls into the range again
/// (<see href="https://doi.org/10.1007/3-540-45760-7_9">Black, Rogaway: Ciphers with arbitrary finite domains, 2002</see>).
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
