using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Sources;

/// <summary>Where one thread's connections come from. Each thread has its own, with tuples that no other thread has.</summary>
internal abstract class TupleSource
{
    /// <summary>What a socket needs before its connect.</summary>
    public abstract SourceBinding Binding { get; }

    /// <summary>
    /// Whether a slot has the same local address for good, so that its socket may connect again and again. A bind is for the life of
    /// the socket: a plan with new ports needs a new socket for each connection.
    /// </summary>
    public abstract bool SlotKeepsSocket { get; }

    /// <summary>Distinct source tuples handed out so far; null where the kernel chooses the port.</summary>
    public abstract long? DistinctTuples { get; }

    /// <summary>The local address of the next connection of a slot; meaningless with <see cref="SourceBinding.None"/>.</summary>
    public abstract SockAddr Next(int slot);
}

internal enum SourceBinding
{
    /// <summary>No bind: the kernel chooses address and port in connect.</summary>
    None,

    /// <summary>bind(2) to an address with port 0; IP_BIND_ADDRESS_NO_PORT leaves the port to connect.</summary>
    Address,

    /// <summary>bind(2) to an address and a port.</summary>
    AddressAndPort,
}

/// <summary>
/// <c>ephemeral</c>: the kernel chooses the port. With several addresses the slots of the whole swarm take them in turn; only where there
/// are more addresses than slots does a slot change its address from connection to connection.
/// </summary>
/// <param name="addresses">With port 0; empty leaves the address to the kernel too.</param>
/// <param name="firstSlot">Number of this thread's first slot among those of the swarm.</param>
/// <param name="slotsOfSwarm">Slots of all threads.</param>
internal sealed class EphemeralSource(SockAddr[] addresses, int firstSlot, int slotsOfSwarm) : TupleSource
{
    private long _next = firstSlot;

    public override SourceBinding Binding => addresses.Length == 0 ? SourceBinding.None : SourceBinding.Address;

    public override bool SlotKeepsSocket => addresses.Length <= slotsOfSwarm;

    public override long? DistinctTuples => null;

    public override SockAddr Next(int slot)
    {
        if (addresses.Length == 0)
        {
            return default;
        }

        return SlotKeepsSocket ? addresses[(firstSlot + slot) % addresses.Length] : addresses[_next++ % addresses.Length];
    }
}

/// <summary><c>sequential</c> and <c>stride:K</c>: the slice's tuples in order, then again from its beginning.</summary>
internal sealed class SequentialSource(TupleSpace space, TupleSlice slice) : TupleSource
{
    private long _handedOut;

    public override SourceBinding Binding => SourceBinding.AddressAndPort;

    public override bool SlotKeepsSocket => false;

    public override long? DistinctTuples => Math.Min(_handedOut, slice.Count);

    public override SockAddr Next(int slot) => space[slice.First + (_handedOut++ % slice.Count)];
}

/// <summary>
/// <c>random</c>: the tuples in a seeded random order, each once before any is used again; the second round has the same order, so that
/// the time between two uses of a tuple is as long as it can be.
/// </summary>
internal sealed class RandomSource(TupleSpace space, TupleSlice slice, Permutation order) : TupleSource
{
    private long _handedOut;

    public override SourceBinding Binding => SourceBinding.AddressAndPort;

    public override bool SlotKeepsSocket => false;

    public override long? DistinctTuples => Math.Min(_handedOut, slice.Count);

    public override SockAddr Next(int slot) => space[order[slice.First + (_handedOut++ % slice.Count)]];
}

/// <summary>
/// <c>fixed</c>: a list of tuples, dealt over the addresses in turn and used again and again. Every slot owns its tuples, so that no two
/// connections can want the same one; with as many tuples as slots each slot keeps its one socket.
/// </summary>
/// <param name="space">Whose first tuples are the list.</param>
/// <param name="tuples">Length of the list; at least one for each slot of the swarm.</param>
/// <param name="firstSlot">Number of this thread's first slot among those of the swarm.</param>
/// <param name="slots">Slots of this thread.</param>
/// <param name="slotsOfSwarm">Slots of all threads.</param>
internal sealed class FixedSource(TupleSpace space, long tuples, int firstSlot, int slots, int slotsOfSwarm) : TupleSource
{
    private readonly long[] _uses = new long[slots];
    private long _distinct;

    public override SourceBinding Binding => SourceBinding.AddressAndPort;

    public override bool SlotKeepsSocket => tuples == slotsOfSwarm;

    public override long? DistinctTuples => _distinct;

    public override SockAddr Next(int slot)
    {
        // Slot s owns the tuples s, s + S, s + 2S … of the list, S being the slots of the swarm.
        int number = firstSlot + slot;
        long owned = ((tuples - 1 - number) / slotsOfSwarm) + 1;
        long use = _uses[slot]++;
        _distinct += use < owned ? 1 : 0;
        return space.InTurn(number + (use % owned * slotsOfSwarm));
    }
}
