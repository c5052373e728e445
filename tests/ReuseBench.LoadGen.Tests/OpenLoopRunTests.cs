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
    public async Task Every_arrival_of_the_schedule_is_made_and_answered(string workload, Arrivals arrivals)
    {
        await using TestServer server = new(TestServer.Ok);
        LoadSettings settings = SwarmRuns.Short with
        {
            Workload = Workload.Parse(workload, "workload"),
            Rate = 500,
            Arrivals = arrivals,
            Threads = 2,
            Connections = 64,
        };
        LoadDocument document = await SwarmRuns.Run(settings, server);

        SwarmRuns.CountsBalance(document);
        Assert.Empty(document.Errors);
        long scheduled = Enumerable.Range(0, 2).Sum(t => DueBefore(settings, t, 400_000_000));
        Assert.Equal(scheduled, document.Life.Scheduled);
        long inWindow = scheduled - Enumerable.Range(0, 2).Sum(t => DueBefore(settings, t, 100_000_000));
        Assert.Equal(inWindow, document.Scheduled);
        Assert.Equal(0, document.Dropped);
        Assert.Equal(0, document.ConnectionsMissing);

        // What the window carried: the warm-up's last answers may come within it, its own last ones after it.
        Assert.Equal(document.Requests / 0.3, document.RateRpsAchieved!.Value, tolerance: 0.001);
        Assert.InRange(document.Requests, inWindow - 64, inWindow + 64);
        Assert.Equal(inWindow, HistogramCodec.FromBase64(document.Histograms[Phases.Request]).TotalCount);
        Assert.Equal(inWindow, HistogramCodec.FromBase64(document.Histograms[Phases.Lag]).TotalCount);
        Assert.Equal(inWindow, HistogramCodec.FromBase64(document.Histograms[Phases.ReadLag]).TotalCount);
        Assert.Equal(inWindow, HistogramCodec.FromBase64(document.Histograms[Phases.NetOfLag]).TotalCount);
        Assert.Equal(1, document.ReadLagExactShare);

        // Before the schedule each persistent connection carried one request, or one connection probed the target.
        Assert.Equal(scheduled + (workload == "keepalive" ? 64 : 1), document.Life.RequestsSent);
        Assert.Equal(server.Requests, document.Life.Answers);
        Assert.Equal(server.Accepted, document.Life.ConnectionsOpened);
    }

    [Fact]
    public async Task A_stall_of_the_server_is_in_the_tail_of_the_open_loop_and_hidden_by_the_closed_loop()
    {
        const double rate = 1000;
        // In real time, where that is allowed: on a busy host the swarm would be late itself.
        LoadSettings settings = SwarmRuns.Short with
        {
            Connections = 4,
            Duration = Duration.FromSeconds(2),
            Warmup = Duration.FromMilliseconds(200),
            ShareCpus = true,
        };
        (LoadDocument open, double openStallMs) = await WithStall(settings with { Rate = rate });
        (LoadDocument closed, double closedStallMs) = await WithStall(settings);

        // 2000 requests were due, one each ms. With a stall of S ms the one due t ms after its begin waited S − t ms at least, so S − L
        // requests waited L ms or more: with S = 400 the slowest 6 % (120 requests) 280 ms or more, the slowest 12 % 160 ms or more.
        // The upper bounds allow for a host that is busy with other things.
        HdrHistogram.HistogramBase latencies = HistogramCodec.FromBase64(open.Histograms[Phases.Request]);
        double late = openStallMs - StallMs + 150;
        Assert.Equal(2000, latencies.TotalCount);
        Assert.InRange(open.LatencyMaxUs!.Value / 1e3, StallMs * 0.99, StallMs + late);
        Assert.InRange(latencies.GetValueAtPercentile(94) / 1e6, 275, 280 + late);
        Assert.InRange(latencies.GetValueAtPercentile(88) / 1e6, 155, 160 + late);

        // From their actual send only the four requests that were under way were slow; in the closed loop the same.
        Assert.True(open.FromSendP99Us < 100_000, $"from send p99 {open.FromSendP99Us} us");
        Assert.True(closed.LatencyP99Us < 100_000, $"closed p99 {closed.LatencyP99Us} us");
        Assert.InRange(closed.LatencyMaxUs!.Value / 1e3, StallMs * 0.99, closedStallMs + 150);

        // The wait for a connection is said, and not called a lag of the swarm.
        Assert.True(open.WaitedShare > 0.19, $"waited share {open.WaitedShare}");
        Assert.True(open.LateShare < open.WaitedShare / 2, $"late share {open.LateShare}");
    }

    [Fact]
    public async Task An_answer_may_take_the_timeout_from_its_own_start_and_a_wait_for_a_connection_as_long_from_the_intended_time()
    {
        await using TestServer server = new(TestServer.After(TimeSpan.FromSeconds(20), TestServer.Ok));
        LoadDocument document = await SwarmRuns.Run(Overloading, server);

        SwarmRuns.CountsBalance(document);
        Assert.Equal(50, document.Life.Scheduled);
        Assert.Equal(50, document.Life.RequestsSent + document.Life.NeverStarted);
        Assert.Equal(0, document.Life.Answers);
        Assert.Equal(document.Life.FailedRequests, SwarmRuns.Errors(document, "first_byte", "timeout"));

        // Both connections send one request each 200 ms from the first arrival on, until the last arrival has waited 200 ms: four times, or
        // three on a host that loses time at each.
        Assert.InRange(document.Life.RequestsSent, 2 * 3, 2 * 4);

        // Dropped requests are counted as that, and as no timeout of a server that never saw them.
        Assert.InRange(document.Dropped!.Value, 1, document.Life.NeverStarted!.Value);
        Assert.InRange(document.ErrorsTimeout, 1, document.Life.FailedRequests);
        Assert.Equal(document.ErrorsTimeout, document.Timeline.Sum(p => p.Errors));

        // With two connections the others waited, most of them for nearly the whole timeout.
        Assert.True(document.WaitedShare > 0.9, $"waited share {document.WaitedShare}");
        Assert.True(document.LateShare < 0.5, $"late share {document.LateShare}");
    }

    [Fact]
    public async Task What_finds_no_connection_within_the_timeout_is_never_started_and_counted()
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
        Assert.True(document.Life.FailedConnects > 0);
        Assert.InRange(document.RateRpsAchieved!.Value, 0, 100 / 2.0);
    }

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
        // The first request after a second of load stops every answer for a while; each connection has one request under way.
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
