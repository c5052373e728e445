using System.Net;
using ReuseBench.Linux;

namespace ReuseBench.Micro.Kernel;

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
