using BenchmarkDotNet.Attributes;
using ReuseBench.Linux;

namespace ReuseBench.Micro.Benchmarks;

/// <summary>The reuse options of a listener, as in <c>semantics.csv</c>.</summary>
public enum OptionSet
{
    None,
    Reuseaddr,
    Reuseport,
    Both,
}

/// <summary>A listener from socket(2) to close(2) on a port that nobody else has, by the options set on it.</summary>
public class ListenerLifecycle
{
    private SockAddr _address;
    private bool _reuseAddr;
    private bool _reusePort;

    [Params(OptionSet.None, OptionSet.Reuseaddr, OptionSet.Reuseport, OptionSet.Both)]
    public OptionSet Options { get; set; }

    [GlobalSetup]
    public void EnterNetwork()
    {
        OwnNetwork.Enter();
        _address = Tcp.FreeAddress();
        _reuseAddr = Options is OptionSet.Reuseaddr or OptionSet.Both;
        _reusePort = Options is OptionSet.Reuseport or OptionSet.Both;
    }

    [Benchmark(Description = "socket, bind, listen, close")]
    public void OpenAndClose()
    {
        int socket = LinuxException.ThrowIfError(SocketCalls.StreamNonBlocking(SocketCalls.Inet), "socket", "a listener");
        if (_reuseAddr)
        {
            LinuxException.ThrowIfError(SocketCalls.SetOption(socket, SocketOption.ReuseAddr, 1), "setsockopt", "SO_REUSEADDR");
        }

        if (_reusePort)
        {
            LinuxException.ThrowIfError(SocketCalls.SetOption(socket, SocketOption.ReusePort, 1), "setsockopt", "SO_REUSEPORT");
        }

        LinuxException.ThrowIfError(SocketCalls.Bind(socket, _address), "bind", _address);
        LinuxException.ThrowIfError(SocketCalls.Listen(socket, Tcp.Backlog), "listen", _address);
        SocketCalls.Close(socket);
    }
}

/// <summary>
/// One more listener for a SO_REUSEPORT group, which leaves it again, so that the group is the same for each. What the group's size adds
/// is the difference from a group of one; socket(2) and close(2) are in every figure.
/// </summary>
public class GroupJoin : IDisposable
{
    private ListenerGroup? _group;
    private SockAddr _address;

    /// <summary>Listeners in the group before it joins.</summary>
    [Params(1, 4, 16, 64, 256, 1024)]
    public int Members { get; set; }

    [GlobalSetup]
    public void BuildGroup()
    {
        OwnNetwork.Enter();
        _group = new ListenerGroup(Members);
        _address = _group.Address;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _group?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Description = "socket, bind, listen, close in a group")]
    public void JoinAndLeave()
    {
        int socket = LinuxException.ThrowIfError(SocketCalls.StreamNonBlocking(SocketCalls.Inet), "socket", "a member");
        LinuxException.ThrowIfError(SocketCalls.SetOption(socket, SocketOption.ReusePort, 1), "setsockopt", "SO_REUSEPORT");
        LinuxException.ThrowIfError(SocketCalls.Bind(socket, _address), "bind", _address);
        LinuxException.ThrowIfError(SocketCalls.Listen(socket, Tcp.Backlog), "listen", _address);
        SocketCalls.Close(socket);
    }
}
