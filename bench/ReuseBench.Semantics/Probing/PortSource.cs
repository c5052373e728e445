using System.Net.Sockets;
using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Probing;

/// <summary>Gives each probe a port that nothing else has to do with.</summary>
internal abstract class PortSource
{
    public abstract ushort Next();
}

/// <summary>In a namespace of one's own: counts up, below the ports that the kernel gives to clients.</summary>
internal sealed class CountedPorts : PortSource
{
    private ushort _next = 10_000;

    public override ushort Next() => _next++;
}

/// <summary>In the caller's namespace: a port that the kernel says is free on every address, so that nobody's socket is touched.</summary>
internal sealed class KernelChosenPorts : PortSource
{
    public override ushort Next()
    {
        AddressFamily family = Socket.OSSupportsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        BindAddress wildcard = Socket.OSSupportsIPv6 ? BindAddress.DualWildcard : BindAddress.V4Wildcard;
        using ProbeSocket tcp = ProbeSocket.Open("reserved", Transport.Tcp, family, trace: null).WithFamilyOf(wildcard);
        LinuxException.ThrowIfError(tcp.Bind(wildcard.Address, 0), "bind", "a port that the kernel chooses");
        return tcp.LocalAddress().Port;
    }
}
