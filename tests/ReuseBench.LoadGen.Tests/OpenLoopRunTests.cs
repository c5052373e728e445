using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Pacing;
using ReuseBench.LoadGen.Tests.Server;
using ReuseBench.TestSupport;

namespace ReuseBench.LoadGen.Tests;

public sealed class OpenLoopRunTests
{
    private const int StallMs = 400;

    /// <summary>50 arrivals over two connections, each of which waits for a connection 200 ms at most, and for its answer as long.</summary>
    private static readonly LoadSettings Overloading = SwarmRuns.Short with
    {
        Workload = Workload.Connect,
        Rate = 100,
        Connections = 2,
        Timeout = Duration.FromMilliseconds(200),
        Duration = Duration.FromMilliseconds(500),
        Warmup = Duration.Zero,
        ProbeTarget = false,
    };

    [Theory]
    [InlineData("keepalive", Arrivals.Constant)]
    [InlineData("connect", Arrivals.Constant)]
    [InlineData("churn:3", Arrivals.Poisson)]
    [InlineData("connect", Arrivals.Poisson)]
    public async Task Every_arrival_of_the_schedule_is_made_and_answered(string workload, Arrivals arrivals) => await EveryArrivalAsync(workload, arrivals);

    [Theory]
    [Trait("needs", "quiet")]
    [InlineData("keepalive")]
    [InlineData("connect")]
    public async Task What_a_window_carried_is_what_was_due_in_it(string workload)
    {
        // The warm-up's last answers may come within it, its own last ones after it.
        await BusyHost.OneOf(() => EveryArrivalAsync(workload, Arrivals.Constant), document =>
            Assert.InRange(document.Requests, document.Scheduled!.Value - 64, document.Scheduled.Value + 64));
    }

    private static async Task<LoadDocument> EveryArrivalAsync(string workload, Arrivals arrivals)
    {
        LoadSettings settings = SwarmRuns.Short with
        {
            Workload = Workload.Parse(workload, "workload"),
            Rate = 500,
            Arrivals = arrivals,
            Threads = 2,
            Connections = 64,
        };
        await using TestServer server = new(TestServer.Ok);
        LoadDocument document = await SwarmRuns.Run(settings, server);

        SwarmRuns.CountsBalance(document);
        Assert.Empty(document.Errors);
        long scheduled = Enumerable.Range(0, 2).Sum(t => DueBefore(settings, t, 400_000_000));
        Assert.Equal(scheduled, document.Life.Scheduled);
        long inWindow = scheduled - Enumerable.Range(0, 2).Sum(t => DueBefore(settings, t, 100_000_000));
        Assert.Equal(inWindow, document.Scheduled);
        Assert.Equal(0, document.Dropped);
        Assert.Equal(0, document.ConnectionsMissing);

        Assert.Equal(document.Requests / 0.3, document.RateRpsAchieved!.Value, tolerance: 0.001);
        Assert.Equal(inWindow, HistogramCodec.FromBase64(document.Histograms[Phases.Request]).TotalCount);
        Assert.Equal(inWindow, HistogramCodec.FromBase64(document.Histograms[Phases.Lag]).TotalCount);
        Assert.Equal(inWindow, HistogramCodec.FromBase64(document.Histograms[Phases.ReadLag]).TotalCount);
        Assert.Equal(inWindow, HistogramCodec.FromBase64(document.Histograms[Phases.NetOfLag]).TotalCount);
        Assert.InRange(document.ReadLagExactShare!.Value, 0, 1);

        // Before the schedule each persistent connection carried one request, or one connection probed the target.
        Assert.Equal(scheduled + (settings.Workload == Workload.Keepalive ? 64 : 1), document.Life.RequestsSent);
        Assert.Equal(server.Requests, document.Life.Answers);
        Assert.Equal(server.Accepted, document.Life.ConnectionsOpened);
        return document;
    }

