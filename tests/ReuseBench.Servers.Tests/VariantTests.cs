using System.Net.Sockets;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.TestSupport;

namespace ReuseBench.Servers.Tests;

public sealed class VariantTests
{
    /// <summary>What an answer takes where the order of answers is told: long enough to connect, and to look, in it.</summary>
    private const int BurnMs = 30;

    private const string Request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    /// <summary>Why tests of accept by io_uring are skipped; null where they are not.</summary>
    internal static string? NoIoUring => AcceptRing.WhyNot() is { } why ? $"no io_uring here: {why}" : null;

    /// <summary>Every way of listening, with two workers.</summary>
    public static TheoryData<string, ServerSettings> Variants()
    {
        ServerSettings two = new() { Workers = 2, RestartEvery = Duration.FromSeconds(60) };
        TheoryData<string, ServerSettings> variants = new()
        {
            { "single", two with { Variant = Variant.Single } },
            { "shared epoll", two with { Variant = Variant.Shared, Accept = AcceptMode.Epoll } },
            { "shared epoll-exclusive", two with { Variant = Variant.Shared, Accept = AcceptMode.EpollExclusive } },
            { "shared blocking", two with { Variant = Variant.Shared, Accept = AcceptMode.Blocking } },
            { "reuseport", two with { Variant = Variant.Reuseport } },
            { "restart", two with { Variant = Variant.Restart } },
        };
        foreach (Variant variant in (Variant[])[Variant.Shared, Variant.Reuseport])
        {
            variants.Add(new TheoryDataRow<string, ServerSettings>($"{variant} io-uring", two with { Variant = variant, Accept = AcceptMode.IoUring })
            {
                Skip = NoIoUring,
            });
        }

        return variants;
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Counts_add_up_to_what_the_client_saw(string name, ServerSettings settings)
    {
        const int Connections = 60;
        const int RequestsEach = 3;
        using ServerHost server = ServerHost.Start(settings);
        long[] seenConnections = new long[settings.Workers];
        long[] seenRequests = new long[settings.Workers];
        for (int connection = 0; connection < Connections; connection++)
        {
            using RawClient client = RawClient.Connect(server.Ready.Port);
            int worker = -1;
            for (int request = 0; request < RequestsEach; request++)
            {
                client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                RawAnswer answer = client.ReadAnswer();
                Assert.Equal(200, answer.Status);
                Assert.Equal(settings.ResponseBytes, answer.Body.Length);
                Assert.True(worker == -1 || worker == answer.Worker, "a connection stays with its worker");
                worker = answer.Worker;
                seenRequests[worker]++;
            }

            seenConnections[worker]++;
        }

        ServerStats stats = server.Stop();
        Assert.Equal(seenConnections, stats.Workers.Select(worker => worker.Accepted));
        Assert.Equal(seenRequests, stats.Workers.Select(worker => worker.Requests));
        Assert.Equal((Connections, Connections * RequestsEach), (stats.Accepted, stats.Requests));
        Assert.Equal(0, stats.BadRequests);
        Assert.All(stats.Workers, worker => Assert.True(worker.Accepted == 0 || worker.CpuS > 0, $"{name}: CPU time is counted"));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Exactly_the_options_of_the_variant_are_on(string name, ServerSettings settings)
    {
        using ServerHost server = ServerHost.Start(settings);
        Assert.True(server.Ready.Options["SO_REUSEADDR"] != 0 == (settings.Variant == Variant.Restart), name);
        Assert.True(server.Ready.Options["SO_REUSEPORT"] != 0 == (settings.Variant == Variant.Reuseport), name);
        Assert.NotEqual(0, server.Ready.Options["TCP_NODELAY"]);
        server.Stop();
    }

    [Theory]
    [InlineData(Variant.Single)]
    [InlineData(Variant.Shared)]
    [InlineData(Variant.Reuseport)]
    public void Reuseaddr_is_on_where_asked_for(Variant variant)
    {
        using ServerHost server = ServerHost.Start(new ServerSettings { Variant = variant, ReuseAddr = true });
        Assert.NotEqual(0, server.Ready.Options["SO_REUSEADDR"]);
        server.Stop();
    }

    [Fact]
    public void Single_deals_in_strict_turn()
    {
        using ServerHost server = ServerHost.Start(new ServerSettings { Variant = Variant.Single, Workers = 3 });
        int[] workers = [.. Enumerable.Range(0, 9).Select(_ => RawClient.Get(server.Ready.Port).Worker)];
        Assert.Equal([0, 1, 2, 0, 1, 2, 0, 1, 2], workers);
        server.Stop();
    }

    [Fact]
    public void The_acceptor_of_single_runs_on_the_CPUs_of_the_workers_and_on_no_other()
    {
        int[] allowed = CpuAffinity.OfCurrentThread();
        Assert.SkipWhen(allowed.Length < 2, "needs a CPU that no worker is pinned to");
        // In a process of its own: other tests have acceptors, too.
        using ServeChild server = ServeChild.Start("--variant", "single", "--workers", "1", "--cpus", $"{new CpuList(allowed)}");
        string tasks = $"/proc/{server.WaitReady().Pid}/task";

        Assert.Equal($"{allowed[0]}", CpusAllowed("acceptor"));
        Assert.Equal($"{allowed[0]}", CpusAllowed("worker-0"));
        server.Terminate();

        string CpusAllowed(string thread)
        {
            const string Key = "Cpus_allowed_list:";
            string task = Directory.EnumerateDirectories(tasks).Single(t => File.ReadAllText(Path.Combine(t, "comm")).Trim() == thread);
            return File.ReadLines(Path.Combine(task, "status")).Single(l => l.StartsWith(Key, StringComparison.Ordinal))[Key.Length..].Trim();
        }
    }

    [Fact]
    public void Switches_and_CPU_time_of_the_acceptor_of_single_are_counted()
    {
        using ServerHost server = ServerHost.Start(new ServerSettings { Variant = Variant.Single, Workers = 1 });
        for (int connection = 0; connection < 20; connection++)
        {
            Assert.Equal(200, RawClient.Get(server.Ready.Port).Status);
        }

        ServerStats stats = server.Stop();

        // It waited for the first of them; for the others it may have come late.
        Assert.True(server.Page.BesideVoluntarySwitches > 0, "the acceptor's switches are published");
        Assert.Equal(stats.Workers[0].CpuS + (server.Page.BesideCpuNs / 1e9), stats.CpuS, 9);
        Assert.True(server.Page.BesideCpuNs > 0, "the acceptor's CPU time is published");
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_listener_reports_the_backlog_that_the_kernel_gave_it(string name, ServerSettings settings)
    {
        using ServerHost server = ServerHost.Start(settings with { Backlog = 9 });
        Assert.True(server.Ready.BacklogEffective == 9, name);
        server.Stop();
    }

    /// <summary>
    /// Twelve connections queue while the one worker burns, then a standing one asks again; who is answered before it is seen by polling, many
    /// times within the time that one answer takes. An attempt in which a busy host held the test itself up tells nothing.
    /// </summary>
    [Theory]
    [Trait("needs", "quiet")]
    [InlineData(Variant.Single, AcceptMode.Epoll, 1)]
    [InlineData(Variant.Single, AcceptMode.Epoll, 8)]
    [InlineData(Variant.Shared, AcceptMode.Epoll, 1)]
    [InlineData(Variant.Shared, AcceptMode.Epoll, 8)]
    [InlineData(Variant.Shared, AcceptMode.Blocking, 1)]
    [InlineData(Variant.Shared, AcceptMode.Blocking, 8)]
    [InlineData(Variant.Reuseport, AcceptMode.Epoll, 1)]
    [InlineData(Variant.Reuseport, AcceptMode.Epoll, 8)]
    [InlineData(Variant.Shared, AcceptMode.IoUring, 1)]
    [InlineData(Variant.Shared, AcceptMode.IoUring, 8)]
    [InlineData(Variant.Reuseport, AcceptMode.IoUring, 1)]
    public void No_more_new_connections_than_the_batch_come_before_one_that_waits(Variant variant, AcceptMode accept, int batch)
    {
        const int Attempts = 60;
        Assert.SkipWhen(accept == AcceptMode.IoUring && NoIoUring is not null, NoIoUring ?? "");
        ServerSettings settings = new()
        {
            Variant = variant,
            Accept = accept,
            AcceptBatch = batch,
            ServiceTime = new ServiceTime(Duration.FromMilliseconds(BurnMs)),
        };
        BusyHost watch = BusyHost.Watch();
        using ServerHost server = ServerHost.Start(settings);
        using RawClient standing = RawClient.Connect(server.Ready.Port);
        standing.Send(Request);
        standing.ReadAnswer();

        // An acceptor thread may be late with dealing, so that fewer lie there: more than the batch never come first, two at least now and then.
        int fewest = batch > 1 ? 2 : 0;
        int most = -1;
        for (int attempt = 0; attempt < Attempts && most < fewest; attempt++)
        {
            if (AnsweredBefore(standing, server.Ready.Port) is int first)
            {
                Assert.InRange(first, 0, batch);
                most = Math.Max(most, first);
            }
        }

        if (most < fewest)
        {
            watch.SkipIfBusyElseFail($"in {Attempts} attempts at most {most} came first, and with a batch of {batch} it is to be {fewest} at least");
        }

        server.Stop();
    }

    /// <returns>How many were answered before the standing one; null where that cannot be told.</returns>
    private static int? AnsweredBefore(RawClient standing, int port)
    {
        const int New = 12;
        using RawClient holding = RawClient.Connect(port);
        holding.Send(Request);
        holding.ReadAnswer();
        holding.Send(Request + Request);

        // It was accepted before, and the worker is with the second of them from here on.
        holding.ReadAnswer();
        RawClient[] others = [.. Enumerable.Range(0, New).Select(_ => RawClient.Connect(port))];
        Assert.All(others, client => client.Send(Request));
        standing.Send(Request);
        bool isHeld = holding.Available == 0;

        int before;
        int earlier = 0;
        do
        {
            before = earlier;
            earlier = Answered();
        }
        while (standing.Available == 0);

        bool isExact = before == Answered();
        standing.ReadAnswer();
        holding.ReadAnswer();
        Assert.All(others, client => client.ReadAnswer());
        Assert.All(others, client => client.Dispose());
        return isHeld && isExact ? before : null;

        int Answered() => others.Count(client => client.Available > 0);
    }

    /// <summary>The first connections may come while the others still get ready.</summary>
    [Fact]
    public void By_io_uring_one_worker_of_a_shared_listener_takes_every_connection()
    {
        Assert.SkipWhen(NoIoUring is not null, NoIoUring ?? "");
        using ServerHost server = ServerHost.Start(new ServerSettings { Variant = Variant.Shared, Accept = AcceptMode.IoUring, Workers = 3 });
        int[] workers = [.. Enumerable.Range(0, 100).Select(_ => RawClient.Get(server.Ready.Port).Worker)];
        ServerStats stats = server.Stop();
        Assert.Equal(100, stats.Accepted);
        Assert.InRange(workers.Count(worker => worker == 0), 95, 100);
        Assert.Equal(workers.Count(worker => worker == 0), stats.Workers[0].Accepted);
    }

    [Fact]
    public void By_io_uring_each_worker_of_a_group_takes_its_listeners_share()
    {
        Assert.SkipWhen(NoIoUring is not null, NoIoUring ?? "");
        using ServerHost server = ServerHost.Start(new ServerSettings { Variant = Variant.Reuseport, Accept = AcceptMode.IoUring, Workers = 2 });
        int[] workers = [.. Enumerable.Range(0, 200).Select(_ => RawClient.Get(server.Ready.Port).Worker)];
        ServerStats stats = server.Stop();

        // Five standard deviations of Binomial(200, 1/2).
        Assert.InRange(workers.Count(worker => worker == 0), 65, 135);
        Assert.Equal([workers.Count(worker => worker == 0), workers.Count(worker => worker == 1)], stats.Workers.Select(w => (int)w.Accepted));
    }

    [Theory]
    [InlineData(Variant.Shared)]
    [InlineData(Variant.Reuseport)]
    public void A_server_that_accepts_by_io_uring_gives_its_port_back_when_it_has_stopped(Variant variant)
    {
        Assert.SkipWhen(NoIoUring is not null, NoIoUring ?? "");
        ServerSettings settings = new() { Variant = variant, Accept = AcceptMode.IoUring, Workers = 2, ReuseAddr = true };
        using ServerHost server = ServerHost.Start(settings);
        Assert.Equal(200, RawClient.Get(server.Ready.Port).Status);
        server.Stop();
        using ServerHost next = ServerHost.Start(settings with { Port = server.Ready.Port });
        Assert.Equal(200, RawClient.Get(next.Ready.Port).Status);
        Assert.Equal(1, next.Stop().Accepted);
    }

    [Theory]
    [InlineData("ENOSYS", "this kernel has no io_uring (ENOSYS)")]
    [InlineData("EINVAL", "no multishot accept, which came with Linux 5.19 (EINVAL)")]
    public void A_host_without_io_uring_is_said_in_one_line(string error, string says)
    {
        const string Strace = "/usr/bin/strace";
        Assert.SkipUnless(File.Exists(Strace), "strace is not installed (package strace)");
        using ServeChild server = ServeChild.Start(
            Strace,
            [
                "-f", "-qq", "-o", "/dev/null", "-e", "trace=io_uring_setup", "-e", $"inject=io_uring_setup:error={error}",
                ServeChild.Executable, "serve", "--variant", "shared", "--accept", "io-uring",
            ]);
        Assert.Equal(2, server.WaitExitCode());
        string line = Assert.Single(server.ErrorText().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("accept: io-uring cannot be had here: ", line, StringComparison.Ordinal);
        Assert.Contains(says, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Variant.Single)]
    [InlineData(Variant.Restart)]
    public void Io_uring_is_refused_where_no_worker_accepts_for_good(Variant variant) => Assert.StartsWith(
        "accept: io-uring",
        Assert.Throws<UsageException>(new ServerSettings { Variant = variant, Accept = AcceptMode.IoUring }.Validate).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_group_shares_the_port_that_the_kernel_chose()
    {
        using ServerHost server = ServerHost.Start(new ServerSettings { Variant = Variant.Reuseport, Workers = 4 });
        HashSet<int> workers = [];
        Wait.Until(
            () =>
            {
                workers.Add(RawClient.Get(server.Ready.Port).Worker);
                return workers.Count == 4;
            },
            "each of four listeners was picked");
        Assert.Equal(4, server.Ready.Listeners);
        server.Stop();
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_stopped_server_frees_its_port_and_refuses(string name, ServerSettings settings)
    {
        using ServerHost server = ServerHost.Start(settings);
        int port = server.Ready.Port;
        server.Stop();
        SocketException refused = Assert.Throws<SocketException>(() => RawClient.Connect(port).Dispose());
        Assert.True(refused.SocketErrorCode == SocketError.ConnectionRefused, name);
    }
}
