using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Sources;

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
