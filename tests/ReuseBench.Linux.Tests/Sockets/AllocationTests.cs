namespace ReuseBench.Linux.Tests;

public sealed class AllocationTests
{
    private const int Rounds = 200;

    [Fact]
    public void A_connection_from_connect_to_close_allocates_nothing()
    {
        using Descriptor listener = Loopback.Listener(Loopback.Inet, out SockAddr address);
        using Epoll epoll = Epoll.Create();
        using EventFd wake = EventFd.Create();
        EpollBuffer events = new(8);
        byte[] buffer = new byte[64];
        Assert.Equal(0, epoll.Add(wake.Fd, EpollEvents.In, 0));
        using Epoll accepting = Epoll.Create();
        Assert.Equal(0, accepting.Add(listener.Value, EpollEvents.In, 0));
        int client = SocketCalls.StreamNonBlocking(SocketCalls.Inet);
        try
        {
            int listenerFd = listener.Value;
            OneRound(listenerFd, client, address, accepting, epoll, wake, events, buffer);

            long before = GC.GetAllocatedBytesForCurrentThread();
            int failures = 0;
            for (int round = 0; round < Rounds; round++)
            {
                failures += OneRound(listenerFd, client, address, accepting, epoll, wake, events, buffer);
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(0, failures);
            Assert.Equal(0, allocated);
        }
        finally
        {
            SocketCalls.Close(client);
        }
    }

    /// <summary>Every call of the hot paths once. Returns 0, or 1 if one did not do its work.</summary>
    private static int OneRound(
        int listener, int client, in SockAddr address, Epoll accepting, Epoll epoll, EventFd wake, EpollBuffer events, byte[] buffer)
    {
        int connected = SocketCalls.Connect(client, address);
        if (connected is not (0 or -ErrnoCode.EINPROGRESS) || accepting.Wait(events, Loopback.TimeoutMs) != 1)
        {
            return 1;
        }

        int server = SocketCalls.Accept4(listener, out SockAddr peer);
        bool good = server >= 0
            && SocketCalls.GetSockName(client, out SockAddr local) == 0
            && local == peer
            && SocketCalls.SetOption(server, SocketOption.TcpNoDelay, 1) == 0
            && SocketCalls.SetLinger(server, on: true, seconds: 0) == 0
            && epoll.Add(server, EpollEvents.In | EpollEvents.EdgeTriggered, 3) == 0
            && SocketCalls.Send(client, buffer) == buffer.Length
            && epoll.Wait(events, Loopback.TimeoutMs) == 1
            && events.Data(0) == 3
            && SocketCalls.Receive(server, buffer) == buffer.Length
            && SocketCalls.Receive(server, buffer) == -ErrnoCode.EAGAIN
            && SocketCalls.GetError(client) == 0
            && wake.Signal() == 0
            && epoll.WaitNs(events, 1_000_000_000) == 1
            && wake.Drain() == 1
            && epoll.WaitNs(events, 1_000) == 0
            && SocketCalls.Accept4(listener) == -ErrnoCode.EAGAIN
            && ThreadInfo.Usage().CpuNs > 0
            && ThreadInfo.CurrentCpu() >= 0
            && MonotonicClock.NowNs() > 0
            && SocketCalls.Disconnect(client) == 0
            && SocketCalls.Close(server) == 0;
        return good ? 0 : 1;
    }
}
