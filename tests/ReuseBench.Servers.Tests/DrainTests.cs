using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;
using ReuseBench.TestSupport;

namespace ReuseBench.Servers.Tests;

/// <summary>The queue of a listener that is emptied before it closes.</summary>
public sealed class DrainTests
{
    private const int Queued = 60;

    private const long Ms = 1_000_000;

    /// <summary>More than a second of CPU time in all.</summary>
    private static readonly ServerSettings Slow = new()
    {
        Variant = Variant.Shared,
        Accept = AcceptMode.EpollExclusive,
        ServiceTime = new ServiceTime(Duration.FromMilliseconds(20), Kind: ServiceKind.Cpu),
    };

    [Fact]
    [Trait("needs", "quiet")]
    public void A_queue_that_takes_longer_than_the_patience_with_it_is_left()
    {
        // Where the host held up who queues them, the server is with the last of them already.
        BusyHost watch = BusyHost.Watch();
        for (int attempt = 0; attempt < BusyHost.Attempts; attempt++)
        {
            using ServerHost server = ServerHost.Start(Slow);
            RawClient[] clients = Queue(server.Ready.Port);
            bool isLong = server.Page.Worker(0).Accepted < Queued / 2;
            long beganNs = MonotonicClock.NowNs();
            bool isEmptied = server.Workers.TryEmptyListener(beganNs + (200 * Ms));
            long lastAcceptNs = server.Workers.LastAcceptNs;
            long accepted = server.Stop().Accepted;
            Array.ForEach(clients, client => client.Dispose());
            if (isLong)
            {
                Assert.False(isEmptied);
                Assert.InRange(lastAcceptNs, beganNs, long.MaxValue);
                Assert.True(accepted < Queued, "all were accepted, so the time was not up");
                return;
            }
        }

        watch.SkipIfBusyElseFail("connections were not queued faster than a slow server takes them");
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
