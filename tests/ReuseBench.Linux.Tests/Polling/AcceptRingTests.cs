namespace ReuseBench.Linux.Tests;

/// <summary>Accept by io_uring, on real sockets. A ring belongs to its thread, so each test has one of its own.</summary>
public sealed class AcceptRingTests
{
    private const int Backlog = 512;

    [Fact]
    public void Each_connection_is_taken_once_non_blocking_and_closed_on_exec() => WithRing(ring =>
    {
        using Descriptor listener = Loopback.Listener(Loopback.Inet, out SockAddr address, Backlog);
        Assert.Equal(0, ring.Start(listener.Value));
        Assert.True(ring.IsArmed);
        const int Connections = 40;
        List<Descriptor> clients = [];
        List<Descriptor> accepted = [];
        for (int connection = 0; connection < Connections; connection++)
        {
            clients.Add(Loopback.Connect(address));
            TakeUntil(ring, accepted, connection + 1);
        }

        Assert.True(ring.IsArmed, "a multishot accept goes on");
        Assert.Equal(-ErrnoCode.EAGAIN, SocketCalls.Accept4(listener.Value));
        Assert.Equal(Connections, accepted.Select(a => a.Value).Distinct().Count());
        Assert.All(accepted, socket =>
        {
            Assert.Equal(-ErrnoCode.EAGAIN, SocketCalls.Receive(socket.Value, new byte[1]));
            Assert.Contains("flags:\t02004002", File.ReadAllText($"/proc/self/fdinfo/{socket.Value}"), StringComparison.Ordinal);
        });
        AssertEachOnce(clients, accepted);
        Close(clients, accepted);
    });

    [Fact]
    public void More_than_the_ring_holds_are_kept_by_the_kernel_and_none_is_lost() => WithRing(
        ring =>
        {
            using Descriptor listener = Loopback.Listener(Loopback.Inet, out SockAddr address, Backlog);
            List<Descriptor> clients = [.. Enumerable.Range(0, 60).Select(_ => Loopback.Connect(address))];
            List<Descriptor> accepted = [];
            Assert.Equal(0, ring.Start(listener.Value));
            while (accepted.Count < clients.Count)
            {
                TakeUntil(ring, accepted, accepted.Count + 1);
                if (!ring.IsArmed)
                {
                    Assert.Equal(0, ring.Start(listener.Value));
                }
            }

            AssertEachOnce(clients, accepted);
            Close(clients, accepted);
        },
        completions: 8);

    [Fact]
    public void A_cancelled_accept_loses_nothing_and_gives_the_port_back_at_once() => WithRing(ring =>
    {
        Descriptor listener = Loopback.Listener(Loopback.Inet, out SockAddr address, Backlog);
        Assert.Equal(0, ring.Start(listener.Value));
        List<Descriptor> clients = [.. Enumerable.Range(0, 30).Select(_ => Loopback.Connect(address))];
        List<Descriptor> accepted = [];
        Assert.Equal(0, ring.Cancel());
        End(ring, accepted);

        // What comes from here on stays queued.
        clients.AddRange(Enumerable.Range(0, 10).Select(_ => Loopback.Connect(address)));
        Assert.False(ring.TryTake(out _));
        int fd;
        while ((fd = SocketCalls.Accept4(listener.Value)) >= 0)
        {
            accepted.Add(Descriptor.Own(fd, "accept4", "listener"));
        }

        AssertEachOnce(clients, accepted);
        Close(clients, accepted);
        listener.Dispose();
        using Descriptor next = Loopback.Stream();
        Assert.Equal(0, SocketCalls.SetOption(next.Value, SocketOption.ReuseAddr, 1));
        Assert.Equal(0, SocketCalls.Bind(next.Value, address));
        Assert.Equal(0, SocketCalls.Listen(next.Value, 1));
    });

    [Fact]
    public void An_accept_that_is_under_way_holds_the_port_though_its_listener_is_closed() => WithRing(ring =>
    {
        Descriptor listener = Loopback.Listener(Loopback.Inet, out SockAddr address, Backlog);
        Assert.Equal(0, ring.Start(listener.Value));
        listener.Dispose();
        using Descriptor next = Loopback.Stream();
        Assert.Equal(0, SocketCalls.SetOption(next.Value, SocketOption.ReuseAddr, 1));
        Assert.Equal(-ErrnoCode.EADDRINUSE, SocketCalls.Bind(next.Value, address));
        Assert.Equal(0, ring.Cancel());
        End(ring, []);
        Assert.Equal(0, SocketCalls.Bind(next.Value, address));
    });

