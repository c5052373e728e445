namespace ReuseBench.Linux.Tests;

public sealed class AllocationTests
{
    private const int Rounds = 200;

    [Fact]
    public void A_connection_from_connect_to_close_allocates_nothing()
    {
        // Apart from the host's ports where that is allowed: on a loaded host a connect may find none.
        if (NetworkNamespace.CanHaveOne(out _))
        {
            OwnNamespace.RunWithLoopback(AssertAllocatesNothing);
        }
        else
        {
            AssertAllocatesNothing();
        }
    }

    private static void AssertAllocatesNothing()
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
            Assert.Equal(0, OneRound(listenerFd, client, address, accepting, epoll, wake, events, buffer));

            long before = GC.GetAllocatedBytesForCurrentThread();
            int failedStep = 0;
            for (int round = 0; round < Rounds && failedStep == 0; round++)
            {
                failedStep = OneRound(listenerFd, client, address, accepting, epoll, wake, events, buffer);
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(0, failedStep);
            Assert.Equal(0, allocated);
        }
        finally
        {
            SocketCalls.Close(client);
        }
    }

    /// <summary>Every call of the hot paths once. Returns 0, or the number of the one that did not do its work.</summary>
    private static int OneRound(
        int listener,
        int client,
        in SockAddr address,
        Epoll accepting,
        Epoll epoll,
        EventFd wake,
        EpollBuffer events,
        byte[] buffer)
    {
        // The step that failed says which call it was.
        int step = 0;
        bool Did(bool success)
        {
            step++;
            return success;
        }

        int server = -1;
        SockAddr peer = default;
        bool all = Did(SocketCalls.Connect(client, address) is 0 or -ErrnoCode.EINPROGRESS)
            && Did(accepting.Wait(events, Loopback.TimeoutMs) == 1)
            && Did((server = SocketCalls.Accept4(listener, out peer)) >= 0)
            && Did(SocketCalls.GetSockName(client, out SockAddr local) == 0 && local == peer)
            && Did(SocketCalls.SetOption(server, SocketOption.TcpNoDelay, 1) == 0)
            && Did(SocketCalls.SetLinger(server, on: true, seconds: 0) == 0)
            && Did(epoll.Add(server, EpollEvents.In | EpollEvents.EdgeTriggered, 3) == 0)
            && Did(SocketCalls.Send(client, buffer) == buffer.Length)
            && Did(epoll.Wait(events, Loopback.TimeoutMs) == 1 && events.Data(0) == 3)
            && Did(SocketCalls.Receive(server, buffer) == buffer.Length)
            && Did(SocketCalls.Receive(server, buffer) == -ErrnoCode.EAGAIN)
            && Did(SocketCalls.GetError(client) == 0)
            && Did(wake.Signal() == 0)
            && Did(epoll.WaitNs(events, 1_000_000_000) == 1)
            && Did(wake.Drain() == 1)
            && Did(epoll.WaitNs(events, 1_000) == 0)
            && Did(SocketCalls.Accept4(listener) == -ErrnoCode.EAGAIN)
            && Did(ThreadInfo.Usage().CpuNs > 0)
            && Did(ThreadInfo.CurrentCpu() >= 0)
            && Did(SocketCalls.Disconnect(client) == 0)
            && Did(SocketCalls.Close(server) == 0);
        return all ? 0 : step;
    }
}
