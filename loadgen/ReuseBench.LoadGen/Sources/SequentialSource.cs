using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Sources;

/// <summary><c>sequential</c> and <c>stride:K</c>: the slice's tuples in order, then again from its beginning.</summary>
internal sealed class SequentialSource(TupleSpace space, TupleSlice slice) : TupleSource
{
    private long _handedOut;

    public override SourceBinding Binding => SourceBinding.AddressAndPort;

    public override bool SlotKeepsSocket => false;

    public override long? DistinctTuples => Math.Min(_handedOut, slice.Count);

    public override SockAddr Next(int slot) => space[slice.First + (_handedOut++ % slice.Count)];
}
