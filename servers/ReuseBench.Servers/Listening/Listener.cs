using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Listening;

/// <summary>A bound TCP socket, listening or about to.</summary>
internal sealed class Listener(Descriptor socket, SockAddr address, IReadOnlyDictionary<string, int> options, BindTimes times) : IDisposable
{
    /// <summary>
    /// Looks at the queue, a millisecond apart: a second or more. By the clock alone those that accept would have had no time where the host stands still
    /// for a second.
    /// </summary>
    private const int LooksAtQueue = 1_000;

    public int Fd { get; } = socket.Value;

    /// <summary>With the port that the kernel chose, where it was asked to.</summary>
    public SockAddr Address { get; } = address;

    /// <summary>Its options as getsockopt(2) gives them back, by name.</summary>
    public IReadOnlyDictionary<string, int> Options { get; } = options;

    /// <summary>Connections that the kernel queues for it, as it gives it back; null for a socket that does not listen.</summary>
    public int? Backlog { get; init; }

    /// <summary>When it came to be.</summary>
    public BindTimes Times { get; } = times;

    /// <summary>
    /// Waits until those that accept have emptied the queue, or a second of looking has passed: what is queued at <see cref="Shutdown"/> is reset
    /// without having been counted.
    /// </summary>
    public void AwaitEmptyQueue()
    {
        using Epoll queue = Epoll.Create();
        EpollBuffer events = new(1);
        LinuxException.ThrowIfError(queue.Add(Fd, EpollEvents.In, 0), "epoll_ctl", Address);
        for (int look = 0; look < LooksAtQueue && queue.Wait(events, 0) > 0; look++)
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>Wakes threads that block in accept4(2) on it, and resets what is queued.</summary>
    public void Shutdown() => SocketCalls.Shutdown(Fd, ShutdownHow.Both);

    public void Dispose() => socket.Dispose();
}

/// <summary>When a listener came to be, CLOCK_MONOTONIC in nanoseconds.</summary>
/// <param name="BindNs">Before bind(2); 0 where another process has bound it.</param>
/// <param name="ListeningNs">After listen(2), or after taking over a socket that listens; 0 for one that does not listen.</param>
internal readonly record struct BindTimes(long BindNs, long ListeningNs = 0);

/// <summary>
/// The one place where a listener gets its options. An option that is off is not touched at all, so a system call trace shows exactly
/// what the variant claims; one that is on is read back. bind(2) is called directly, since .NET's Socket.Bind would set SO_REUSEADDR.
/// </summary>
internal sealed class ListenerFactory
{
    private readonly ServerSettings _settings;
    private readonly SockAddr _address;

    /// <param name="settings">Address, backlog and options.</param>
    /// <param name="port">The port to bind; 0 lets the kernel choose.</param>
    public ListenerFactory(ServerSettings settings, int port)
    {
        _settings = settings;
        _address = SockAddr.From(settings.Bind, (ushort)port);
    }

    /// <summary>A listener whose accept4(2) returns −EAGAIN where it would wait.</summary>
    /// <exception cref="UsageException">The address cannot be bound.</exception>
    public Listener Open()
    {
        int errno = TryOpen(out Listener? listener);
        return listener ?? throw CannotBind(errno);
    }

    /// <summary>A listener whose accept4(2) waits.</summary>
    /// <exception cref="UsageException">The address cannot be bound.</exception>
    public Listener OpenBlocking()
    {
        Descriptor socket = Own(SocketCalls.StreamBlocking(_address.Family));
        int errno = TryListen(socket, out Listener? listener);
        return listener ?? throw CannotBind(errno);
    }

    /// <summary>As <see cref="Open"/>; gives the errno of bind(2) or listen(2) where the address is taken, 0 otherwise.</summary>
    public int TryOpen(out Listener? listener) => TryListen(Own(SocketCalls.StreamNonBlocking(_address.Family)), out listener);

    /// <summary>Takes over a socket that listens already; its options are its maker's.</summary>
    /// <exception cref="UsageException">It does not listen.</exception>
    public Listener Adopt(Descriptor socket)
    {
        LinuxException.ThrowIfError(
            SocketCalls.GetOption(socket.Value, SocketOption.AcceptConn, out int listens), "getsockopt", "SO_ACCEPTCONN of an inherited socket");
        if (listens == 0)
        {
            socket.Dispose();
            throw new UsageException($"the socket that was handed over for {_address} does not listen; hand over a listening one");
        }

        return Describe(socket, new BindTimes(BindNs: 0, MonotonicClock.NowNs()));
    }

    /// <summary>
    /// A socket that is bound but does not listen: it gets no connections, and keeps the port for a group whose members bind it one by one.
    /// </summary>
    /// <exception cref="UsageException">The address cannot be bound.</exception>
    public Listener Reserve()
    {
        Descriptor socket = Own(SocketCalls.StreamNonBlocking(_address.Family));
        int errno = TryBind(socket);
        return errno == 0 ? Describe(socket, default) : throw CannotBind(errno);
    }

