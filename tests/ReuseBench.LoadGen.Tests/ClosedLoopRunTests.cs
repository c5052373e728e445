using System.Net;
using System.Net.Sockets;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Tests.Server;
using ReuseBench.TestSupport;

namespace ReuseBench.LoadGen.Tests;

public sealed class ClosedLoopRunTests
{
    [Theory]
    [InlineData("keepalive", ConnectionClose.Rst, "ephemeral", "")]
    [InlineData("keepalive", ConnectionClose.Fin, "ephemeral", "")]
    [InlineData("connect", ConnectionClose.Rst, "ephemeral", "")] // The same socket connects again and again.
    [InlineData("connect", ConnectionClose.Rst, "ephemeral", "127.0.0.2-127.0.0.4")]
    [InlineData("connect", ConnectionClose.Rst, "ephemeral", "127.0.0.2-127.0.0.40")] // More addresses than connections.
    [InlineData("connect", ConnectionClose.Rst, "sequential", "127.0.0.2-127.0.0.3")] // A new socket for each connection.
    [InlineData("connect", ConnectionClose.Rst, "random", "127.0.0.2-127.0.0.3")]
    [InlineData("connect", ConnectionClose.Rst, "stride:3", "127.0.0.2-127.0.0.3")]
    [InlineData("connect", ConnectionClose.Rst, "fixed", "127.0.0.2-127.0.0.3")]
    [InlineData("connect", ConnectionClose.Rst, "fixed:64", "127.0.0.2-127.0.0.3")]
    [InlineData("connect", ConnectionClose.Fin, "sequential", "127.0.0.5-127.0.0.8")]
    [InlineData("connect", ConnectionClose.Server, "ephemeral", "")]
    [InlineData("churn:5", ConnectionClose.Rst, "ephemeral", "")]
    [InlineData("churn:5", ConnectionClose.Server, "random", "127.0.0.9-127.0.0.10")]
    public async Task Swarm_and_server_count_the_same(string workload, ConnectionClose close, string plan, string sources)
    {
        await using TestServer server = new(ClosesOnRequest);
        LoadSettings settings = SwarmRuns.Short with
        {
            Workload = Workload.Parse(workload, "workload"),
            Close = close,
            SourcePlan = SourcePlan.Parse(plan, "plan"),
            Sources = AddressSet.Parse(sources, "sources"),
            Threads = 2,
        };
        LoadDocument document = await SwarmRuns.Run(settings, server);

        SwarmRuns.CountsBalance(document);
        Assert.Equal("", string.Join(", ", document.Errors.Select(e => $"{e}")));
        Assert.Equal(server.Requests, document.Life.Answers);
        Assert.Equal(server.Accepted, document.Life.ConnectionsOpened);
        Assert.Equal(server.Requests, document.AnswersByWorker["1"]);
        Assert.Equal(server.Accepted, document.ConnectionsByWorker["1"]);
        Assert.True(document.Life.Answers > 0);
        int perConnection = settings.Workload.RequestsPerConnection;
        if (perConnection > 0)
        {
            // Only the connections that the drain cut short carried fewer requests.
            long opened = document.Life.ConnectionsOpened;
            Assert.InRange(document.Life.Answers, (opened - 8) * perConnection, opened * perConnection);
        }
    }

    [Theory]
    [InlineData("::1")]
    [InlineData("127.0.0.1")]
    public async Task Both_families_are_driven(string address)
    {
        await using TestServer server = new(TestServer.Ok, IPAddress.Parse(address));
        LoadDocument document = await SwarmRuns.Run(SwarmRuns.Short with { Workload = Workload.Connect }, server);

        SwarmRuns.CountsBalance(document);
        Assert.Equal(server.Requests, document.Life.Answers);
        Assert.Empty(document.Errors);
    }

