using System.Net;
using ReuseBench.Linux;

namespace ReuseBench.Micro;

/// <summary>Sockets on 127.0.0.1 for what is set up around the timed calls.</summary>
internal static class Tcp
{
    /// <summary>As net.core.somaxconn is by default, and so as long a queue as a new namespace gives.</summary>
    public const int Backlog = 4096;

    public static SockAddr Loopback { get; } = SockAddr.From(IPAddress.Loopback, 0);

    /// <summary>A port that nobody has: bound once by the kernel's choice and given back.</summary>
    /// <exception cref="LinuxException">No port is left.</exception>
    public static SockAddr FreeAddress()
    {
        using Descriptor socket = Descriptor.Own(SocketCalls.StreamNonBlocking(SocketCalls.Inet), "socket", "a free port");
        LinuxException.ThrowIfError(SocketCalls.Bind(socket.Value, Loopback), "bind", Loopback);
        return AddressOf(socket.Value);
    }

    /// <exception cref="LinuxException">A call failed.</exception>
    public static SockAddr AddressOf(int fd)
    {
        LinuxException.ThrowIfError(SocketCalls.GetSockName(fd, out SockAddr address), "getsockname", "a bound socket");
        return address;
    }

    /// <summary>A listener that lives as long as its case.</summary>
    /// <param name="socket">From <see cref="SocketCalls.StreamBlocking"/> or its like.</param>
    /// <param name="address">Port 0 for any.</param>
    /// <param name="options">Switched on before the bind.</param>
    /// <exception cref="LinuxException">A call failed.</exception>
    public static Descriptor Listen(int socket, in SockAddr address, params ReadOnlySpan<SocketOption> options)
    {
        Descriptor listener = Descriptor.Own(socket, "socket", "a listener");
        foreach (SocketOption option in options)
        {
            LinuxException.ThrowIfError(SocketCalls.SetOption(listener.Value, option, 1), "setsockopt", option.Text);
        }

        LinuxException.ThrowIfError(SocketCalls.Bind(listener.Value, address), "bind", address);
        LinuxException.ThrowIfError(SocketCalls.Listen(listener.Value, Backlog), "listen", address);
        return listener;
    }
}

/// <summary>A network namespace for each case: no ports, no TIME_WAITs, no counters of anyone else.</summary>
internal static class OwnNetwork
{
    /// <summary>
    /// Moves the calling thread, which is the one that is timed, into a new namespace with loopback up, and gives the process the
    /// descriptors that it may have. Without the rights for a namespace it stays in the host's.
    /// </summary>
    /// <exception cref="LinuxException">The new namespace's loopback cannot be set up.</exception>
    public static void Enter()
    {
        FileLimit.RaiseToHard();
        if (NetworkNamespace.TryUnshareCurrentThread() == 0)
        {
            NetworkNamespace.BringUpLoopback();
        }
    }

    /// <summary>Whether <see cref="Enter"/> makes a namespace, found out by a thread that makes one and ends.</summary>
    public static bool CanBeMade()
    {
        int result = 0;
        Thread thread = new(() => result = NetworkNamespace.TryUnshareCurrentThread());
        thread.Start();
        thread.Join();
        return result == 0;
    }
}

/// <summary>Listeners with SO_REUSEPORT on one address.</summary>
internal sealed class ListenerGroup : IDisposable
{
    private readonly List<Descriptor> _members = [];

    /// <param name="members">At least 1.</param>
    /// <exception cref="LinuxException">A call failed.</exception>
    public ListenerGroup(int members)
    {
        Address = Tcp.FreeAddress();
        for (int member = 0; member < members; member++)
        {
            _members.Add(Tcp.Listen(SocketCalls.StreamNonBlocking(SocketCalls.Inet), Address, SocketOption.ReusePort));
        }
    }

    public SockAddr Address { get; }

    /// <summary>Descriptor of the member that listened first.</summary>
    public int FirstFd => Fd(0);

    /// <param name="member">From 0, in the order of listen(2).</param>
    public int Fd(int member) => _members[member].Value;

    public void Dispose() => _members.ForEach(member => member.Dispose());
}

/// <summary>
/// Clients whose connections wait in a listener's queue. They reset when they are cleared away, so that neither side is left with a
/// TIME_WAIT, whichever closed first.
/// </summary>
/// <param name="count">How many; no more than the queue holds.</param>
internal sealed class QueuedClients(int count)
{
    private readonly int[] _sockets = new int[count];
    private int _open;

    /// <summary>Connects them all; returns once every client is established.</summary>
    /// <exception cref="LinuxException">A call failed.</exception>
    public void Connect(in SockAddr target)
    {
        while (_open < _sockets.Length)
        {
            int socket = LinuxException.ThrowIfError(SocketCalls.StreamBlocking(SocketCalls.Inet), "socket", "a client");
            _sockets[_open++] = socket;
            LinuxException.ThrowIfError(SocketCalls.SetLinger(socket, on: true, seconds: 0), "setsockopt", "SO_LINGER");
            LinuxException.ThrowIfError(SocketCalls.Connect(socket, target), "connect", target);
        }
    }

    public void Reset()
    {
        while (_open > 0)
        {
            SocketCalls.Close(_sockets[--_open]);
        }
    }
}
