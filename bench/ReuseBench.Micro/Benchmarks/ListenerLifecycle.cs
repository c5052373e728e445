using BenchmarkDotNet.Attributes;
using ReuseBench.Linux;
using ReuseBench.Micro.Kernel;

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