    [Fact]
    [Trait("needs", "quiet")]
    public async Task A_stall_of_the_server_is_in_the_tail_of_the_open_loop_and_hidden_by_the_closed_loop()
    {
        const double rate = 1000;
        // In real time, where that is allowed: on a busy host the swarm would be late itself.
        LoadSettings settings = SwarmRuns.Short with
        {
            Connections = 4,
            Duration = Duration.FromSeconds(2),
            Warmup = Duration.FromMilliseconds(200),
            ShareCpus = MayHaveRealTime(),
        };

        // 2000 requests were due, one each ms. With a stall of S ms the one due t ms after its begin waited S − t ms at least, so S − L
        // requests waited L ms or more: with S = 400 the slowest 6 % (120 requests) 280 ms or more, the slowest 12 % 160 ms or more.
        await BusyHost.OneOf(
            async () =>
            {
                (LoadDocument document, double stallMs) = await WithStall(settings with { Rate = rate });
                HdrHistogram.HistogramBase latencies = HistogramCodec.FromBase64(document.Histograms[Phases.Request]);
                Assert.Equal(2000, latencies.TotalCount);
                Assert.InRange(document.LatencyMaxUs!.Value / 1e3, StallMs * 0.99, double.MaxValue);
                (double slowestMs, double slowMs) = (latencies.GetValueAtPercentile(94) / 1e6, latencies.GetValueAtPercentile(88) / 1e6);
                Assert.InRange(slowestMs, 275, double.MaxValue);
                Assert.InRange(slowMs, 155, double.MaxValue);
                return (document, lateMs: stallMs - StallMs + 150, slowestMs, slowMs);
            },
            open =>
            {
                Assert.InRange(open.document.LatencyMaxUs!.Value / 1e3, 0, StallMs + open.lateMs);
                Assert.InRange(open.slowestMs, 0, 280 + open.lateMs);
                Assert.InRange(open.slowMs, 0, 160 + open.lateMs);

                // From their actual send only the four requests that were in progress were slow.
                Assert.True(open.document.FromSendP99Us < 100_000, $"from send p99 {open.document.FromSendP99Us} us");

                // The wait for a connection is said, and not called a lag of the swarm.
                Assert.True(open.document.WaitedShare > 0.19, $"waited share {open.document.WaitedShare}");
                Assert.True(open.document.LateShare < open.document.WaitedShare / 2, $"late share {open.document.LateShare}");
            });

        // In the closed loop it is the same four of some thousands; four more that the host held up are as well hidden.
        await BusyHost.OneOf(
            async () =>
            {
                (LoadDocument document, _) = await WithStall(settings);
                Assert.InRange(document.LatencyMaxUs!.Value / 1e3, StallMs * 0.99, double.MaxValue);
                return document;
            },
            closed => Assert.True(closed.LatencyP99Us < 100_000, $"closed p99 {closed.LatencyP99Us} us"));
    }

    [Fact]
    [Trait("needs", "quiet")]
    public async Task An_answer_may_take_the_timeout_from_its_own_start_and_a_wait_for_a_connection_as_long_from_the_intended_time()
    {
        // With two connections the others wait, most of them for nearly the whole timeout, and not for the swarm.
        await BusyHost.OneOf(OverloadAsync, document =>
        {
            Assert.True(document.WaitedShare > 0.9, $"waited share {document.WaitedShare}");
            Assert.True(document.LateShare < 0.5, $"late share {document.LateShare}");
        });
    }

    private static async Task<LoadDocument> OverloadAsync()
    {
        await using TestServer server = new(TestServer.After(SwarmRuns.Limit, TestServer.Ok));
        LoadDocument document = await SwarmRuns.Run(Overloading, server);

        SwarmRuns.CountsBalance(document);
        Assert.Equal(50, document.Life.Scheduled);
        Assert.Equal(50, document.Life.RequestsSent + document.Life.NeverStarted);
        Assert.Equal(0, document.Life.Answers);
        Assert.Equal(document.Life.FailedRequests, SwarmRuns.Errors(document, "first_byte", "timeout"));

        // Both connections send one request each 200 ms from the first arrival on, until the last arrival has waited 200 ms: four times, or
        // fewer on a host that loses time at each.
        Assert.InRange(document.Life.RequestsSent, 2, 2 * 4);

        // Dropped requests are counted as that, and as no timeout of a server that never saw them.
        Assert.True(document.Life.NeverStarted > 0);
        Assert.InRange(document.Dropped!.Value, 0, document.Life.NeverStarted!.Value);
        Assert.InRange(document.ErrorsTimeout, 0, document.Life.FailedRequests);
        Assert.Equal(document.ErrorsTimeout, document.Timeline.Sum(p => p.Errors));
        return document;
    }

