using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Model;

/// <summary>What holds a port: a socket, or what is left of one.</summary>
/// <param name="Address">Its own address; for a connection the one that the client connected to.</param>
/// <param name="Options">Inherited from the listener by connections, and remembered by TIME_WAIT.</param>
/// <param name="Kind">How much of a socket it still is.</param>
public sealed record PortHolder(BindAddress Address, ReuseOptions Options, HolderKind Kind);

public enum HolderKind
{
    /// <summary>Bound, or a connection: a socket that somebody has open.</summary>
    Open,

    Listens,

    /// <summary>
    /// A minisocket that nobody owns: TIME_WAIT, and FIN_WAIT2 after close(2), which the kernel keeps in the same form
    /// (as long as net.ipv4.tcp_fin_timeout is at most 60 s, the default).
    /// </summary>
    /// <seealso href="https://github.com/torvalds/linux/blob/v6.18/net/ipv4/tcp_minisocks.c"/>
    TimeWait,
}
