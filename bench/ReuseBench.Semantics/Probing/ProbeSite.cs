using System.Net.Sockets;
using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Probing;

/// <summary>Where one thread probes: a network namespace of its own, or the caller's where the rights for that are missing.</summary>
internal sealed class ProbeSite : IDisposable
{
    private readonly PortSource _ports;
    private readonly DeviceNetwork? _devices;

    private ProbeSite(PortSource ports, DeviceNetwork? devices, bool isPrivate)
    {
        _ports = ports;
        _devices = devices;
        IsPrivate = isPrivate;
    }

    /// <summary>Whether nobody else's sockets are there.</summary>
    public bool IsPrivate { get; }

    /// <summary>Moves the calling thread into a new namespace with loopback up.</summary>
    /// <exception cref="LinuxException">A right is missing.</exception>
    public static ProbeSite CreatePrivate()
    {
        EnterNewNamespace();
        return new ProbeSite(new CountedPorts(), null, isPrivate: true);
    }

    /// <summary>As <see cref="CreatePrivate"/>, with two interfaces and a second namespace for the clients.</summary>
    /// <exception cref="LinuxException">A right or the veth module is missing.</exception>
    public static ProbeSite CreateWithDevices()
    {
        EnterNewNamespace();
        return new ProbeSite(new CountedPorts(), DeviceNetwork.Create(), isPrivate: true);
    }

    /// <summary>Loopback of the caller's namespace, on ports that the kernel chooses.</summary>
    public static ProbeSite Shared() => new(new KernelChosenPorts(), null, isPrivate: false);

    public ushort NextPort() => _ports.Next();

    public ProbeSocket OpenClient(string name, Transport transport, Route route, CallTrace? trace)
    {
        AddressFamily family = route.Destination.AddressFamily;
        return route.Device is null
            ? ProbeSocket.Open(name, transport, family, trace)
            : _devices!.OpenClient(name, transport, family, route.Device, trace);
    }

    public void Dispose() => _devices?.Dispose();

    private static void EnterNewNamespace()
    {
        LinuxException.ThrowIfError(NetworkNamespace.TryUnshareCurrentThread(), "unshare", "CLONE_NEWNET");
        NetworkNamespace.BringUpLoopback();
    }
}

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