    [Fact]
    public async Task What_finds_no_connection_within_the_timeout_is_never_started_and_counted() => await BusyHost.OneOfFew(
        async () =>
        {
            // Nobody accepts: two connections fill the queue, and the connects after them get no answer.
            using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(1);
            IPEndPoint endpoint = (IPEndPoint)listener.LocalEndPoint!;
            Target target = new($"{endpoint}", SockAddr.From(endpoint.Address, (ushort)endpoint.Port));
            LoadDocument document = await SwarmRuns.Run(Overloading with { Connections = 4, ConnectTimeout = Duration.FromMilliseconds(600) }, target);

            SwarmRuns.CountsBalance(document);
            Assert.Equal(50, document.Life.Scheduled);
            Assert.True(document.Life.NeverStarted > 10, $"never started: {document.Life.NeverStarted}");
            Assert.Equal(50, document.Life.NeverStarted + document.Life.ConnectsStarted);
            Assert.Equal(document.Life.FailedConnects, SwarmRuns.Errors(document, "connect", "timeout"));
            Assert.InRange(document.RateRpsAchieved!.Value, 0, 100 / 2.0);
            return document;
        },
        document => Assert.True(document.Life.FailedConnects > 0));

    [Fact]
    public async Task A_lost_standing_connection_is_opened_again_by_an_arrival()
    {
        await using TestServer server = new(async (connection, request) =>
        {
            await TestServer.Ok(connection, request);
            if (request == 5)
            {
                connection.Shutdown(SocketShutdown.Send);
            }
        });
        LoadDocument document = await SwarmRuns.Run(SwarmRuns.Short with { Rate = 1000, Connections = 4 }, server);

        SwarmRuns.CountsBalance(document);
        Assert.True(document.Life.ConnectionsOpened > 4);
        Assert.Equal(server.Accepted, document.Life.ConnectionsOpened);
    }

    /// <returns>The document, and how long the stall really was, in milliseconds.</returns>
    private static async Task<(LoadDocument Document, double StallMs)> WithStall(LoadSettings settings)
    {
        // The first request after a second of load stops every answer for a while; each connection has one request in progress.
        Stopwatch running = Stopwatch.StartNew();
        TimeSpan began = default;
        TimeSpan ended = default;
        Task? stall = null;
        object gate = new();
        await using TestServer server = new(async (connection, request) =>
        {
            lock (gate)
            {
                if (stall is null && running.ElapsedMilliseconds > 1000)
                {
                    began = running.Elapsed;
                    stall = Task.Delay(StallMs);
                }
            }

            if (stall is { IsCompleted: false } wait)
            {
                await wait;
                ended = running.Elapsed;
            }

            await TestServer.Ok(connection, request);
        });
        LoadDocument document = await SwarmRuns.Run(settings, server);
        return (document, (ended - began).TotalMilliseconds);
    }

    /// <summary>Root may not have it in every control group.</summary>
    private static bool MayHaveRealTime()
    {
        int result = 0;
        Thread thread = new(() => result = RealTimePriority.TrySetCurrentThread());
        thread.Start();
        thread.Join();
        return result == 0;
    }

    private static long DueBefore(LoadSettings settings, int thread, long elapsedNs)
    {
        ArrivalSchedule schedule = ArrivalSchedule.Create(settings.Arrivals, settings.Rate!.Value, thread, settings.Threads, settings.Seed);
        long count = 0;
        while (schedule.NextNs() < elapsedNs)
        {
            count++;
        }

        return count;
    }
}
