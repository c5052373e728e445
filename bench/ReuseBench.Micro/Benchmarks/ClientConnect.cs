using BenchmarkDotNet.Attributes;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.Micro.Benchmarks;

/// <summary>
/// The swarm's way from nothing to a connect that is in progress, on loopback with the handshake in it, by where the local address and port
/// come from. Every connection of an iteration is reset afterwards, so that all ports are free for the next.
/// </summary>
public class ClientConnect
{
    /// <summary>Connections of one iteration: within the listener's queue.</summary>
    internal const int Connections = 1024;

    private const string Any = "any";

    private readonly Connection[] _slots = new Connection[Connections];
    private readonly int[] _accepted = new int[Connections];
    private Descriptor? _listener;
    private ClientSockets? _sockets;

    /// <summary>As <c>--source-plan</c>.</summary>
    [Params("ephemeral", "sequential", "random", "fixed")]
    public string SourcePlan { get; set; } = "ephemeral";

    /// <summary>As <c>--sources</c>; any leaves the address to the kernel.</summary>
    [Params(Any, "127.0.0.2-127.0.0.33")]
    public string Sources { get; set; } = Any;

    [GlobalSetup]
    public void Listen()
    {
        OwnNetwork.Enter();
        _listener = Tcp.Listen(SocketCalls.StreamBlocking(SocketCalls.Inet), Tcp.Loopback);
        SockAddr target = Tcp.AddressOf(_listener.Value);
        LoadSettings settings = new()
        {
            Workload = Workload.Connect,
            Connections = Connections,
            SourcePlan = Core.Cells.SourcePlan.Parse(SourcePlan, "source-plan"),
            Sources = AddressSet.Parse(Sources == Any ? "" : Sources, "sources"),
        };
        SourceCatalogue catalogue = new(settings, target, HostCheck.EphemeralPorts());
        _sockets = new ClientSockets(settings, target, catalogue.ForThread(0));
        _slots.AsSpan().Fill(new Connection { Fd = Connection.NoSocket });
    }

    [GlobalCleanup]
    public void StopListening() => _listener?.Dispose();

    [Benchmark(Description = "socket, bind where the plan says so, connect", OperationsPerInvoke = Connections)]
    public void Connect()
    {
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            LinuxException.ThrowIfError(_sockets!.Create(slot, ref _slots[slot]), "bind", SourcePlan);
            int result = _sockets.Connect(_slots[slot]);
            if (result != -ErrnoCode.EINPROGRESS)
            {
                LinuxException.ThrowIfError(result, "connect", SourcePlan);
            }
        }
    }

    /// <summary>Accepts every connection, which shows that it was made, and resets it.</summary>
    [IterationCleanup]
    public void ResetAll()
    {
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            _accepted[slot] = LinuxException.ThrowIfError(SocketCalls.Accept4(_listener!.Value), "accept4", "a connection of the iteration");
        }

        for (int slot = 0; slot < _slots.Length; slot++)
        {
            _sockets!.Reset(ref _slots[slot]);
            ClientSockets.Close(ref _slots[slot]);
            SocketCalls.Close(_accepted[slot]);
        }
    }
}
