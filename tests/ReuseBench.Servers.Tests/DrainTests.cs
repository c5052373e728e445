using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Tests;

/// <summary>The queue of a listener that is emptied before it closes.</summary>
public sealed class DrainTests
{
    private const int Queued = 60;

    private const long Ms = 1_000_000;

    /// <summary>More than a second of work in all.</summary>
    private static readonly ServerSettings Slow = new()
    {
        Variant = Variant.Shared,
        Accept = AcceptMode.EpollExclusive,
        ServiceTime = new ServiceTime(Duration.FromMilliseconds(20), Exponential: false),
    };

    [Fact]
    public void A_queue_that_takes_longer_than_the_patience_with_it_is_left()
    {
        using ServerHost server = ServerHost.Start(Slow);
        RawClient[] clients = Queue(server.Ready.Port);
        long beganNs = MonotonicClock.NowNs();
        Assert.False(server.Workers.TryEmptyListener(beganNs + (200 * Ms)));
        Assert.InRange(server.Workers.LastAcceptNs, beganNs, long.MaxValue);
        Assert.True(server.Stop().Accepted < Queued, "all were accepted, so the time was not up");
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public void A_queue_that_can_be_emptied_in_time_is_answered_to_its_end()
    {
        using ServerHost server = ServerHost.Start(Slow);
        RawClient[] clients = Queue(server.Ready.Port);
        Assert.True(server.Workers.TryEmptyListener(MonotonicClock.NowNs() + (60_000 * Ms)));
        Assert.Equal(Queued, server.Stop().Accepted);
        Assert.All(clients, client => Assert.Equal(200, client.ReadAnswer().Status));
        Array.ForEach(clients, client => client.Dispose());
    }

    private static RawClient[] Queue(int port) =>
    [
        .. Enumerable.Range(0, Queued).Select(_ =>
        {
            RawClient client = RawClient.Connect(port);
            client.Send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            return client;
        }),
    ];
}
