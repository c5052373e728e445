using System.Net;

namespace ReuseBench.Linux.Tests;

public sealed class ConnectionTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Bytes_go_both_ways_over_a_connection(string loopback)
    {
        using Descriptor listener = Loopback.Listener(SockAddr.From(IPAddress.Parse(loopback), 0), out SockAddr address);
        using Descriptor client = Loopback.Connect(address);
        Loopback.AwaitEvents(listener.Value, EpollEvents.In);
        using Descriptor server = Descriptor.Own(SocketCalls.Accept4(listener.Value, out SockAddr peer), "accept4", "listener");

        Assert.Equal(0, SocketCalls.GetSockName(client.Value, out SockAddr local));
        Assert.Equal(local, peer);

        AssertArrives(client, server, [1, 2, 3]);
        AssertArrives(server, client, [4, 5]);

        Assert.Equal(0, SocketCalls.Shutdown(client.Value, ShutdownHow.Write));
        Loopback.AwaitEvents(server.Value, EpollEvents.RdHup);
        Assert.Equal(0, SocketCalls.Receive(server.Value, new byte[1]));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void The_kernel_tells_when_bytes_came_however_late_they_are_read(string loopback)
    {
        const long ToleranceNs = 1_000_000;
        using Descriptor listener = Loopback.Listener(SockAddr.From(IPAddress.Parse(loopback), 0), out SockAddr address);
        (Descriptor client, Descriptor server) = Loopback.Pair(listener, address);
        using (client)
        using (server)
        {
            // The kernel begins to stamp soon after the first socket that wants it: what came before has no stamp.
            Assert.Equal(0, SocketCalls.SetOption(client.Value, SocketOption.TimestampNs, 1));
            byte[] buffer = new byte[16];
            long cameNs = 0;
            long beforeNs = 0;
            for (int i = 0; i < 1000 && cameNs == 0; i++)
            {
                beforeNs = MonotonicClock.NowNs();
                Assert.Equal(3, SocketCalls.Send(server.Value, [1, 2, 3]));
                Loopback.AwaitEvents(client.Value, EpollEvents.In);
                long thereNs = MonotonicClock.NowNs();
                MonotonicClock.SleepUntil(thereNs + (5 * ToleranceNs));
                Assert.Equal(3, SocketCalls.Receive(client.Value, buffer, out cameNs));
                Assert.True(cameNs == 0 || cameNs - MonotonicClock.RealtimeOffsetNs() < thereNs + ToleranceNs, "stamped when it was read");
            }

            Assert.True(cameNs - MonotonicClock.RealtimeOffsetNs() > beforeNs - ToleranceNs, $"{cameNs} came before it was sent");
            Assert.Equal(-ErrnoCode.EAGAIN, SocketCalls.Receive(client.Value, buffer, out cameNs));
            Assert.Equal(0, cameNs);
        }
    }

    [Fact]
    public void Accept_on_an_empty_queue_would_wait()
    {
        using Descriptor listener = Loopback.Listener(Loopback.Inet, out _);
        Assert.Equal(-ErrnoCode.EAGAIN, SocketCalls.Accept4(listener.Value));
        Assert.Equal(-ErrnoCode.EAGAIN, SocketCalls.Accept4(listener.Value, out SockAddr peer));
        Assert.Equal(default, peer);
    }

    [Fact]
    public void A_port_that_is_listened_on_cannot_be_bound_again()
    {
        using Descriptor listener = Loopback.Listener(Loopback.Inet, out SockAddr address);
        using Descriptor second = Loopback.Stream();
        Assert.Equal(0, SocketCalls.SetOption(second.Value, SocketOption.ReuseAddr, 1));
        int result = SocketCalls.Bind(second.Value, address);
        Assert.Equal(-ErrnoCode.EADDRINUSE, result);

        LinuxException error = Assert.Throws<LinuxException>(() => LinuxException.ThrowIfError(result, "bind", address));
        Assert.StartsWith($"bind {address}: EADDRINUSE (Address already in use); ", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Nobody_listening_is_refused() => OwnNamespace.RunWithLoopback(() =>
    {
        SockAddr address;
        using (Loopback.Listener(Loopback.Inet, out address))
        {
        }

        using Descriptor client = Loopback.Stream();
        int result = SocketCalls.Connect(client.Value, address);
        if (result == -ErrnoCode.EINPROGRESS)
        {
            Loopback.AwaitEvents(client.Value, EpollEvents.Out);
            result = SocketCalls.GetError(client.Value);
        }

        Assert.Equal(-ErrnoCode.ECONNREFUSED, result);
    });

    [Fact]
    public void A_write_after_a_reset_is_a_broken_pipe_and_no_signal()
    {
        using Descriptor listener = Loopback.Listener(Loopback.Inet, out SockAddr address);
        (Descriptor client, Descriptor server) = Loopback.Pair(listener, address);
        using (client)
        {
            Assert.Equal(0, SocketCalls.SetLinger(server.Value, on: true, seconds: 0));
            server.Dispose();
            Loopback.AwaitEvents(client.Value, EpollEvents.In);
            Assert.Equal(-ErrnoCode.ECONNRESET, SocketCalls.Receive(client.Value, new byte[1]));
            Assert.Equal(-ErrnoCode.EPIPE, SocketCalls.Send(client.Value, [1]));
        }
    }

    [Fact]
    public void Listeners_with_reuseport_share_one_port_and_all_connections_arrive()
    {
        const int members = 3;
        const int connections = 60;
        List<Descriptor> owned = [];
        try
        {
            SockAddr address = Loopback.Inet;
            for (int member = 0; member < members; member++)
            {
                Descriptor listener = Loopback.Stream();
                owned.Add(listener);
                Assert.Equal(0, SocketCalls.SetOption(listener.Value, SocketOption.ReusePort, 1));
                Assert.Equal(0, SocketCalls.Bind(listener.Value, address));
                Assert.Equal(0, SocketCalls.Listen(listener.Value, connections));
                Assert.Equal(0, SocketCalls.GetSockName(listener.Value, out address));
            }

            for (int connection = 0; connection < connections; connection++)
            {
                owned.Add(Loopback.Connect(address));
            }

            int[] accepted = AcceptUntil(connections, [.. owned.Take(members).Select(listener => listener.Value)]);
            Assert.Equal(connections, accepted.Sum());

            // All on one of three by chance: 3 · (1/3)^60.
            Assert.True(accepted.Max() < connections, "every connection went to one listener");
        }
        finally
        {
            owned.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public void A_classic_BPF_program_picks_the_listener()
    {
        using Descriptor first = Loopback.Stream();
        Assert.Equal(0, SocketCalls.SetOption(first.Value, SocketOption.ReusePort, 1));
        Assert.Equal(0, SocketCalls.Bind(first.Value, Loopback.Inet));
        Assert.Equal(0, SocketCalls.Listen(first.Value, 32));
        Assert.Equal(0, SocketCalls.GetSockName(first.Value, out SockAddr address));
        using Descriptor second = Loopback.Stream();
        Assert.Equal(0, SocketCalls.SetOption(second.Value, SocketOption.ReusePort, 1));
        Assert.Equal(0, SocketCalls.Bind(second.Value, address));
        Assert.Equal(0, SocketCalls.Listen(second.Value, 32));

        Assert.Equal(0, SocketCalls.AttachReuseportCbpf(first.Value, [new CbpfInstruction(CbpfOpcode.ReturnConstant, 0, 0, 1)]));
        List<Descriptor> clients = [.. Enumerable.Range(0, 20).Select(_ => Loopback.Connect(address))];
        clients.ForEach(client => client.Dispose());
        Assert.Equal([0, clients.Count], AcceptUntil(clients.Count, first.Value, second.Value));
    }

    [Fact]
    public void A_datagram_reaches_the_address_it_is_sent_to()
    {
        using Descriptor receiver = Descriptor.Own(SocketCalls.DatagramNonBlocking(SocketCalls.Inet), "socket", "udp");
        using Descriptor sender = Descriptor.Own(SocketCalls.DatagramNonBlocking(SocketCalls.Inet), "socket", "udp");
        Assert.Equal(0, SocketCalls.Bind(receiver.Value, Loopback.Inet));
        Assert.Equal(0, SocketCalls.GetSockName(receiver.Value, out SockAddr address));

        byte[] buffer = new byte[16];
        Assert.Equal(-ErrnoCode.EAGAIN, SocketCalls.Receive(receiver.Value, buffer));
        Assert.Equal(3, SocketCalls.SendTo(sender.Value, [7, 8, 9], address));
        Loopback.AwaitEvents(receiver.Value, EpollEvents.In);
        Assert.Equal(3, SocketCalls.Receive(receiver.Value, buffer));
        Assert.Equal([7, 8, 9], buffer[..3]);
    }

    /// <summary>A listener may have the last ACK of a handshake a moment after its client has sent it.</summary>
    private static int[] AcceptUntil(int connections, params int[] listeners)
    {
        int[] accepted = new int[listeners.Length];
        SpinWait.SpinUntil(
            () =>
            {
                for (int i = 0; i < listeners.Length; i++)
                {
                    accepted[i] += AcceptAll(listeners[i]);
                }

                return accepted.Sum() >= connections;
            },
            Loopback.TimeoutMs);
        return accepted;
    }

    private static int AcceptAll(int listener)
    {
        for (int count = 0; ; count++)
        {
            int fd = SocketCalls.Accept4(listener);
            if (fd < 0)
            {
                Assert.Equal(-ErrnoCode.EAGAIN, fd);
                return count;
            }

            Assert.Equal(0, SocketCalls.Close(fd));
        }
    }

    private static void AssertArrives(Descriptor from, Descriptor to, byte[] data)
    {
        byte[] buffer = new byte[16];
        Assert.Equal(-ErrnoCode.EAGAIN, SocketCalls.Receive(to.Value, buffer));
        Assert.Equal(data.Length, SocketCalls.Send(from.Value, data));
        Loopback.AwaitEvents(to.Value, EpollEvents.In);
        Assert.Equal(data.Length, SocketCalls.Receive(to.Value, buffer));
        Assert.Equal(data, buffer[..data.Length]);
    }
}
