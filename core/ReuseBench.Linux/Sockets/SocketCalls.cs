namespace ReuseBench.Linux;

/// <summary>
/// The socket calls on bare descriptors. Each returns a value that is not negative, or the negative errno
/// (<c>-ErrnoCode.EAGAIN</c>), like the kernel itself; nothing here allocates or throws. EINTR is retried inside. Every
/// descriptor is made with CLOEXEC. Options are in <c>SocketCalls.Options.cs</c>, datagrams in <c>SocketCalls.Datagrams.cs</c>.
/// </summary>
public static unsafe partial class SocketCalls
{
    /// <summary>AF_INET.</summary>
    public const int Inet = LibC.AF_INET;

    /// <summary>AF_INET6.</summary>
    public const int Inet6 = LibC.AF_INET6;

    /// <summary>socket(2) with SOCK_CLOEXEC added to <paramref name="type"/>.</summary>
    public static int Socket(int family, int type, int protocol) =>
        LibC.Result(LibC.socket(family, type | LibC.SOCK_CLOEXEC, protocol));

    /// <summary>A TCP socket whose calls return −EAGAIN where they would wait.</summary>
    /// <param name="family"><see cref="Inet"/> or <see cref="Inet6"/>.</param>
    public static int StreamNonBlocking(int family) => Socket(family, LibC.SOCK_STREAM | LibC.SOCK_NONBLOCK, 0);

    /// <summary>A TCP socket whose calls wait.</summary>
    /// <param name="family"><see cref="Inet"/> or <see cref="Inet6"/>.</param>
    public static int StreamBlocking(int family) => Socket(family, LibC.SOCK_STREAM, 0);

    public static int Bind(int fd, in SockAddr address)
    {
        fixed (SockAddr* pointer = &address)
        {
            return LibC.Result(LibC.bind(fd, pointer, (uint)address.Length));
        }
    }

    /// <param name="fd">A bound stream socket.</param>
    /// <param name="backlog">Connections that may wait, less one: the kernel queues backlog + 1, at most net.core.somaxconn +
    /// 1.</param>
    public static int Listen(int fd, int backlog) => LibC.Result(LibC.listen(fd, backlog));

    /// <summary>Takes a connection off the queue; the new socket is non-blocking. Waits if the listener is blocking.</summary>
    public static int Accept4(int fd)
    {
        int result;
        do
        {
            result = LibC.Result(LibC.accept4(fd, null, null, LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC));
        }
        while (result == -ErrnoCode.EINTR);
        return result;
    }

    /// <summary>
    /// As <see cref="Accept4(int)"/>, with the client's address, which is valid even for a client that has reset already.
    /// </summary>
    public static int Accept4(int fd, out SockAddr peer)
    {
        SockAddr address = default;
        uint length;
        int result;
        do
        {
            length = SockAddr.Capacity;
            result = LibC.Result(LibC.accept4(fd, &address, &length, LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC));
        }
        while (result == -ErrnoCode.EINTR);

        if (result >= 0)
        {
            address.SetLength(length);
        }

        peer = address;
        return result;
    }

    /// <summary>
    /// Starts a connection: −EINPROGRESS on a non-blocking socket. On loopback the handshake is mostly done by then all the same;
    /// on a busy machine the kernel may put it off to ksoftirqd, so that nothing may rest on it.
    /// </summary>
    public static int Connect(int fd, in SockAddr address)
    {
        fixed (SockAddr* pointer = &address)
        {
            int result;
            do
            {
                // Linux resumes the wait of an interrupted connect, so that it may simply be called again.
                result = LibC.Result(LibC.connect(fd, pointer, (uint)address.Length));
            }
            while (result == -ErrnoCode.EINTR);
            return result;
        }
    }

    /// <summary>
    /// connect(2) to AF_UNSPEC: an established connection is reset (RST), a pending one dropped. The descriptor keeps its options
    /// and its epoll registrations and may connect again. An explicitly bound local address stays; a port that the kernel chose
    /// is given back, though getsockname(2) goes on naming it until the next connect. Saves socket, close and epoll_ctl per
    /// connection.
    /// </summary>
    public static int Disconnect(int fd)
    {
        // AF_UNSPEC is 0: a zeroed address says "no peer".
        ulong* storage = stackalloc ulong[2];
        storage[0] = LibC.AF_UNSPEC;
        storage[1] = 0;
        return LibC.Result(LibC.connect(fd, storage, SockAddr.InetLength));
    }

