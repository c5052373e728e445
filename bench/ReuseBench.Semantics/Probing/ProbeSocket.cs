using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;
using SocketOption = ReuseBench.Linux.SocketOption;

namespace ReuseBench.Semantics.Probing;

/// <summary>
/// A socket made by bare system calls, so that it has exactly the options that a case names and no others; each call is
/// written to the trace where there is one.
/// </summary>
internal sealed class ProbeSocket : IDisposable
{
    private const int Backlog = 128;

    private readonly Transport _transport;
    private readonly CallTrace? _trace;
    private bool _closed;

    private ProbeSocket(string name, int fd, Transport transport, CallTrace? trace)
    {
        Name = name;
        Fd = fd;
        _transport = transport;
        _trace = trace;
    }

    /// <summary>What the trace calls it.</summary>
    public string Name { get; }

    public int Fd { get; }

    /// <exception cref="LinuxException">No such family here, or no descriptor left.</exception>
    public static ProbeSocket Open(string name, Transport transport, AddressFamily family, CallTrace? trace)
    {
        bool v6 = family == AddressFamily.InterNetworkV6;
        int kernelFamily = v6 ? SocketCalls.Inet6 : SocketCalls.Inet;
        int fd = transport == Transport.Tcp ? SocketCalls.StreamNonBlocking(kernelFamily) : SocketCalls.DatagramNonBlocking(kernelFamily);
        trace?.Call($"{name} = socket({(v6 ? "AF_INET6" : "AF_INET")}, {(transport == Transport.Tcp ? "SOCK_STREAM" : "SOCK_DGRAM")})", fd);
        LinuxException.ThrowIfError(fd, "socket", name);
        return new ProbeSocket(name, fd, transport, trace);
    }

    /// <summary>Sets what the options name and leaves the rest as the kernel made it.</summary>
    public ProbeSocket With(ReuseOptions options)
    {
        if (options.HasFlag(ReuseOptions.Reuseaddr))
        {
            Set(SocketOption.ReuseAddr, 1);
        }

        if (options.HasFlag(ReuseOptions.Reuseport))
        {
            Set(SocketOption.ReusePort, 1);
        }

        return this;
    }

    /// <summary>IPV6_V6ONLY as the address wants it, whatever net.ipv6.bindv6only says.</summary>
    public ProbeSocket WithFamilyOf(BindAddress address)
    {
        if (address.Address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            Set(SocketOption.Ipv6Only, address.V6Only ? 1 : 0);
        }

        return this;
    }

    public ProbeSocket WithDevice(string? device)
    {
        if (device is not null)
        {
            int result = SocketCalls.BindToDevice(Fd, device);
            _trace?.Call($"setsockopt({Name}, SOL_SOCKET, SO_BINDTODEVICE, \"{device}\")", result);
            LinuxException.ThrowIfError(result, "setsockopt", $"SO_BINDTODEVICE {device}");
        }

        return this;
    }

    public void Set(SocketOption option, int value)
    {
        int result = SocketCalls.SetOption(Fd, option, value);
        _trace?.Call($"setsockopt({Name}, {(option == SocketOption.Ipv6Only ? "IPPROTO_IPV6" : "SOL_SOCKET")}, {option}, {value})", result);
        LinuxException.ThrowIfError(result, "setsockopt", option.Text);
    }

    /// <summary>0, or the negative errno: it is what many a probe is about.</summary>
    public int Bind(IPAddress address, ushort port)
    {
        SockAddr local = SockAddr.From(address, port);
        int result = SocketCalls.Bind(Fd, local);
        _trace?.Call($"bind({Name}, {local})", result);
        return result;
    }

    /// <summary>0, or the negative errno.</summary>
    public int Listen()
    {
        int result = SocketCalls.Listen(Fd, Backlog);
        _trace?.Call($"listen({Name}, {Backlog})", result);
        return result;
    }

    /// <summary>Starts a connection (TCP); −EINPROGRESS is as good as 0.</summary>
    public int Connect(IPAddress address, ushort port)
    {
        SockAddr peer = SockAddr.From(address, port);
        int result = SocketCalls.Connect(Fd, peer);
        result = result == -ErrnoCode.EINPROGRESS ? 0 : result;
        _trace?.Call($"connect({Name}, {peer})", result);
        return result;
    }

