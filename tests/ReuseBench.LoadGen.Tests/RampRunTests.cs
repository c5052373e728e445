using System.Collections.Concurrent;
using System.Net.Sockets;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Tests.Server;
using ReuseBench.TestSupport;

namespace ReuseBench.LoadGen.Tests;

/// <summary>
/// What a server sees of a ramp. Nothing comes before it is due, on any host; a busy one may see it late, which the upper bounds allow for.
/// </summary>
public sealed class RampRunTests
{
    private const long LateNs = 300_000_000;

    private const int Rate = 1_000;

    private const int Clients = 40;

    /// <summary>The window begins well after the ramp, so that it begins where it was meant to on a busy host, too.</summary>
    private static readonly LoadSettings Ramped = SwarmRuns.Short with
    {
        Ramp = Duration.FromMilliseconds(800),
        Warmup = Duration.FromMilliseconds(1_500),
    };

    [Theory]
    [Trait("needs", "quiet")]
    [InlineData("connect", 1)]
    [InlineData("connect", 2)]
    [InlineData("keepalive", 2)]
    public async Task The_rate_of_an_open_loop_grows_evenly(string workload, int threads)
    {
        LoadSettings settings = Ramped with { Workload = Workload.Parse(workload, "workload"), Rate = Rate, Connections = 32, Threads = threads };

        // Before the schedule each persistent connection carries one request, or one connection probes the target.
        int before = workload == "keepalive" ? 32 : 1;
        await BusyHost.OneOf(
            async () =>
            {
                Seen seen = new();
                await using TestServer server = new(seen.Ok);
                LoadDocument document = await SwarmRuns.Run(settings, server);

                SwarmRuns.CountsBalance(document);
                Assert.Empty(document.Errors);

                // By t there are t²·R/2T requests: in the first eighth of the ramp 6, in its last 94, and without a ramp 100 in each.
                long epochNs = document.WindowBeginNs - settings.Warmup.Nanoseconds;
                int[] seenBy = [.. Enumerable.Range(1, 8).Select(part => seen.By(epochNs + At(part)) - before)];
                Assert.All(seenBy, (requests, index) => Assert.InRange(requests, -1, DueBy(settings, At(index + 1)) + 1));

                // The warm-up has half a ramp's requests less, and the window as many as ever.
                Assert.Equal(Rate * (1_500 - 400 + 300) / 1_000, document.Life.Scheduled);
                Assert.Equal(Rate * 300 / 1_000, document.Scheduled);
                return (document, seenBy);
            },
            run =>
            {
                Assert.All(run.seenBy, (requests, index) => Assert.InRange(requests, DueBy(settings, At(index + 1) - LateNs) - 1, double.MaxValue));
                Assert.InRange(run.document.Timeline.Sum(p => p.Requests), 300 - 32, 300 + 32);
            });

        long At(int part) => settings.Ramp.Nanoseconds * part / 8;
    }

    [Theory]
    [Trait("needs", "quiet")]
    [InlineData(1)]
    [InlineData(3)]
    public async Task The_clients_of_a_closed_loop_begin_one_after_the_other_each_with_its_connection(int threads)
    {
        LoadSettings settings = Ramped with { Workload = Workload.Keepalive, Connections = Clients, Threads = threads };
        await BusyHost.OneOf(
            async () =>
            {
                Seen seen = new();
                await using TestServer server = new(seen.Ok);
                LoadDocument document = await SwarmRuns.Run(settings, server);

                SwarmRuns.CountsBalance(document);
                Assert.Empty(document.Errors);
                Assert.Equal((Clients, Clients, 0), (server.Accepted, document.Life.ConnectionsOpened, document.ConnectionsOpened));
                long epochNs = document.WindowBeginNs - settings.Warmup.Nanoseconds;
                long[] firsts = seen.FirstRequests();

                // The first client is there before the ramp; it shows that the target answers.
                Assert.InRange(firsts[0], 0, epochNs);
                long[] lateNs = [.. firsts.Skip(1).Select((first, index) => first - epochNs - (settings.Ramp.Nanoseconds * (index + 1) / Clients))];
                Assert.Equal(Clients - 1, lateNs.Length);
                Assert.All(lateNs, late => Assert.InRange(late, 0, long.MaxValue));
                return lateNs;
            },
            lateNs => Assert.All(lateNs, late => Assert.InRange(late, 0, LateNs)));
    }

