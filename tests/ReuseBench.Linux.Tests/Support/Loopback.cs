using System.Net;

namespace ReuseBench.Linux.Tests;

/// <summary>Sockets on the loopback addresses, owned by the test that asks for them.</summary>
internal static class Loopback
{
    internal const int TimeoutMs = 60_000;

    internal static readonly SockAddr Inet = SockAddr.From(IPAddress.Loopback, 0);
    internal static readonly SockAddr Inet6 = SockAddr.From(IPAddress.IPv6Loopback, 0);

    internal static Descriptor Stream(int family = SocketCalls.Inet) =>
        Descriptor.Own(SocketCalls.StreamNonBlocking(family), "socket", "stream");

    internal static Descriptor Listener(in SockAddr address, out SockAddr bound, int backlog = 16)
    {
        Descriptor listener = Stream(address.Family);
        Assert.Equal(0, SocketCalls.Bind(listener.Value, address));
        Assert.Equal(0, SocketCalls.Listen(listener.Value, backlog));
        Assert.Equal(0, SocketCalls.GetSockName(listener.Value, out bound));
        return listener;
    }

    /// <summary>A connection, once the handshake is done.</summary>
    internal static Descriptor Connect(in SockAddr address)
    {
        Descriptor client = Stream(address.Family);
        Assert.Contains(SocketCalls.Connect(client.Value, address), new[] { 0, -ErrnoCode.EINPROGRESS });
        AwaitEvents(client.Value, EpollEvents.Out);
        Assert.Equal(0, SocketCalls.GetError(client.Value));
        return client;
    }

    internal static Descriptor Accept(Descriptor listener)
    {
        AwaitEvents(listener.Value, EpollEvents.In);
        return Descriptor.Own(SocketCalls.Accept4(listener.Value), "accept4", "listener");
    }

    /// <summary>Both ends of one connection.</summary>
    internal static (Descriptor Client, Descriptor Server) Pair(Descriptor listener, in SockAddr address)
    {
        Descriptor client = Connect(address);
        return (client, Accept(listener));
    }

    internal static EpollEvents AwaitEvents(int fd, EpollEvents events)
    {
        using Epoll epoll = Epoll.Create();
        EpollBuffer buffer = new(1);
        Assert.Equal(0, epoll.Add(fd, events, 0));
        Assert.Equal(1, epoll.Wait(buffer, TimeoutMs));
        return buffer.Events(0);
    }

    internal static int Option(Descriptor socket, SocketOption option)
    {
        Assert.Equal(0, SocketCalls.GetOption(socket.Value, option, out int value));
        return value;
    }
}