    /// <summary>Sends one datagram (UDP).</summary>
    public int SendTo(IPAddress address, ushort port) => SocketCalls.SendTo(Fd, "?"u8, SockAddr.From(address, port));

    /// <summary>The next connection, or null where none waits.</summary>
    public ProbeSocket? TryAccept(string name)
    {
        int fd = SocketCalls.Accept4(Fd);
        if (fd < 0)
        {
            return null;
        }

        _trace?.Call($"{name} = accept({Name})", fd);
        return new ProbeSocket(name, fd, _transport, _trace);
    }

    /// <summary>Takes the next connection (and resets it) or datagram; false where none waits, or where the socket does not receive.</summary>
    public bool TryTake()
    {
        if (_transport == Transport.Udp)
        {
            Span<byte> buffer = stackalloc byte[8];
            return SocketCalls.Receive(Fd, buffer) >= 0;
        }

        using ProbeSocket? connection = TryAccept("connection");
        connection?.ResetOnClose();
        return connection is not null;
    }

    /// <summary>Ends this side of the connection.</summary>
    public void ShutdownWrite()
    {
        int result = SocketCalls.Shutdown(Fd, ShutdownHow.Write);
        _trace?.Call($"shutdown({Name}, SHUT_WR)", result);
        LinuxException.ThrowIfError(result, "shutdown", Name);
    }

    /// <summary>Makes the close a RST, which leaves no TIME_WAIT.</summary>
    public void ResetOnClose() => LinuxException.ThrowIfError(SocketCalls.SetLinger(Fd, on: true, seconds: 0), "setsockopt", "SO_LINGER");

    public SockAddr LocalAddress()
    {
        LinuxException.ThrowIfError(SocketCalls.GetSockName(Fd, out SockAddr local), "getsockname", Name);
        return local;
    }

    /// <summary>Whether the connection failed: refused or reset.</summary>
    public bool HasFailed() => SocketCalls.GetError(Fd) < 0;

    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            int result = SocketCalls.Close(Fd);
            _trace?.Call($"close({Name})", result);
        }
    }
}

/// <summary>Waits, always within a limit, for what the kernel nearly always has done already. One thread's.</summary>
internal sealed class SocketWaiter : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly Epoll _epoll = Epoll.Create();
    private readonly EpollBuffer _events = new(4);

    /// <summary>Repeats <paramref name="attempt"/> until it succeeds, sleeping on the sockets between attempts.</summary>
    /// <returns>False when the limit was reached.</returns>
    public bool Until(Func<bool> attempt, params ReadOnlySpan<ProbeSocket> sockets)
    {
        long started = Stopwatch.GetTimestamp();
        while (!attempt())
        {
            TimeSpan left = Limit - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            WaitForAny(sockets, left);
        }

        return true;
    }

    /// <summary>Repeats <paramref name="attempt"/> every millisecond until it succeeds: for states that no descriptor reports.</summary>
    /// <returns>False when the limit was reached.</returns>
    public static bool Poll(Func<bool> attempt) => MonotonicClock.WaitUntil(attempt, Limit, TimeSpan.FromMilliseconds(1));

    public void Dispose() => _epoll.Dispose();

    private void WaitForAny(ReadOnlySpan<ProbeSocket> sockets, TimeSpan limit)
    {
        foreach (ProbeSocket socket in sockets)
        {
            LinuxException.ThrowIfError(_epoll.Add(socket.Fd, EpollEvents.In, 0), "epoll_ctl", socket.Name);
        }

        LinuxException.ThrowIfError(_epoll.Wait(_events, limit), "epoll_wait", "sockets of a probe");
        foreach (ProbeSocket socket in sockets)
        {
            _ = _epoll.Delete(socket.Fd);
        }
    }
}

/// <summary>The system calls of one probe in their order, as lines that a reader can follow and repeat.</summary>
internal sealed class CallTrace
{
    private const int ResultColumn = 64;

    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    /// <param name="call">As it would be written in C.</param>
    /// <param name="result">Not negative, or the negative errno.</param>
    public void Call(string call, int result) =>
        _lines.Add($"{call.PadRight(ResultColumn)} = {(result < 0 ? $"-1 {Errno.FromResult(result)}" : "0")}");

    /// <summary>A line that says what the calls around it are for, or what they came to.</summary>
    public void Note(string text) => _lines.Add($"# {text}");
}