    [Fact]
    public async Task Clients_that_connect_for_each_request_are_no_more_at_once_than_have_begun()
    {
        LoadSettings settings = Ramped with { Workload = Workload.Connect, Connections = Clients, Threads = 2 };
        Seen seen = new();
        await using TestServer server = new(seen.OkAfterAWhile);
        LoadDocument document = await SwarmRuns.Run(settings, server);

        SwarmRuns.CountsBalance(document);
        Assert.Empty(document.Errors);
        long epochNs = document.WindowBeginNs - settings.Warmup.Nanoseconds;
        for (int part = 1; part <= 8; part++)
        {
            Assert.InRange(seen.MostAtOnce(epochNs + (settings.Ramp.Nanoseconds * part / 8)), 1, Clients * part / 8);
        }

        Assert.InRange(seen.MostAtOnce(long.MaxValue), Clients * 3 / 4, Clients);
    }

    [Fact]
    public async Task A_window_waits_for_the_last_client_of_a_ramp()
    {
        // All 500 are due within a millisecond, which is too short to connect them in.
        Duration tooShort = Duration.FromMilliseconds(1);
        await using TestServer server = new(TestServer.Ok);
        LoadDocument document = await SwarmRuns.Run(SwarmRuns.Short with { Connections = 500, Warmup = tooShort, Ramp = tooShort }, server);

        SwarmRuns.CountsBalance(document);
        Assert.Equal(500, document.Life.ConnectionsOpened);

        // On loopback a connection is established as soon as it is begun.
        Assert.Equal(0, document.ConnectionsOpened);
        Assert.Equal(0.3, document.DurationS, 1e-9);
    }

    [Fact]
    public async Task A_client_that_has_not_begun_when_the_run_is_stopped_is_no_error()
    {
        await using TestServer server = new(TestServer.Ok);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        LoadSettings settings = SwarmRuns.Short with { Connections = 100, Warmup = Duration.FromSeconds(60), Ramp = Duration.FromSeconds(60) };
        LoadDocument document = await Task.Run(() => Swarm.Run(settings, server.Target, new StopAtFirst(stop), stop.Token),
            TestContext.Current.CancellationToken)
            .WaitAsync(SwarmRuns.Limit, TestContext.Current.CancellationToken);

        SwarmRuns.CountsBalance(document);
        Assert.Empty(document.Errors);
        Assert.InRange(document.Life.ConnectionsOpened, 1, 50);
        Assert.Equal(server.Accepted, document.Life.ConnectionsOpened);
    }

    [Fact]
    public async Task A_target_that_refuses_is_named_before_the_ramp()
    {
        LoadSettings settings = SwarmRuns.Short with { Warmup = Duration.FromSeconds(60), Ramp = Duration.FromSeconds(60) };
        Core.UsageException refused = await Assert.ThrowsAsync<Core.UsageException>(() => SwarmRuns.Run(settings, TestServer.Nobody()));
        Assert.Contains("does not take connections: ECONNREFUSED", refused.Message, StringComparison.Ordinal);
    }

    private static double DueBy(LoadSettings settings, long atNs) => atNs <= 0 ? 0 : Rate * atNs / 1e9 * atNs / settings.Ramp.Nanoseconds / 2;

    /// <summary>Stops the run at its first line of progress.</summary>
    private sealed class StopAtFirst(CancellationTokenSource stop) : ILoadSignals
    {
        public void Report(LoadSignal signal) => stop.Cancel();
    }

    /// <summary>When a server read its requests, and answered them.</summary>
    private sealed class Seen
    {
        /// <summary>Much longer than clients are apart, and than a connection takes, so that those that have begun meet at the server.</summary>
        private static readonly TimeSpan While = TimeSpan.FromMilliseconds(150);

        private readonly ConcurrentQueue<(long TimeNs, int Change)> _events = new();
        private readonly ConcurrentQueue<long> _firsts = new();

        public async Task Ok(Socket connection, int request)
        {
            long nowNs = MonotonicClock.NowNs();
            _events.Enqueue((nowNs, 1));
            if (request == 0)
            {
                _firsts.Enqueue(nowNs);
            }

            await TestServer.Ok(connection, request);
        }

        public async Task OkAfterAWhile(Socket connection, int request)
        {
            _events.Enqueue((MonotonicClock.NowNs(), 1));
            await Task.Delay(While);
            _events.Enqueue((MonotonicClock.NowNs(), -1));
            await TestServer.Ok(connection, request);
        }

        /// <summary>When the first request of each connection was read, in order.</summary>
        public long[] FirstRequests() => [.. _firsts.Order()];

        /// <summary>Requests read by then.</summary>
        public int By(long timeNs) => _events.Count(e => e.TimeNs < timeNs && e.Change > 0);

        /// <summary>The most requests that were in hand at once until then.</summary>
        public int MostAtOnce(long timeNs)
        {
            int most = 0;
            int now = 0;
            foreach ((long eventNs, int change) in _events.OrderBy(e => e.TimeNs).ThenBy(e => e.Change))
            {
                if (eventNs >= timeNs)
                {
                    break;
                }

                now += change;
                most = Math.Max(most, now);
            }

            return most;
        }
    }
}
