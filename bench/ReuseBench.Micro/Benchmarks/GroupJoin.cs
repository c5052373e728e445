using BenchmarkDotNet.Attributes;
using ReuseBench.Linux;
using ReuseBench.Micro.Kernel;

namespace ReuseBench.Micro.Benchmarks;

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
