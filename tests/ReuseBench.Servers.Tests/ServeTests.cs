using System.Net.Sockets;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Processes;
using ReuseBench.Servers.Workers;
using ReuseBench.TestSupport;

namespace ReuseBench.Servers.Tests;

/// <summary>The role <c>serve</c> and groups of processes, as real processes.</summary>
public sealed class ServeTests
{
    private static readonly string[] TwoByTwo = ["--variant", "reuseport", "--workers", "4", "--processes", "2"];

    [Fact]
    public void It_prints_ready_serves_and_prints_stats_when_terminated()
    {
        using ServeChild server = ServeChild.Start("--variant", "single", "--workers", "2");
        ServerReady ready = server.WaitReady();
        Assert.Equal(("127.0.0.1", server.Pid, "single", 2, 3, 1), (ready.Address, ready.Pid, ready.Variant, ready.Workers, ready.Threads, ready.Listeners));
        Assert.Equal(1, ready.ListenersMeant);
        Assert.Equal(200, RawClient.Get(ready.Port).Status);
        ServerStats stats = server.Terminate();
        Assert.Equal((1, 1, 0), (stats.Accepted, stats.Requests, stats.Restarts));
        Assert.All(stats.Workers, worker => Assert.Equal(server.Pid, worker.Pid));
        Assert.Equal(0, server.WaitExitCode());
    }

    [Fact]
    public void A_successor_that_waits_takes_the_port_that_it_is_told_once_its_start_is_over()
    {
        Succession waiting = new() { Waits = true, StartDelayMs = 300, RestartTimeoutMs = 60_000 };
        using ServeChild server = ServeChild.Start("--variant", "shared", "--succession", waiting.ToText());
        server.WaitUntilItWaits();

        // Somebody may have had it for a moment since: it is tried again and again.
        int port = FreePort();
        long toldNs = MonotonicClock.NowNs();
        server.Tell($"{port}");
        Assert.Equal(port, server.WaitReady().Port);
        Assert.True(MonotonicClock.NowNs() - toldNs >= 300_000_000, "it did not take its time");
        Assert.Equal(200, RawClient.Get(port).Status);
        server.Terminate();
        Assert.Equal(0, server.WaitExitCode());
    }