    /// <summary>
    /// Refuses a port on which somebody listens, also where bind(2) would not: with SO_REUSEPORT it joins the group of the same user without
    /// a word. A bind without the option tells whether the addresses meet; it counts only where somebody listens, since TIME_WAIT fails it too.
    /// </summary>
    /// <exception cref="UsageException">Somebody listens there.</exception>
    public void RequireNoListener()
    {
        if (_address.Port == 0 || TcpTable.Read().Count(TcpState.Listen, _address.Port) == 0)
        {
            return;
        }

        using Descriptor probe = Own(SocketCalls.StreamNonBlocking(_address.Family));
        if (SocketCalls.Bind(probe.Value, _address) == -ErrnoCode.EADDRINUSE)
        {
            throw CannotBind(ErrnoCode.EADDRINUSE);
        }
    }

    private Descriptor Own(int result) => Descriptor.Own(result, "socket", _address.ToString());

    private int TryListen(Descriptor socket, out Listener? listener)
    {
        listener = null;
        long bindNs = MonotonicClock.NowNs();
        int errno = TryBind(socket);
        if (errno != 0)
        {
            return errno;
        }

        int result = SocketCalls.Listen(socket.Value, _settings.Backlog);
        if (result < 0)
        {
            socket.Dispose();
            return -result;
        }

        listener = Describe(socket, new BindTimes(bindNs, MonotonicClock.NowNs()));
        return 0;
    }

    /// <returns>0, or the errno of bind(2); the socket is closed then.</returns>
    private int TryBind(Descriptor socket)
    {
        try
        {
            Set(socket.Value, SocketOption.ReuseAddr, _settings.EffectiveReuseAddr);
            Set(socket.Value, SocketOption.ReusePort, _settings.EffectiveReusePort);
            if (_settings.TakesBothFamilies)
            {
                // Whatever net.ipv6.bindv6only is.
                TurnOff(socket.Value, SocketOption.Ipv6Only);
            }

            // Accepted sockets inherit it from the listener, which saves a call for each connection.
            Set(socket.Value, SocketOption.TcpNoDelay, true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        int result = SocketCalls.Bind(socket.Value, _address);
        if (result < 0)
        {
            socket.Dispose();
        }

        return -result;
    }

    private void Set(int fd, SocketOption option, bool on)
    {
        if (on)
        {
            LinuxException.ThrowIfError(SocketCalls.SetOption(fd, option, 1), "setsockopt", $"{option.Text} of {_address}");
        }

        if ((Get(fd, option) != 0) != on)
        {
            throw new InvalidOperationException($"{option.Text} of {_address} is {(on ? "off after it was set" : "on though nothing set it")}");
        }
    }

    private void TurnOff(int fd, SocketOption option)
    {
        LinuxException.ThrowIfError(SocketCalls.SetOption(fd, option, 0), "setsockopt", $"{option.Text} of {_address}");
        Set(fd, option, on: false);
    }

    private int Get(int fd, SocketOption option)
    {
        LinuxException.ThrowIfError(SocketCalls.GetOption(fd, option, out int value), "getsockopt", $"{option.Text} of {_address}");
        return value;
    }

    private Listener Describe(Descriptor socket, BindTimes times)
    {
        int fd = socket.Value;
        LinuxException.ThrowIfError(SocketCalls.GetSockName(fd, out SockAddr bound), "getsockname", _address);
        SocketOption[] reported =
        [
            SocketOption.ReuseAddr, SocketOption.ReusePort, SocketOption.TcpNoDelay,
            .. _address.Family == SocketCalls.Inet6 ? [SocketOption.Ipv6Only] : Array.Empty<SocketOption>(),
        ];
        return new Listener(socket, bound, reported.ToDictionary(option => option.Text, option => Get(fd, option)), times)
        {
            Backlog = times.ListeningNs == 0 ? null : BacklogOf(fd),
        };
    }

    private int BacklogOf(int fd)
    {
        LinuxException.ThrowIfError(SocketCalls.GetListenBacklog(fd, out int backlog), "getsockopt", $"the backlog of {_address}");
        return backlog;
    }

    /// <summary>The one line for an address that cannot be bound.</summary>
    public UsageException CannotBind(int errno)
    {
        int port = _address.Port;
        string name = new Errno(errno).Name;
        string problem = errno switch
        {
            ErrnoCode.EADDRINUSE => $"port {port} on {_settings.Bind} is taken ({name}); choose another --port, or 0 for a free one",
            ErrnoCode.EADDRNOTAVAIL => $"address {_settings.Bind} is not one of this host ({name}); choose another --bind, such as 127.0.0.1",
            ErrnoCode.EACCES => $"port {port} on {_settings.Bind} is reserved ({name}); choose a --port from 1024 up, or 0 for a free one",
            _ => $"port {port} on {_settings.Bind} cannot be bound: {new Errno(errno)}; choose another --port or --bind",
        };
        return errno is ErrnoCode.EADDRINUSE or ErrnoCode.EACCES ? UsageException.OfHost(problem) : new UsageException(problem);
    }
}
