using System.Net;

namespace ReuseBench.Linux.Tests.Selectors;

/// <summary>Listeners of one SO_REUSEPORT group on loopback, in the namespace of the calling thread.</summary>
internal sealed class ListenerGroup : IDisposable
{
    private const long PatienceNs = 60_000_000_000;

    private readonly List<int> _listeners = [];
    private SockAddr _address = SockAddr.From(IPAddress.Loopback, 0);

    public ListenerGroup(int listeners)
    {
        for (int i = 0; i < listeners; i++)
        {
            Add();
        }
    }

    public IReadOnlyList<int> Descriptors => _listeners;

    public void Add()
    {
        int fd = SocketCalls.StreamNonBlocking(SocketCalls.Inet);
        LinuxException.ThrowIfError(SocketCalls.SetOption(fd, SocketOption.ReusePort, 1), "setsockopt", "SO_REUSEPORT");
        LinuxException.ThrowIfError(SocketCalls.Bind(fd, _address), "bind", _address);
        LinuxException.ThrowIfError(SocketCalls.Listen(fd, 1024), "listen", _address);
        _ = SocketCalls.GetSockName(fd, out _address);
        _listeners.Add(fd);
    }

    /// <summary>The number stays taken: the others keep theirs.</summary>
    public void Close(int listener)
    {
        _ = SocketCalls.Close(_listeners[listener]);
        _listeners[listener] = -1;
    }

    /// <summary>Connects from each address and port, and says which listener got it.</summary>
    public int[] Connect(IEnumerable<SockAddr> clients) => [.. clients.Select(c => Connect(c, out _))];

    /// <summary>One connection; its receiving CPU is read off the accepted socket.</summary>
    public int Connect(SockAddr client, out int incomingCpu)
    {
        int fd = SocketCalls.StreamBlocking(SocketCalls.Inet);
        _ = SocketCalls.SetLinger(fd, true, 0);
        LinuxException.ThrowIfError(SocketCalls.Bind(fd, client), "bind", client);
        LinuxException.ThrowIfError(SocketCalls.Connect(fd, _address), "connect", _address);
        int owner = -1;
        incomingCpu = -1;

        // The last ACK of a handshake is received by another CPU where packets are steered, when that CPU comes to it.
        long giveUpNs = MonotonicClock.NowNs() + PatienceNs;
        do
        {
            for (int i = 0; i < _listeners.Count; i++)
            {
                int accepted = _listeners[i] < 0 ? -1 : SocketCalls.Accept4(_listeners[i]);
                if (accepted >= 0)
                {
                    Assert.Equal(-1, owner);
                    owner = i;
                    _ = SocketCalls.GetOption(accepted, SocketOption.IncomingCpu, out incomingCpu);
                    _ = SocketCalls.SetLinger(accepted, true, 0);
                    _ = SocketCalls.Close(accepted);
                }
            }
        }
        while (owner < 0 && MonotonicClock.NowNs() < giveUpNs);

        _ = SocketCalls.Close(fd);
        return owner;
    }

    public static IEnumerable<SockAddr> Clients(int count, byte network = 1) => Enumerable.Range(0, count)
        .Select(i => SockAddr.From(new IPAddress([127, network, 0, (byte)(1 + (i % 200))]), (ushort)(20_000 + (i / 200))));

    public void Dispose()
    {
        foreach (int fd in _listeners.Where(fd => fd >= 0))
        {
            _ = SocketCalls.Close(fd);
        }
    }
}