    [Theory]
    [InlineData("ephemeral", null)]
    [InlineData("sequential", "20000-23999")]
    [InlineData("random", "24000-27999")]
    [InlineData("fixed", "28000-31999")]
    public async Task Sources_may_be_of_IPv6(string plan, string? ports)
    {
        await using TestServer server = new(TestServer.Ok, IPAddress.IPv6Loopback);
        LoadSettings settings = SwarmRuns.Short with
        {
            Workload = Workload.Connect,
            Sources = AddressSet.Parse("::1", "sources"),
            SourcePlan = SourcePlan.Parse(plan, "plan"),
            // There is one address, and what else runs meanwhile has it too: ports that nobody else binds, and the kernel does not choose.
            SourcePorts = ports is null ? null : PortRange.Parse(ports, "ports"),
        };
        LoadDocument document = await SwarmRuns.Run(settings, server);

        SwarmRuns.CountsBalance(document);
        Assert.Empty(document.Errors);
        Assert.Equal(server.Accepted, document.Life.ConnectionsOpened);
        Assert.Equal("::1", document.Sources);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    public async Task Answers_of_every_framing_keep_the_connection(string answer)
    {
        await using TestServer server = new(TestServer.Text(answer));
        LoadDocument document = await SwarmRuns.Run(SwarmRuns.Short with { Duration = Duration.FromSeconds(1) }, server);

        SwarmRuns.CountsBalance(document);
        Assert.Empty(document.Errors);
        Assert.Equal(8, server.Accepted);
        Assert.True(document.Life.Answers > 8);
    }

    [Fact]
    public async Task An_answer_that_ends_with_the_connection_is_complete_with_it()
    {
        await using TestServer server = new(async (connection, request) =>
        {
            await TestServer.Text("HTTP/1.1 200 OK\r\nX-Worker: 1\r\n\r\nuntil the end")(connection, request);
            connection.Shutdown(SocketShutdown.Send);
        });
        LoadDocument document = await SwarmRuns.Run(SwarmRuns.Short with { Duration = Duration.FromSeconds(1) }, server);

        SwarmRuns.CountsBalance(document);
        Assert.Empty(document.Errors);
        Assert.Equal(document.Life.Answers, document.Life.ConnectionsOpened);
        Assert.True(document.Life.Answers > 8);
    }

    [Fact]
    public async Task A_request_body_of_eight_mebibytes_arrives_whole()
    {
        // Larger than a socket's send buffer: it goes out in parts, as the server reads.
        const int bytes = 8 * 1024 * 1024;
        await using TestServer server = new(TestServer.Ok);
        LoadDocument document = await SwarmRuns.Run(
            SwarmRuns.Short with { RequestBytes = bytes, Connections = 2, Timeout = Duration.FromSeconds(45) }, server);

        SwarmRuns.CountsBalance(document);
        Assert.Empty(document.Errors);
        Assert.True(document.Life.Answers > 0);
        Assert.Equal(server.Requests, document.Life.Answers);
        Assert.Equal(server.Requests * bytes, server.BodyBytes);
    }

    [Fact]
    public async Task A_connect_that_is_not_answered_at_once_is_waited_for() => await BusyHost.OneOfFew(
        async () =>
        {
            // Two connections fill the queue, the SYNs of the others are dropped; sent again after a second they find room.
            await using TestServer server = new(TestServer.Ok, backlog: 1, acceptsAfter: 8);
            LoadDocument document = await SwarmRuns.Run(
                SwarmRuns.Short with { Warmup = Duration.Zero, Duration = Duration.FromSeconds(4), Timeout = Duration.FromSeconds(45) }, server.Target);

            SwarmRuns.CountsBalance(document);
            Assert.Empty(document.Errors);
            Assert.Equal(8, document.Life.ConnectionsOpened);
            Assert.Equal(8, server.Accepted);
            Assert.Equal(document.Life.Answers, document.AnswersByWorker["1"]);
            return document;
        },

        // A swarm that stands still for that second finds all of them there.
        document =>
        {
            // The load was not whole when its window began, and that is said.
            Assert.InRange(document.ConnectionsMissing!.Value, 4, 7);
            Assert.Contains(document.Warnings, w => w.EndsWith("the load was not whole", StringComparison.Ordinal));

            // The first connects came before the window, which begins with the first answer; the late ones end within it.
            Assert.InRange(document.Timeline.Where(p => p.StartMs > 100).Sum(p => p.ConnectionsOpened), 4, 8);
        });

    [Fact]
    [Trait("needs", "quiet")]
    public async Task A_known_service_time_is_what_is_reported()
    {
        // Half of the answers take 20 ms, the other half 60 ms: the median lies in the one, the 90th percentile in the other.
        TimeSpan[] times = [TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(60)];
        await using TestServer server = new((connection, request) => TestServer.After(times[request % 2], TestServer.Ok)(connection, request));
        LoadSettings settings = SwarmRuns.Short with { Connections = 20, Duration = Duration.FromSeconds(1), Warmup = Duration.Zero };

        // The server's timers are never early by more than their tick. On a busy host they may be late, and so may who reads.
        await BusyHost.OneOf(
            async () =>
            {
                LoadDocument document = await SwarmRuns.Run(settings, server);
                Assert.InRange(At(document, Phases.Request, 90), 59_000, double.MaxValue);
                Assert.InRange(At(document, Phases.Request, 25), 19_000, double.MaxValue);
                Assert.InRange(At(document, Phases.FirstByte, 99), 59_000, document.LatencyMaxUs!.Value);
                return document;
            },
            document =>
            {
                Assert.InRange(document.LatencyP90Us!.Value, 59_000, 95_000);
                Assert.InRange(At(document, Phases.Request, 25), 19_000, 45_000);
            });

        static double At(LoadDocument document, string phase, double percentile) =>
            HistogramCodec.PercentileUs(HistogramCodec.FromBase64(document.Histograms[phase]), percentile)!.Value;
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2000.0)] // Open loop: with the kernel's timestamps.
    public async Task A_steady_window_allocates_nothing_on_the_client_threads(double? rate)
    {
        foreach (string workload in (string[])["keepalive", "connect"])
        {
            LoadSettings settings = SwarmRuns.Short with
            {
                Workload = Workload.Parse(workload, "workload"),
                Rate = rate,
                Duration = Duration.FromSeconds(1),
                Threads = 2,
            };
            await BusyHost.OneOfFew(
                async () =>
                {
                    await using TestServer server = new(TestServer.Ok);
                    IReadOnlyList<ThreadMeter> meters = [];
                    LoadDocument document = await Task.Run(() => Swarm.Run(settings, server.Target, new KeptSignals(), default, out meters))
                        .WaitAsync(SwarmRuns.Limit, TestContext.Current.CancellationToken);
                    Assert.Equal([0, 0], meters.Select(m => m.AllocatedBytes));
                    return document.Life.Answers;
                },
                answers => Assert.True(answers > 100, $"{answers} responses"));
        }
    }

