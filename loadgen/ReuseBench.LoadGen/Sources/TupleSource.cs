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