    [Fact]
    public void A_successor_that_is_told_nothing_ends_with_the_reason()
    {
        using ServeChild server = ServeChild.Start("--variant", "shared", "--succession", new Succession { Waits = true }.ToText());
        server.WaitUntilItWaits();
        server.Tell(null);
        Assert.Equal(2, server.WaitExitCode());
        Assert.Contains("standard input ended before it named the port", Assert.Single(server.ErrorText().Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_stops_a_server_that_was_started_by_hand()
    {
        SkipWhereInterruptIsIgnored();
        using ServeChild server = ServeChild.Start("--variant", "shared");
        server.WaitReady();
        ChildProcess.Kill(server.Pid, Signal.Interrupt);
        Assert.Equal(0, server.WaitExitCode());
    }

    [Fact]
    public void Ctrl_C_is_left_to_the_parent_by_a_server_that_has_one()
    {
        SkipWhereInterruptIsIgnored();
        using ServeChild server = ServeChild.Start(TwoByTwo);
        ServerReady ready = server.WaitReady();
        foreach (int child in ready.Pids.Skip(1))
        {
            ChildProcess.Kill(child, Signal.Interrupt);
        }

        for (int request = 0; request < 20; request++)
        {
            Assert.Equal(200, RawClient.Get(ready.Port).Status);
        }

        Assert.Equal(20, server.Terminate().Requests);
        Assert.Equal(0, server.WaitExitCode());
    }

    /// <summary>The server's patience is a second: a client that the host held up for longer comes too late, in one attempt and not in the next.</summary>
    [Fact]
    public void A_request_under_way_is_answered_before_the_end() => BusyHost.OneOfFew(
        () =>
        {
            using ServeChild server = ServeChild.Start("--variant", "shared");
            int port = server.WaitReady().Port;
            using RawClient begun = RawClient.Connect(port);
            begun.Send("GET / HTTP/1.1\r\n");
            using RawClient idle = RawClient.Connect(port);
            idle.Send("GET / HTTP/1.1\r\n\r\n");
            Assert.Equal(200, idle.ReadAnswer().Status);

            long toldNs = MonotonicClock.NowNs();
            ChildProcess.Kill(server.Pid, Signal.Terminate);
            Assert.True(idle.ServerCloses(), "an idle connection is closed at once");
            bool isSent = begun.TrySend("\r\n");
            double lateMs = (MonotonicClock.NowNs() - toldNs) / 1e6;
            bool isInTime = lateMs < Worker.DrainMs;
            if (isInTime)
            {
                Assert.True(isSent, "the server closed before its patience was over");
                RawAnswer answer = begun.ReadAnswer();
                Assert.Equal((200, "close"), (answer.Status, answer.Connection));
                Assert.True(begun.ServerCloses());
            }

            Assert.Equal(0, server.WaitExitCode());
            return isInTime;
        },
        isInTime => Assert.True(isInTime, "the rest of the request was sent after the server's patience"));

    [Fact]
    public void Processes_share_one_port_and_report_as_one_server()
    {
        using ServeChild server = ServeChild.Start(TwoByTwo);
        ServerReady ready = server.WaitReady();
        Assert.Equal((4, 4, 3), (ready.Workers, ready.Listeners, ready.Pids.Distinct().Count()));
        long[] seen = new long[4];
        Wait.Until(
            () =>
            {
                seen[RawClient.Get(ready.Port).Worker]++;
                return seen.All(count => count > 0);
            },
            "each worker of each process was picked");
        ServerStats stats = server.Terminate();
        Assert.Equal(seen, stats.Workers.Select(worker => worker.Accepted));
        Assert.Equal(seen, stats.Workers.Select(worker => worker.Requests));
        Assert.Equal([ready.Pids[1], ready.Pids[1], ready.Pids[2], ready.Pids[2]], stats.Workers.Select(worker => worker.Pid));
        Assert.Equal(0, server.WaitExitCode());
    }

    /// <summary>What servers do that open their socket once and fork: SO_REUSEPORT is on, and there is one socket all the same.</summary>
    [Theory]
    [InlineData("epoll")]
    [InlineData("epoll-exclusive")]
    public void Processes_that_inherit_a_listener_have_one_socket_between_them(string accept)
    {
        const int Served = 30;
        using ServeChild server = ServeChild.Start("--variant", "inherited", "--accept", accept, "--workers", "3");
        ServerReady ready = server.WaitReady();
        Assert.Equal((3, 1, 1, 4), (ready.Workers, ready.Listeners, ready.ListenersMeant, ready.Pids.Distinct().Count()));
        Assert.NotEqual(0, ready.Options["SO_REUSEPORT"]);
        Assert.Equal(1, TcpTable.Read().Count(TcpState.Listen, ready.Port));
        long[] inodes = [.. ready.Pids.Select(pid => Assert.Single(ListeningSockets.Of(ready.Port, [pid]).Held))];
        Assert.Single(inodes.Distinct());

        long[] seen = new long[3];
        for (int request = 0; request < Served; request++)
        {
            seen[RawClient.Get(ready.Port).Worker]++;
        }

        ServerStats stats = server.Terminate();
        Assert.Equal(Served, stats.Accepted);
        Assert.Equal(seen, stats.Workers.Select(worker => worker.Accepted));
        Assert.Equal(ready.Pids[1..], stats.Workers.Select(worker => worker.Pid));
        Assert.Equal(0, server.WaitExitCode());
        Assert.Equal(0, TcpTable.Read().Count(TcpState.Listen, ready.Port));
    }

    [Fact]
    public void Sockets_are_counted_over_all_processes_of_a_group()
    {
        using ServeChild server = ServeChild.Start(TwoByTwo);
        ServerReady ready = server.WaitReady();
        Assert.Equal((4, 4), (ready.Listeners, ready.ListenersMeant));
        Assert.Equal(4, TcpTable.Read().Count(TcpState.Listen, ready.Port));
    }

    [Fact]
    public void Processes_die_with_the_one_that_started_them()
    {
        using ServeChild server = ServeChild.Start(TwoByTwo);
        ServerReady ready = server.WaitReady();
        ChildProcess.Kill(server.Pid, Signal.Kill);
        Wait.Until(() => ready.Pids.All(pid => pid == server.Pid || !IsRunning(pid)), "the children of a killed server are gone");
    }

    [Fact]
    public void Counts_outlive_a_killed_process_of_a_group()
    {
        using StringWriter log = new();
        ServerSettings settings = new() { Variant = Variant.Reuseport, Workers = 2, Processes = 2 };
        using SharedMapping page = SharedMapping.CreateAnonymous("test", ServerPage.Size(settings.Workers));
        using ProcessGroup group = ProcessGroup.Start(settings, page, new ServeCommand(ServeChild.Executable, ["serve"]), log);
        const int Served = 20;
        for (int request = 0; request < Served; request++)
        {
            RawClient.Get(group.Ready.Port);
        }

        // The counts are on the page at the end of a turn of the loop, and one turn may accept and answer many connections in a row.
        Wait.Until(
            () => Enumerable.Range(0, settings.Workers).Sum(worker => page.At<WorkerCounters>(ServerPage.WorkerOffset(worker)).Requests) == Served,
            "every answer is counted on the page");
        ChildProcess.Kill(group.Ready.Pids[2], Signal.Kill);
        ServerStats stats = group.Stop();
        Assert.Equal(Served, stats.Requests);
        Assert.Matches("did not end well|ended before it was told to", log.ToString());
        Assert.False(group.IsWhole);
    }

    /// <summary>The others go on, and what they serve is not what the group would.</summary>
    [Theory]
    [InlineData(Signal.Terminate)]
    [InlineData(Signal.Kill)]
    public void A_group_of_which_somebody_ended_a_process_has_failed(Signal signal)
    {
        using ServeChild server = ServeChild.Start(TwoByTwo);
        ServerReady ready = server.WaitReady();
        ChildProcess.Kill(ready.Pids[2], signal);
        Wait.Until(() => !Directory.Exists($"/proc/{ready.Pids[2]}"), "the process is gone, and its parent knows");
        server.Terminate();
        Assert.Equal(1, server.WaitExitCode());
        Assert.Contains($"server process {ready.Pids[2]} ended before it was told to", server.ErrorText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_does_not_become_ready_is_one_line_and_leaves_nothing()
    {
        Assert.Matches("^server process [0-9]+ of the group did not become ready: it printed 'no server --", NotStarted("/bin/echo", "no server"));
        Assert.Matches("^server process [0-9]+ of the group did not become ready: it ended with exit code 7$", NotStarted("/bin/sh", "-c", "exit 7"));
        Assert.Matches("^server process [0-9]+ of the group did not become ready: it ended with signal 9$", NotStarted("/bin/sh", "-c", "kill -9 $$"));
        Assert.StartsWith("a server process of the group was not started: ", NotStarted("/no/such/program"));

        static string NotStarted(string program, params string[] arguments)
        {
            ServerSettings settings = new() { Variant = Variant.Reuseport, Workers = 2, Processes = 2 };
            string message = Assert.Throws<IOException>(
                () => ProcessGroup.Start(settings, page: null, new ServeCommand(program, arguments), TextWriter.Null)).Message;
            Assert.DoesNotContain('\n', message);
            return message;
        }
    }

    [Theory]
    [InlineData(Variant.Single)]
    [InlineData(Variant.Shared)]
    [InlineData(Variant.Reuseport)]
    [InlineData(Variant.Restart)]
    public void A_port_that_is_taken_is_one_line(Variant variant)
    {
        using ServerHost first = ServerHost.Start(new ServerSettings());
        UsageException problem = Assert.Throws<UsageException>(
            () => ServerHost.Start(new ServerSettings { Variant = variant, Port = first.Ready.Port }));
        Assert.Equal($"port {first.Ready.Port} on 127.0.0.1 is taken (EADDRINUSE); choose another --port, or 0 for a free one", problem.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_group_does_not_join_another_server_s_group(int processes)
    {
        ServerSettings settings = new() { Variant = Variant.Reuseport, Workers = 2 };
        using ServerHost first = ServerHost.Start(settings);
        ServerSettings second = settings with { Port = first.Ready.Port, Processes = processes };
        UsageException problem = Assert.Throws<UsageException>(() => Start(second).Dispose());
        Assert.Equal($"port {first.Ready.Port} on 127.0.0.1 is taken (EADDRINUSE); choose another --port, or 0 for a free one", problem.Message);

        first.Stop();
        Start(second).Dispose();

        static IRunningServer Start(ServerSettings settings) => settings.Processes == 1
            ? ServerHost.Start(settings)
            : ProcessGroup.Start(settings, page: null, new ServeCommand(ServeChild.Executable, ["serve"]), TextWriter.Null);
    }

    [Fact]
    public void An_address_of_another_host_is_one_line()
    {
        UsageException problem = Assert.Throws<UsageException>(
            () => ServerHost.Start(new ServerSettings { Bind = System.Net.IPAddress.Parse("192.0.2.1") }));
        Assert.Contains("192.0.2.1 is not one of this host", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cpu_that_is_not_there_is_one_line()
    {
        UsageException problem = Assert.Throws<UsageException>(
            () => ServerHost.Start(new ServerSettings { Cpus = new Core.Units.CpuList([8000]) }));
        Assert.Contains("cpus: 8000", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_listens_on_IPv6_too()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this host has no IPv6");
        using ServerHost server = ServerHost.Start(new ServerSettings { Bind = System.Net.IPAddress.IPv6Loopback });
        using TcpClient client = new(AddressFamily.InterNetworkV6);
        client.Connect(System.Net.IPAddress.IPv6Loopback, server.Ready.Port);
        Assert.Equal("::1", server.Ready.Address);
    }

    /// <summary>One that was free a moment ago.</summary>
    private static int FreePort()
    {
        using TcpListener listener = new(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>What a shell starts in the background inherits an ignored SIGINT, and hands it on.</summary>
    private static void SkipWhereInterruptIsIgnored()
    {
        string ignored = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        long mask = Convert.ToInt64(ignored.Split('\t')[1], 16);
        Assert.SkipWhen((mask & (1L << ((int)Signal.Interrupt - 1))) != 0, "SIGINT is ignored in the process that runs the tests");
    }

    private static bool IsRunning(int pid)
    {
        // A process that nobody has reaped yet is dead all the same.
        string status = $"/proc/{pid}/stat";
        try
        {
            return File.ReadAllText(status).Split(' ')[2] is not ("Z" or "X");
        }
        catch (IOException)
        {
            return false;
        }
    }
}
