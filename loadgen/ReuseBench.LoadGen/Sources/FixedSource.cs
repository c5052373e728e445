using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Sources;

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
