using System.Diagnostics;
using System.Globalization;
using System.Text;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Workers;
using ReuseBench.TestSupport;

namespace ReuseBench.Servers.Tests;

/// <summary>What must hold under load: large answers, service time, no allocation, no spinning.</summary>
public sealed class LoadTests
{
    private const string Request = "GET / HTTP/1.1\r\n\r\n";

    [Fact]
    public void Large_answers_reach_a_client_with_a_tiny_buffer_whole_and_in_turn()
    {
        const int Body = 4 * 1024 * 1024;
        using ServerHost server = ServerHost.Start(new ServerSettings { ResponseBytes = Body });
        using RawClient slow = RawClient.Connect(server.Ready.Port, receiveBuffer: 4096);
        slow.Send(Request + "HEAD / HTTP/1.1\r\n\r\n" + Request);
        using RawClient neighbour = RawClient.Connect(server.Ready.Port);
        neighbour.Send("HEAD / HTTP/1.1\r\n\r\n");
        Assert.Equal(200, neighbour.ReadAnswer(toHead: true).Status);
        Assert.True(slow.ReadAnswer().Body.AsSpan().IndexOfAnyExcept((byte)'x') < 0, "the body is the one that was sent");
        Assert.Equal(Body, slow.ReadAnswer(toHead: true).ContentLength);
        Assert.Equal(Body, slow.ReadAnswer().Body.Length);
        Assert.Equal(4, server.Stop().Requests);
    }