    [Fact]
    public void Of_several_rings_on_one_listener_the_first_in_line_takes_everything() => WithRing(first =>
    {
        using AcceptRing second = AcceptRing.Create();
        using AcceptRing third = AcceptRing.Create();
        using Descriptor listener = Loopback.Listener(Loopback.Inet, out SockAddr address, Backlog);
        AcceptRing[] rings = [first, second, third];
        Assert.All(rings, ring => Assert.Equal(0, ring.Start(listener.Value)));
        List<Descriptor> clients = [];
        List<Descriptor> accepted = [];
        for (int connection = 0; connection < 30; connection++)
        {
            clients.Add(Loopback.Connect(address));
            TakeUntil(first, accepted, connection + 1);
        }

        Assert.False(second.TryTake(out _));
        Assert.False(third.TryTake(out _));
        Close(clients, accepted);
    });

    [Fact]
    public void Its_descriptor_is_readable_while_a_connection_waits_in_it() => WithRing(ring =>
    {
        using Epoll epoll = Epoll.Create();
        EpollBuffer events = new(1);
        using Descriptor listener = Loopback.Listener(Loopback.Inet, out SockAddr address, Backlog);
        Assert.Equal(0, epoll.Add(ring.Fd, EpollEvents.In, 7));
        Assert.Equal(0, ring.Start(listener.Value));
        Assert.Equal(0, epoll.Wait(events, 0));
        using Descriptor client = Loopback.Connect(address);
        AwaitReadable(epoll, events);
        Assert.Equal(7ul, events.Data(0));
        Assert.True(ring.TryTake(out int accepted));
        Assert.Equal(0, epoll.Wait(events, 0));
        _ = SocketCalls.Close(accepted);
    });

    [Fact]
    public void An_accept_of_what_does_not_listen_ends_with_its_error() => WithRing(ring =>
    {
        using Descriptor socket = Loopback.Stream();
        Assert.Equal(0, ring.Start(socket.Value));
        Assert.True(ring.TryTake(out int result) || (ring.Wait() == 0 && ring.TryTake(out result)));
        Assert.Equal(-ErrnoCode.EINVAL, result);
        Assert.False(ring.IsArmed);
        Assert.Equal(0, ring.Cancel());
    });

    [Fact]
    public void The_state_says_on_where_a_ring_can_be_made() => Assert.Equal(AcceptRing.WhyNot() is null, AcceptRing.State() == "on");

    private static void WithRing(Action<AcceptRing> test, uint completions = 4096)
    {
        Assert.SkipWhen(AcceptRing.WhyNot() is not null, $"no io_uring here: {AcceptRing.WhyNot()}");
        OwnThread.Run(() =>
        {
            using AcceptRing ring = AcceptRing.Create(completions);
            test(ring);
        });
    }

    private static void TakeUntil(AcceptRing ring, List<Descriptor> accepted, int count)
    {
        while (accepted.Count < count)
        {
            if (ring.TryTake(out int result))
            {
                accepted.Add(Descriptor.Own(result, "accept by io_uring", "listener"));
            }
            else
            {
                Assert.Equal(0, ring.Wait());
            }
        }
    }

    private static void End(AcceptRing ring, List<Descriptor> accepted)
    {
        while (ring.IsArmed)
        {
            if (ring.TryTake(out int result))
            {
                accepted.Add(Descriptor.Own(result, "accept by io_uring", "listener"));
            }
            else if (ring.IsArmed)
            {
                Assert.Equal(0, ring.Wait());
            }
        }
    }

    /// <summary>The kernel's work for a ring interrupts a wait that it makes readable.</summary>
    private static void AwaitReadable(Epoll epoll, EpollBuffer events)
    {
        int count = 0;
        for (int wait = 0; wait < 10 && count == 0; wait++)
        {
            count = epoll.Wait(events, Loopback.TimeoutMs);
        }

        Assert.Equal(1, count);
    }

    /// <summary>Each client's own number comes out of one of the accepted sockets.</summary>
    private static void AssertEachOnce(List<Descriptor> clients, List<Descriptor> accepted)
    {
        for (int client = 0; client < clients.Count; client++)
        {
            Assert.Equal(sizeof(int), SocketCalls.Send(clients[client].Value, BitConverter.GetBytes(client)));
        }

        List<int> numbers = [];
        foreach (Descriptor socket in accepted)
        {
            Loopback.AwaitEvents(socket.Value, EpollEvents.In);
            byte[] number = new byte[sizeof(int)];
            Assert.Equal(number.Length, SocketCalls.Receive(socket.Value, number));
            numbers.Add(BitConverter.ToInt32(number));
        }

        Assert.Equal(Enumerable.Range(0, clients.Count), numbers.Order());
    }

    private static void Close(List<Descriptor> clients, List<Descriptor> accepted)
    {
        // The client's side first and by a reset, so that nothing holds the port.
        clients.ForEach(client =>
        {
            _ = SocketCalls.SetLinger(client.Value, on: true, seconds: 0);
            client.Dispose();
        });
        accepted.ForEach(socket => socket.Dispose());
    }
}
