namespace ReuseBench.Linux.Tests;

public sealed class DisconnectTests
{
    private const ulong ClientMark = 0xC0FFEE;

    [Fact]
    public void Disconnect_resets_the_connection_and_the_descriptor_connects_again_under_its_old_registration()
    {
        using Descriptor listener = Loopback.Listener(Loopback.Inet, out SockAddr address);
        using Descriptor client = Loopback.Connect(address);
        Assert.Equal(0, SocketCalls.SetOption(client.Value, SocketOption.TcpNoDelay, 1));
        using Descriptor server = Loopback.Accept(listener);
        using Epoll epoll = Epoll.Create();
        EpollBuffer events = new(4);
        Assert.Equal(0, epoll.Add(client.Value, EpollEvents.In | EpollEvents.EdgeTriggered, ClientMark));

        Assert.Equal(0, SocketCalls.Disconnect(client.Value));

        // The peer sees a reset, not an end of stream.
        Loopback.AwaitEvents(server.Value, EpollEvents.In);
        Assert.Equal(-ErrnoCode.ECONNRESET, SocketCalls.Receive(server.Value, new byte[1]));

        int connected = SocketCalls.Connect(client.Value, address);
        Assert.Contains(connected, new[] { 0, -ErrnoCode.EINPROGRESS });
        using Descriptor second = Loopback.Accept(listener);
        Assert.Equal(1, Loopback.Option(client, SocketOption.TcpNoDelay));

        // Drain what the reset left behind, so that the next event can only be the new connection's data.
        Assert.InRange(epoll.Wait(events, 0), 0, 1);
        Assert.Equal(1, SocketCalls.Send(second.Value, [42]));
        Assert.Equal(1, epoll.Wait(events, Loopback.TimeoutMs));
        Assert.Equal(ClientMark, events.Data(0));
        byte[] received = new byte[4];
        Assert.Equal(1, SocketCalls.Receive(client.Value, received));
        Assert.Equal(42, received[0]);
    }

    [Fact]
    public void Disconnect_keeps_an_explicitly_bound_port_and_gives_back_a_chosen_one() => OwnNamespace.RunWithLoopback(() =>
    {
        using Descriptor listener = Loopback.Listener(Loopback.Inet, out SockAddr address);
        using Descriptor chosen = Loopback.Connect(address);
        Assert.Equal(0, SocketCalls.GetSockName(chosen.Value, out SockAddr chosenPort));
        Assert.Equal(-ErrnoCode.EADDRINUSE, BindElsewhere(chosenPort));
        Assert.Equal(0, SocketCalls.Disconnect(chosen.Value));
        Assert.Equal(0, BindElsewhere(chosenPort));

        using Descriptor bound = Loopback.Stream();
        Assert.Equal(0, SocketCalls.Bind(bound.Value, Loopback.Inet.WithPort(chosenPort.Port)));
        Assert.Contains(SocketCalls.Connect(bound.Value, address), new[] { 0, -ErrnoCode.EINPROGRESS });
        Loopback.AwaitEvents(bound.Value, EpollEvents.Out);
        Assert.Equal(0, SocketCalls.Disconnect(bound.Value));
        Assert.Equal(-ErrnoCode.EADDRINUSE, BindElsewhere(chosenPort));
    });

    private static int BindElsewhere(in SockAddr address)
    {
        using Descriptor other = Loopback.Stream();
        return SocketCalls.Bind(other.Value, address);
    }
}