    /// <summary>
    /// What a flood has sent by the time the client comes would keep the one worker busy for minutes, were each connection served to its end.
    /// </summary>
    [Theory]
    [InlineData(Request, 100, "they pipeline and do not read")]
    [InlineData("1\r\nx\r\n", 0, "they send their body in chunks of one byte")]
    [InlineData("1;e;e;e;e;e;e;e;\r\nx\r\n", 0, "their chunks are mostly extensions")]
    public void A_flood_of_connections_makes_nobody_else_wait(string flood, int serviceUs, string what)
    {
        const int Connections = 300;
        const int BytesEach = 256 * 1024;
        using ServerHost server = ServerHost.Start(new ServerSettings
        {
            Variant = Variant.Shared,
            ServiceTime = new ServiceTime(Duration.FromMicroseconds(serviceUs)),
        });
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(flood, BytesEach / flood.Length)));
        List<RawClient> flooders = [];
        for (int connection = 0; connection < Connections; connection++)
        {
            RawClient flooder = RawClient.Connect(server.Ready.Port);
            flooders.Add(flooder);
            flooder.SendWhatFits(Encoding.ASCII.GetBytes(flood == Request ? Request : "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"));
            flooder.SendWhatFits(bytes);
        }

        double before = BusyS(server.Page.Worker(0).Tid);
        Assert.Equal(200, RawClient.Get(server.Ready.Port).Status);
        double others = BusyS(server.Page.Worker(0).Tid) - before;
        Assert.True(others < 2, $"the worker was busy with others for {others:0.0} s while a client waited: {what}");
        flooders.ForEach(flooder => flooder.Reset());
    }

    [Fact]
    public void A_pipeline_that_takes_several_turns_is_answered_whole()
    {
        const int Requests = 400;
        using ServerHost server = ServerHost.Start(new ServerSettings { ServiceTime = new ServiceTime(Duration.FromMicroseconds(50)) });
        using RawClient client = RawClient.Connect(server.Ready.Port);
        client.Send(string.Concat(Enumerable.Repeat(Request, Requests)));
        for (int request = 0; request < Requests; request++)
        {
            Assert.Equal(200, client.ReadAnswer().Status);
        }

        Assert.Equal(Requests, server.Stop().Requests);
    }

    [Fact]
    public void A_server_that_closes_first_does_so_after_each_answer()
    {
        using ServerHost server = ServerHost.Start(new ServerSettings { Close = ServerClose.Server });
        using RawClient client = RawClient.Connect(server.Ready.Port);
        client.Send(Request);
        Assert.Equal("close", client.ReadAnswer().Connection);
        Assert.True(client.ServerCloses());
    }

    [Fact]
    public void Connections_reset_before_they_are_accepted_are_counted_as_such()
    {
        // A server that stands still accepts nothing; the kernel connects and resets all the same.
        using ServeChild server = ServeChild.Start("--variant", "shared");
        int port = server.WaitReady().Port;
        Assert.Equal(200, RawClient.Get(port).Status);
        Assert.Equal(0, ChildProcess.Kill(server.Pid, Signal.Stop));
        Wait.Until(() => File.ReadAllText($"/proc/{server.Pid}/status").Contains("State:\tT", StringComparison.Ordinal), "the server stands still");
        for (int reset = 0; reset < 3; reset++)
        {
            RawClient.Connect(port).Reset();
        }

        Assert.Equal(0, ChildProcess.Kill(server.Pid, Signal.Continue));
        Assert.Equal(200, RawClient.Get(port).Status);
        ServerStats stats = server.Terminate();
        Assert.Equal((5, 3, 2), (stats.Accepted, stats.Workers[0].AcceptedReset, stats.Requests));
    }

    [Theory]
    [InlineData(Variant.Single, AcceptMode.Epoll)]
    [InlineData(Variant.Shared, AcceptMode.Epoll)]
    [InlineData(Variant.Shared, AcceptMode.Blocking)]
    [InlineData(Variant.Reuseport, AcceptMode.Epoll)]
    [InlineData(Variant.Shared, AcceptMode.IoUring)]
    [InlineData(Variant.Reuseport, AcceptMode.IoUring)]
    public void Connections_still_queued_when_the_server_stops_are_counted_as_accepted(Variant variant, AcceptMode accept)
    {
        const int Queued = 5;
        Assert.SkipWhen(accept == AcceptMode.IoUring && VariantTests.NoIoUring is not null, VariantTests.NoIoUring ?? "");
        using ServerHost server = ServerHost.Start(new ServerSettings
        {
            ServiceTime = new ServiceTime(Duration.FromMilliseconds(300)),
            Variant = variant,
            Accept = accept,
        });
        using RawClient busy = RawClient.Connect(server.Ready.Port);
        busy.Send(Request);
        RawClient[] queued = [.. Enumerable.Range(0, Queued).Select(_ => RawClient.Connect(server.Ready.Port))];
        Assert.Equal(Queued + 1, server.Stop().Accepted);
        Assert.All(queued, client => client.Dispose());
    }

    [Theory]
    [InlineData(50, 700)]
    [InlineData(1, 0.5)]
    [InlineData(1_000, 3.25)]
    public void A_service_time_is_that_much_work(int microseconds, double roundsPerUs)
    {
        ServiceBurn burn = new(new ServiceTime(Duration.FromMicroseconds(microseconds)), roundsPerUs, seed: 1);
        ulong state = burn.State;
        for (int request = 0; request < 3; request++)
        {
            burn.Request();
            state = Advanced(state, (long)Math.Round(microseconds * roundsPerUs));
            Assert.Equal(state, burn.State);
        }
    }

    [Fact]
    public void Exponential_work_has_its_mean()
    {
        ServiceBurn burn = new(new ServiceTime(Duration.FromMicroseconds(100), ServiceSpread.Exponential), roundsPerUs: 650, seed: 7);
        double[] draws = [.. Enumerable.Range(0, 20_000).Select(_ => (double)burn.NextRounds())];
        // The standard error of the mean is 460 rounds; five of them.
        Assert.InRange(draws.Average(), 62_700, 67_300);
    }

    /// <summary>Kolmogorov and Smirnov's bound of one in a million for so many draws; and another seed draws others.</summary>
    [Theory]
    [InlineData(ServiceSpread.Exponential)]
    [InlineData(ServiceSpread.Pareto)]
    public void Drawn_service_times_have_their_distribution_and_repeat_by_seed(ServiceSpread spread)
    {
        const int Draws = 20_000;
        ServiceTime time = new(Duration.FromMicroseconds(100), spread);
        double[] sorted = [.. Drawn(time, seed: 7, Draws).Order()];
        double furthest = Enumerable.Range(0, Draws).Max(i => Math.Abs(ShareBelow(spread, sorted[i] / 100_000) - ((i + 0.5) / Draws)));
        Assert.InRange(furthest, 0, (2.7 + 0.5) / Math.Sqrt(Draws));
        Assert.Equal(Drawn(time, seed: 7, 100), Drawn(time, seed: 7, 100));
        Assert.NotEqual(Drawn(time, seed: 7, 100), Drawn(time, seed: 8, 100));
    }

    [Fact]
    public void One_in_ten_of_bimodal_requests_is_slow()
    {
        double[] draws = Drawn(new ServiceTime(Duration.FromMicroseconds(100), ServiceSpread.Bimodal), seed: 7, 20_000);
        Assert.All(draws, ns => Assert.True(Math.Abs(ns - 50_000) < 1 || Math.Abs(ns - 550_000) < 1, $"{ns} ns is neither fast nor slow"));

        // Five standard deviations of Binomial(20000, 1/10) are 212.
        Assert.InRange(draws.Count(ns => ns > 100_000), 2_000 - 212, 2_000 + 212);
    }

    private static double[] Drawn(ServiceTime time, int seed, int draws)
    {
        ServiceBurn burn = new(time, roundsPerUs: 650, seed);
        return [.. Enumerable.Range(0, draws).Select(_ => burn.NextNs())];
    }

    /// <summary>The distribution function, over the mean.</summary>
    private static double ShareBelow(ServiceSpread spread, double value) => spread == ServiceSpread.Exponential
        ? 1 - Math.Exp(-value)
        : (1 - Math.Pow(ServiceSpreads.Quantile(ServiceSpread.Pareto, 0) / value, 1.5)) / (1 - Math.Pow(1000, -1.5));

    [Fact]
    public void A_waiting_server_takes_the_time_and_no_CPU()
    {
        const int Requests = 30;
        const int WaitMs = 5;
        ServerSettings settings = new() { ServiceTime = ServiceTime.Parse($"{WaitMs}ms:wait", "") };
        using ServerHost server = ServerHost.Start(settings);
        using RawClient client = RawClient.Connect(server.Ready.Port);
        long beganNs = MonotonicClock.NowNs();
        for (int request = 0; request < Requests; request++)
        {
            client.Send(Request);
            Assert.Equal(200, client.ReadAnswer().Status);
        }

        double waitedS = (MonotonicClock.NowNs() - beganNs) / 1e9;
        ServerStats stats = server.Stop();
        Assert.InRange(waitedS, Requests * WaitMs / 1e3, double.MaxValue);
        Assert.Equal(Requests, stats.Requests);
        Assert.InRange(stats.Workers[0].CpuS, 0, Requests * WaitMs / 1e3 / 2);
    }

    [Fact]
    public void A_worker_that_waits_serves_nobody_else_meanwhile()
    {
        ServerSettings settings = new() { ServiceTime = ServiceTime.Parse("100ms:wait", ""), Variant = Variant.Shared };
        using ServerHost server = ServerHost.Start(settings);
        RawClient[] clients = [.. Enumerable.Range(0, 3).Select(_ => RawClient.Connect(server.Ready.Port))];
        long beganNs = MonotonicClock.NowNs();
        Array.ForEach(clients, client => client.Send(Request));
        Assert.All(clients, client => Assert.Equal(200, client.ReadAnswer().Status));
        Assert.InRange((MonotonicClock.NowNs() - beganNs) / 1e6, 300, double.MaxValue);
        Array.ForEach(clients, client => client.Dispose());
        server.Stop();
    }

    [Fact]
    public void A_server_of_its_own_finds_out_what_work_is_and_one_that_is_told_does_not()
    {
        ServerSettings settings = new() { ServiceTime = ServiceTime.Parse("20us", "") };
        Assert.True(ServiceWork.Calibrated(settings).RoundsPerUs > 0);
        Assert.Equal(5, ServiceWork.Calibrated(settings with { RoundsPerUs = 5 }).RoundsPerUs);
        Assert.Null(ServiceWork.Calibrated(settings with { ServiceTime = ServiceTime.Parse("20us:cpu", "") }).RoundsPerUs);
        Assert.Null(ServiceWork.Calibrated(settings with { ServiceTime = ServiceTime.Parse("20us:wait", "") }).RoundsPerUs);
        Assert.Null(ServiceWork.Calibrated(settings with { ServiceTime = ServiceTime.None }).RoundsPerUs);
    }

    [Theory]
    [Trait("needs", "quiet")]
    [InlineData(50)]
    [InlineData(1_000)]
    public void A_service_time_as_cpu_time_is_that_much_of_it(int microseconds)
    {
        ServiceBurn burn = new(new ServiceTime(Duration.FromMicroseconds(microseconds), Kind: ServiceKind.Cpu), roundsPerUs: null, seed: 1);
        burn.Request();
        BusyHost.OneOf(
            () =>
            {
                long start = MonotonicClock.ThreadCpuNs();
                for (int request = 0; request < 20; request++)
                {
                    burn.Request();
                }

                double each = (MonotonicClock.ThreadCpuNs() - start) / 20 / 1e3;
                Assert.InRange(each, microseconds, double.MaxValue);
                return each;
            },
            // A few µs more for the clock itself and for interrupts that the kernel books on the thread; so it does with stolen time it knows not of.
            each => Assert.InRange(each, microseconds, (microseconds * 1.05) + 20));
    }

    /// <summary>The loop, written again.</summary>
    private static ulong Advanced(ulong state, long rounds)
    {
        ulong[] chains = [state, state + 1, state + 2];
        for (long round = 0; round < rounds; round++)
        {
            chains = [.. chains.Select(chain => unchecked((chain * 6_364_136_223_846_793_005) + 1_442_695_040_888_963_407))];
        }

        return chains[0] ^ chains[1] ^ chains[2];
    }

    [Fact]
    public void Exponential_service_times_have_their_mean_and_repeat_by_seed()
    {
        ServiceTime time = new(Duration.FromMicroseconds(100), ServiceSpread.Exponential);
        ServiceBurn burn = new(time, roundsPerUs: 650, seed: 7);
        double[] draws = [.. Enumerable.Range(0, 20_000).Select(_ => burn.NextNs())];
        // The standard error of the mean is 0.7 µs; five of them.
        Assert.InRange(draws.Average(), 96_500, 103_500);
        Assert.Equal(draws[0], new ServiceBurn(time, roundsPerUs: 650, seed: 7).NextNs());
        Assert.NotEqual(draws[0], new ServiceBurn(time, roundsPerUs: 650, seed: 8).NextNs());
    }

    [Theory]
    [MemberData(nameof(VariantTests.Variants), MemberType = typeof(VariantTests))]
    public void A_steady_second_allocates_nothing_on_a_worker(string name, ServerSettings settings)
    {
        using ServerHost server = ServerHost.Start(settings);
        int port = server.Ready.Port;
        using CancellationTokenSource end = new();
        Thread client = new(() => LoadUntil(port, end.Token));
        client.Start();
        try
        {
            Worker[] workers = [.. server.Workers.All];
            Wait.Until(() => workers.Any(worker => server.Page.Worker(worker.Index).Requests > 2_000), $"{name} is warm");
            long before = Published(workers);
            long requests = server.Page.Worker(0).Requests + server.Page.Worker(1).Requests;
            Stopwatch second = Stopwatch.StartNew();

            // On a host that stands still for as long the second takes longer.
            Wait.Until(
                () => second.ElapsedMilliseconds > 1_000 && server.Page.Worker(0).Requests + server.Page.Worker(1).Requests > requests + 100,
                "a second under load");
            long after = Published(workers);
            Assert.True(before == after, $"{name}: {after - before} bytes were allocated");
        }
        finally
        {
            end.Cancel();
            client.Join();
        }
    }

    [Fact]
    public void An_idle_server_uses_next_to_no_cpu()
    {
        using ServerHost server = ServerHost.Start(new ServerSettings { Variant = Variant.Reuseport, Workers = 4 });
        using RawClient open = RawClient.Connect(server.Ready.Port);
        open.Send("GET / HT");
        Stopwatch idle = Stopwatch.StartNew();
        Wait.Until(() => idle.ElapsedMilliseconds > 1000, "a second");
        Assert.InRange(server.Stop().CpuS, 0, 0.4);
    }

    [Theory]
    [InlineData(AcceptMode.Epoll)]
    [InlineData(AcceptMode.IoUring)]
    public void A_server_out_of_descriptors_waits_instead_of_spinning(AcceptMode accept)
    {
        Assert.SkipWhen(accept == AcceptMode.IoUring && VariantTests.NoIoUring is not null, VariantTests.NoIoUring ?? "");
        Assert.SkipUnless(File.Exists("/bin/sh"), "there is no shell to lower the limit in");
        using ServeChild server = ServeChild.Start(
            "/bin/sh", ["-c", $"ulimit -n 200; exec \"$0\" serve --variant shared --workers 1 --accept {Names.Of(accept)}", ServeChild.Executable]);
        int port = server.WaitReady().Port;
        List<RawClient> clients = [];
        for (int client = 0; client < 250; client++)
        {
            clients.Add(RawClient.Connect(port));
        }

        Stopwatch starved = Stopwatch.StartNew();
        double before = MonotonicClock.ProcessCpuNs(server.Pid);
        Wait.Until(() => starved.ElapsedMilliseconds > 500, "half a second");
        double burnt = (MonotonicClock.ProcessCpuNs(server.Pid) - before) / 1e9;
        Assert.InRange(burnt / starved.Elapsed.TotalSeconds, 0, 0.5);
        clients.ForEach(client => client.Dispose());
        Wait.Until(() => RawClient.Get(port).Status == 200, "it serves again");
        server.Terminate();
        string log = server.ErrorText();
        Assert.Contains("accept4: EMFILE", log, StringComparison.Ordinal);
        Assert.Equal(2, log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    /// <summary>CPU time of a thread of this process, which a busy host does not lengthen: /proc/PID/schedstat, field 1.</summary>
    private static double BusyS(long tid) =>
        long.Parse(File.ReadAllText($"/proc/self/task/{tid}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1e9;

    private static long Published(Worker[] workers) => workers.Sum(worker => worker.AllocatedBytes);

    /// <summary>Persistent connections and short ones in turn, reset and closed in order.</summary>
    private static void LoadUntil(int port, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            RawClient client = RawClient.Connect(port);
            for (int request = 0; request < 100; request++)
            {
                client.Send(Request);
                client.ReadAnswer();
            }

            client.Reset();
            RawClient.Get(port);
        }
    }
}