    /// <summary>Bytes taken by the socket, which may be fewer than offered. A broken pipe is −EPIPE, never SIGPIPE.</summary>
    public static int Send(int fd, ReadOnlySpan<byte> data)
    {
        fixed (byte* pointer = data)
        {
            int result;
            do
            {
                result = LibC.Result(LibC.send(fd, pointer, (nuint)data.Length, LibC.MSG_NOSIGNAL));
            }
            while (result == -ErrnoCode.EINTR);
            return result;
        }
    }

    /// <summary>Bytes received; 0 is the peer's end of stream (or an empty buffer).</summary>
    public static int Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            int result;
            do
            {
                result = LibC.Result(LibC.recv(fd, pointer, (nuint)buffer.Length, 0));
            }
            while (result == -ErrnoCode.EINTR);
            return result;
        }
    }

    /// <summary>As <see cref="Receive(int, Span{byte})"/>, for a socket with <see cref="SocketOption.TimestampNs"/>.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="arrivedNs">
    /// When the last of these bytes came to the network stack, CLOCK_REALTIME; 0 where the kernel does not tell, as of an end of stream.
    /// </param>
    public static int Receive(int fd, Span<byte> buffer, out long arrivedNs)
    {
        LibC.TimestampMessage control = default;
        fixed (byte* pointer = buffer)
        {
            LibC.IoVector vector = new() { Base = pointer, Length = (nuint)buffer.Length };
            LibC.MessageHeader message;
            int result;
            do
            {
                message = new() { Vectors = &vector, VectorCount = 1, Control = &control, ControlLength = (nuint)sizeof(LibC.TimestampMessage) };
                result = LibC.Result(LibC.recvmsg(fd, &message, 0));
            }
            while (result == -ErrnoCode.EINTR);

            bool isTold = result > 0 && message.ControlLength >= (nuint)sizeof(LibC.TimestampMessage)
                && control.Level == LibC.SOL_SOCKET && control.Kind == SocketOption.TimestampNs.Name;
            arrivedNs = isTold ? control.Time.TotalNs : 0;
            return result;
        }
    }

    public static int Shutdown(int fd, ShutdownHow how) => LibC.Result(LibC.shutdown(fd, (int)how));

    /// <summary>
    /// Never retried: on Linux the descriptor is gone even when close(2) reports EINTR, and its number may be another's by then.
    /// </summary>
    public static int Close(int fd) => LibC.Result(LibC.close(fd));

    /// <summary>The local address; port 0 before bind or connect.</summary>
    public static int GetSockName(int fd, out SockAddr address)
    {
        SockAddr local = default;
        uint length = SockAddr.Capacity;
        int result = LibC.Result(LibC.getsockname(fd, &local, &length));
        if (result >= 0)
        {
            local.SetLength(length);
        }

        address = local;
        return result;
    }

    /// <summary>A UDP socket whose calls return −EAGAIN where they would wait.</summary>
    /// <param name="family"><see cref="Inet"/> or <see cref="Inet6"/>.</param>
    public static int DatagramNonBlocking(int family) => Socket(family, LibC.SOCK_DGRAM | LibC.SOCK_NONBLOCK, 0);

    public static int SendTo(int fd, ReadOnlySpan<byte> data, in SockAddr address)
    {
        fixed (byte* pointer = data)
        fixed (SockAddr* target = &address)
        {
            int result;
            do
            {
                result = LibC.Result(
                    LibC.sendto(fd, pointer, (nuint)data.Length, LibC.MSG_NOSIGNAL, target, (uint)address.Length));
            }
            while (result == -ErrnoCode.EINTR);
            return result;
        }
    }
}

/// <summary>Which direction <see href="https://man7.org/linux/man-pages/man2/shutdown.2.html">shutdown(2)</see> ends.</summary>
public enum ShutdownHow
{
    Read = LibC.SHUT_RD,
    Write = LibC.SHUT_WR,
    Both = LibC.SHUT_RDWR,
}
