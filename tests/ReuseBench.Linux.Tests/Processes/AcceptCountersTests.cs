using System.Net;
using System.Net.Sockets;

namespace ReuseBench.Linux.Tests;

/// <summary>What threads accept, counted by tracepoints of the kernel.</summary>
public sealed class AcceptCountersTests
{
    [Fact]
    public void Connections_that_a_thread_accepts_are_counted_and_attempts_that_find_none_are_not()
    {
        using AcceptCounters counters = Require();
        using Socket listener = Listen();
        OwnThread.Run(() =>
        {
            RequireCounted(counters.TryAdd(ThreadInfo.Tid(), withDescendants: false));
            Accept(listener, 3);
            _ = Assert.Throws<SocketException>(listener.Accept);
        });
        Assert.Equal(3, Assert.Single(counters.Read()).Accepted);
    }

    [Fact]
    public void What_a_thread_starts_is_counted_with_it_where_that_is_asked_for()
    {
        using AcceptCounters all = Require();
        using AcceptCounters own = Require();
        using Socket listener = Listen();
        OwnThread.Run(() =>
        {
            RequireCounted(all.TryAdd(ThreadInfo.Tid(), withDescendants: true));
            RequireCounted(own.TryAdd(ThreadInfo.Tid(), withDescendants: false));
            Accept(listener, 1);
            OwnThread.Run(() => Accept(listener, 2));
        });
        Assert.Equal((3, 1), (Assert.Single(all.Read()).Accepted, Assert.Single(own.Read()).Accepted));
    }

    [Fact]
    public void A_thread_that_is_not_there_is_an_error_and_no_count()
    {
        using AcceptCounters counters = Require();
        int ended = 0;
        OwnThread.Run(() => ended = ThreadInfo.Tid());

        // Its end is joined before the kernel has taken it out of the process.
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/self/task/{ended}"), Loopback.TimeoutMs));
        Assert.Equal(-ErrnoCode.ESRCH, counters.TryAdd(ended, withDescendants: true));
        Assert.Empty(counters.Read());
    }

    private static AcceptCounters Require()
    {
        AcceptCounters? counters = AcceptCounters.TryOpen(out string? why);
        Assert.SkipWhen(counters is null, $"accepts cannot be counted here: {why}");
        return counters;
    }

    private static void RequireCounted(int result)
    {
        Assert.SkipWhen(result is -ErrnoCode.EACCES or -ErrnoCode.EPERM, "no right to count");
        Assert.Equal(0, result);
    }

    private static Socket Listen()
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    private static void Accept(Socket listener, int count)
    {
        for (int connection = 0; connection < count; connection++)
        {
            using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(listener.LocalEndPoint!);
            using Socket accepted = listener.Accept();
        }
    }
}