    [Theory]
    [InlineData("connect", ConnectionClose.Rst)]
    [InlineData("connect", ConnectionClose.Fin)]
    [InlineData("keepalive", ConnectionClose.Rst)]
    public async Task Nothing_failed_where_nothing_fails_however_the_window_cuts_the_requests(string workload, ConnectionClose close)
    {
        await using TestServer server = new(TestServer.Ok);
        LoadSettings settings = SwarmRuns.Short with
        {
            Workload = Workload.Parse(workload, "workload"),
            Close = close,
            Connections = 16,
            Warmup = Duration.FromMilliseconds(20),
            Duration = Duration.FromMilliseconds(60),
        };
        for (int i = 0; i < 12; i++)
        {
            LoadDocument document = await SwarmRuns.Run(settings, server);
            Assert.Equal(0, document.RequestsFailed);

            // On a very busy host a window of 60 ms may hold nothing at all.
            Assert.Equal(document.LatencyCount > 0, document.LatencyMaxUs is not null);
        }
    }

    [Fact]
    public async Task The_timeline_adds_up_to_the_window()
    {
        await using TestServer server = new(TestServer.Ok);
        LoadDocument document = await SwarmRuns.Run(
            SwarmRuns.Short with { Workload = Workload.Connect, Threads = 2, Interval = Duration.FromMilliseconds(50) }, server);

        Assert.Equal([0.0, 50, 100, 150, 200, 250], document.Timeline.Select(p => p.StartMs));
        Assert.Equal(document.Requests, document.Timeline.Sum(p => p.Requests));
        Assert.Equal(document.ConnectionsOpened, document.Timeline.Sum(p => p.ConnectionsOpened));
        Assert.All(document.Timeline.Where(p => p.Requests > 0), p => Assert.True(p.LatencyP50Us > 0));
    }

    [Fact]
    public async Task A_stop_ends_the_window_early_with_its_real_length()
    {
        await using TestServer server = new(TestServer.Ok);
        using CancellationTokenSource stop = new();
        KeptSignals signals = new();
        Task<LoadDocument> running = Task.Run(
            () => Swarm.Run(SwarmRuns.Short with { Duration = Duration.FromSeconds(50) }, server.Target, signals, stop.Token),
            TestContext.Current.CancellationToken);
        // Progress comes once a second: one within the window shows that there is a window to end.
        while (!signals.All.SkipWhile(s => s.Signal != LoadSignal.Begin).Any(s => s.Signal == LoadSignal.Progress) && !running.IsCompleted)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        LoadDocument document = await running.WaitAsync(SwarmRuns.Limit, TestContext.Current.CancellationToken);

        SwarmRuns.CountsBalance(document);
        Assert.InRange(document.DurationS, 0.1, 40);
        Assert.Equal(document.Requests / document.DurationS, document.ThroughputRps!.Value, tolerance: 0.001);
        Assert.Equal(server.Requests, document.Life.Answers);
        Assert.Equal([LoadSignal.Begin, LoadSignal.End, LoadSignal.Drained], signals.All.Select(s => s.Signal).Where(s => s != LoadSignal.Progress));
    }

    [Fact]
    public async Task A_stop_before_the_window_gives_a_document_without_figures()
    {
        await using TestServer server = new(TestServer.Ok);
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();
        LoadDocument document = Swarm.Run(SwarmRuns.Short, server.Target, new KeptSignals(), stop.Token);

        SwarmRuns.CountsBalance(document);
        Assert.Equal(0, document.DurationS);
        Assert.Null(document.ThroughputRps);
        Assert.Null(document.LatencyP50Us);
    }

    private static async Task ClosesOnRequest(Socket connection, int request)
    {
        // The delay keeps the counts of a run within what loopback's ports can carry.
        await TestServer.After(TimeSpan.FromMilliseconds(2), TestServer.Ok)(connection, request);
    }
}
