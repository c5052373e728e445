using System.Net;
using System.Net.Sockets;
using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Probing;

/// <summary>
/// Two interfaces in the calling thread's namespace, each a veth whose other end is in a second namespace, where the clients
/// are: only so does a packet really come in by an interface; what a host sends to itself always comes in by lo.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man4/veth.4.html"/>
internal sealed class DeviceNetwork : IDisposable
{
    public const string Left = "left";
    public const string Right = "right";

    private const string PeerSuffix = "-peer";
    private const int PrefixLength = 24;

    private static readonly (string Device, IPAddress Server, IPAddress Client)[] Links =
    [
        (Left, new IPAddress([10, 71, 1, 1]), new IPAddress([10, 71, 1, 2])),
        (Right, new IPAddress([10, 71, 2, 1]), new IPAddress([10, 71, 2, 2])),
    ];

    private readonly NetworkNamespaceHandle _servers;
    private readonly NetworkNamespaceHandle _clients;

    private DeviceNetwork(NetworkNamespaceHandle servers, NetworkNamespaceHandle clients)
    {
        _servers = servers;
        _clients = clients;
    }

    /// <summary>One address of the servers' host (RFC 5737, for documentation), which answers on either interface.</summary>
    public static IPAddress Address { get; } = new([192, 0, 2, 1]);

    /// <summary>Leaves the calling thread in the servers' namespace, which must be a private one already.</summary>
    /// <exception cref="LinuxException">A right or a kernel module (veth) is missing.</exception>
    public static DeviceNetwork Create()
    {
        NetworkNamespaceHandle servers = NetworkNamespaceHandle.OfCurrentThread();
        LinuxException.ThrowIfError(NetworkNamespace.TryUnshareCurrentThread(), "unshare", "CLONE_NEWNET");
        NetworkNamespace.BringUpLoopback();
        NetworkNamespaceHandle clients = NetworkNamespaceHandle.OfCurrentThread();
        servers.EnterCurrentThread();

        foreach ((string device, _, _) in Links)
        {
            NetworkNamespace.AddVethPair(device, device + PeerSuffix);
            NetworkNamespace.MoveInterface(device + PeerSuffix, clients);
        }

        NetworkNamespace.AddAddress("lo", Address, 32);
        AcceptAnySource();
        foreach ((string device, IPAddress server, _) in Links)
        {
            BringUp(device, server);
        }

        clients.EnterCurrentThread();
        AcceptAnySource();
        foreach ((string device, _, IPAddress client) in Links)
        {
            BringUp(device + PeerSuffix, client);
        }

        servers.EnterCurrentThread();
        return new DeviceNetwork(servers, clients);
    }

    /// <summary>A client that comes in by <paramref name="device"/>.</summary>
    public ProbeSocket OpenClient(string name, Transport transport, AddressFamily family, string device, CallTrace? trace)
    {
        _clients.EnterCurrentThread();
        try
        {
            trace?.Note($"in the clients' namespace, at the other end of {device}");
            return ProbeSocket.Open(name, transport, family, trace).WithDevice(device + PeerSuffix);
        }
        finally
        {
            _servers.EnterCurrentThread();
        }
    }

    public void Dispose()
    {
        _clients.Dispose();
        _servers.Dispose();
    }

    /// <summary>The clients have no route to <see cref="Address"/>; with the host's strict rp_filter they would drop its answers.</summary>
    private static void AcceptAnySource()
    {
        _ = Sysctl.TryWrite("net.ipv4.conf.all.rp_filter", "0");
        _ = Sysctl.TryWrite("net.ipv4.conf.default.rp_filter", "0");
    }

    private static void BringUp(string device, IPAddress address)
    {
        _ = Sysctl.TryWrite($"net.ipv4.conf.{device}.rp_filter", "0");
        NetworkNamespace.AddAddress(device, address, PrefixLength);
        NetworkNamespace.BringUp(device);
    }
}
