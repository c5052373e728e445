using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen.Clients;

/// <summary>Opens and ends the sockets of one thread in as few system calls as the settings allow.</summary>
/// <param name="settings">Of the swarm.</param>
/// <param name="target">Where its connections go.</param>
/// <param name="source">Where they come from.</param>
/// <param name="other">Where every second connection goes instead: the target over IPv6, where that is IPv4; null for none.</param>
/// <param name="beginsWithOther">Whether the first of these is such a second one: threads of a swarm begin by turns.</param>
internal sealed class ClientSockets(
    LoadSettings settings, SockAddr target, TupleSource source, SockAddr? other = null, bool beginsWithOther = false)
{
    private bool _isOthersTurn = beginsWithOther;

    // Which slot comes free next is not in turn, and a socket is of one family: clients of both families have a socket for each connection.
    // A RST leaves nothing behind, so where the local address stays the same the socket itself can be used again: connect(AF_UNSPEC)
    // instead of close, socket, the options and epoll_ctl.
    private readonly bool _usesSocketsAgain = source.SlotKeepsSocket && other is null && settings.Close == ConnectionClose.Rst;
    private readonly bool _lingers = !(source.SlotKeepsSocket && other is null) && settings.Close == ConnectionClose.Rst;

    // A lone small request is never held back by Nagle's algorithm; the call is worth it only for sockets that live longer or send more.
    private readonly bool _setsNoDelay =
        (source.SlotKeepsSocket && other is null && settings.Close == ConnectionClose.Rst) || !settings.Workload.IsConnect || settings.RequestBytes > 0;

    /// <summary>
    /// Whether receives tell when the kernel had the data: only in an open loop, whose latencies are published. One option for each socket, and
    /// recvmsg(2) instead of recv(2).
    /// </summary>
    public bool HasTimestamps { get; } = settings.Load == LoadShape.Open;

    /// <summary>Makes the slot's socket, bound as the plan says.</summary>
    /// <returns>0, or the negative errno of the call that failed.</returns>
    public int Create(int slot, ref Connection connection)
    {
        connection.IsOverOtherFamily = other is not null && _isOthersTurn;
        _isOthersTurn = !_isOthersTurn;
        int fd = SocketCalls.StreamNonBlocking(TargetOf(connection).Family);
        if (fd < 0)
        {
            return fd;
        }

        int result = Bind(fd, slot);
        if (result < 0)
        {
            SocketCalls.Close(fd);
            return result;
        }

        if (_lingers)
        {
            SocketCalls.SetLinger(fd, on: true, seconds: 0);
        }

        if (HasTimestamps)
        {
            SocketCalls.SetOption(fd, SocketOption.TimestampNs, 1);
        }

        if (_setsNoDelay)
        {
            SocketCalls.SetOption(fd, SocketOption.TcpNoDelay, 1);
        }

        connection.Fd = fd;
        connection.Generation++;
        connection.Registered = false;
        connection.RegisteredForWriting = false;
        return 0;
    }

    /// <summary>
    /// A socket that keeps the kernel stamping packets while the connections come and go: with the first and the last that wants it, the kernel
    /// patches its code.
    /// </summary>
    public static Descriptor KeepStamping(int family)
    {
        Descriptor socket = Descriptor.Own(SocketCalls.StreamNonBlocking(family), "socket", "kernel timestamps");
        SocketCalls.SetOption(socket.Value, SocketOption.TimestampNs, 1);
        return socket;
    }

    /// <summary>Begins the connect of the slot's socket.</summary>
    /// <returns>0, −EINPROGRESS, or the negative errno.</returns>
    public int Connect(in Connection connection) => SocketCalls.Connect(connection.Fd, TargetOf(connection));

    /// <summary>Ends the connection by RST, whatever its state.</summary>
    public void Reset(ref Connection connection)
    {
        if (connection.Fd == Connection.NoSocket)
        {
            return;
        }

        // With SO_LINGER 0 close(2) is the reset.
        if (!_lingers && SocketCalls.Disconnect(connection.Fd) >= 0 && _usesSocketsAgain)
        {
            return;
        }

        Close(ref connection);
    }

    /// <summary>Closes the socket: a FIN, unless it lingers for 0 s.</summary>
    public static void Close(ref Connection connection)
    {
        if (connection.Fd == Connection.NoSocket)
        {
            return;
        }

        SocketCalls.Close(connection.Fd);
        connection.Fd = Connection.NoSocket;
    }

    private SockAddr TargetOf(in Connection connection) => connection.IsOverOtherFamily ? other!.Value : target;

    private int Bind(int fd, int slot)
    {
        switch (source.Binding)
        {
            case SourceBinding.Address:
                SocketCalls.SetOption(fd, SocketOption.IpBindAddressNoPort, 1);
                return SocketCalls.Bind(fd, source.Next(slot));
            case SourceBinding.AddressAndPort:
                // Lets the bind pass over TIME_WAITs of other connections from the same port.
                SocketCalls.SetOption(fd, SocketOption.ReuseAddr, 1);
                return SocketCalls.Bind(fd, source.Next(slot));
            default:
                return 0;
        }
    }
}
