using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Sources;

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
