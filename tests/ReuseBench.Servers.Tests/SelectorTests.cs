using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;
using ReuseBench.TestSupport;

namespace ReuseBench.Servers.Tests;

public sealed class SelectorTests
{
    private static ServerSettings Group(int workers, Selector selector) =>
        new() { Variant = Variant.Reuseport, Workers = workers, Selector = selector };

    [Theory]
    [InlineData(Selector.CbpfRandom)]
    [InlineData(Selector.EbpfWeight)]
    [InlineData(Selector.EbpfRoundRobin)]
    [InlineData(Selector.EbpfAlive)]
    public void Every_selected_listener_answers(Selector selector)
    {
        using ServerHost server = StartOrSkip(Group(2, selector));
        HashSet<int> answered = [];
        int requests = 0;

        // One that the host holds up is passed by where the selector asks who lives.
        Wait.Until(
            () =>
            {
                answered.Add(RawClient.Get(server.Ready.Port).Worker);
                return ++requests >= 60 && answered.Count == 2;
            },
            "both workers answer");
        Assert.Equal([0, 1], answered.Order());
        ServerStats stats = server.Stop();
        Assert.Equal(requests, stats.Accepted);
    }

    /// <summary>
    /// A host that holds up the other worker, too, leaves nobody who lives: then the hash decides, and some wait. So it is in one attempt and not in the next.
    /// </summary>
    [Fact]
    public void New_connections_go_past_a_worker_that_stands_still_and_come_back_to_it()
    {
        StartOrSkip(Group(1, Selector.EbpfAlive)).Dispose();
        Exception? problem = null;

        // What traces a thread is a thread: begin and end are to be on the same one.
        Thread tracer = new(() => problem = Record.Exception(() =>
        {
            using ServeChild server = ServeChild.Start("--variant", "reuseport", "--workers", "2", "--selector", "ebpf-alive");
            int port = server.WaitReady().Port;
            HashSet<int> before = [];
            Wait.Until(() => before.Add(RawClient.Get(port).Worker) && before.Count == 2, "both workers answer");
            int waited = -1;
            for (int attempt = 0; attempt < BusyHost.Attempts && waited != 0; attempt++)
            {
                waited = AnsweredByStalled(server.Pid, port);
            }

            Assert.Equal(0, waited);
            Wait.Until(() => RawClient.Get(port).Worker == 0, "the worker that moves again is given connections again");
            server.Terminate();
        }));
        tracer.Start();
        tracer.Join();
        if (problem is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(problem);
        }
    }

    [Fact]
    public void The_limit_is_the_one_that_the_reference_page_says() => Assert.Contains(
        $"for {SelectorShares.StalledAfter.Milliseconds} ms",
        Meanings.Of<Selector>().Single(s => s.Name == "ebpf-alive").Meaning,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(Selector.CbpfCpu)]
    [InlineData(Selector.IncomingCpu)]
    public void A_selector_by_CPU_serves_where_the_packet_was_received(Selector selector)
    {
        int[] cpus = CpuAffinity.OfCurrentThread();
        Assert.SkipUnless(cpus.Length > 1, "one CPU: there is nothing to pick from");
        const int Each = 20;
        ServerSettings settings = Group(2, selector) with { Cpus = new CpuList(cpus.Take(2)), RxCpuMatch = true };
        using ServerHost server = ServerHost.Start(settings);

        // Loopback packets are received on the client's CPU.
        Get(cpus[0]);
        Get(cpus[1]);
        ServerStats stats = server.Stop();
        Assert.Equal([Each, Each], stats.Workers.OrderBy(w => w.Worker).Select(w => w.Accepted));
        Assert.Equal([Each, Each], stats.Workers.OrderBy(w => w.Worker).Select(w => w.AcceptedLocal));

        void Get(int cpu)
        {
            Exception? problem = null;
            Thread client = new(() => problem = Record.Exception(() =>
            {
                CpuAffinity.SetCurrentThread([cpu]);
                for (int request = 0; request < Each; request++)
                {
                    _ = RawClient.Get(server.Ready.Port);
                }
            }));
            client.Start();
            client.Join();
            Assert.Null(problem);
        }
    }

    [Theory]
    [InlineData(Selector.CbpfCpu)]
    [InlineData(Selector.IncomingCpu)]
    public void More_listeners_than_CPUs_are_refused_where_each_needs_one(Selector selector)
    {
        int[] cpus = CpuAffinity.OfCurrentThread();
        UsageException refused = Assert.Throws<UsageException>(() =>
            ReuseportListeners.Open(Group(2, selector) with { Cpus = new CpuList(cpus.Take(1)) }));
        Assert.Contains("needs a CPU for each listener, and 2 listeners have 1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_selector_over_several_processes_is_refused() =>
        Assert.Throws<UsageException>((Group(2, Selector.EbpfRoundRobin) with { Processes = 2 }).Validate);

    /// <returns>Of forty connections that were made while the first worker stood still, those that it was given.</returns>
    private static int AnsweredByStalled(int pid, int port)
    {
        RawClient[] clients;
        using (FrozenThread frozen = StopOrSkip(FrozenThread.Find(pid, "worker-0")!.Value))
        {
            MonotonicClock.SleepUntil(MonotonicClock.NowNs() + (5 * SelectorShares.StalledAfter.Nanoseconds));
            clients = [.. Enumerable.Range(0, 40).Select(_ => RawClient.Connect(port))];
        }

        Array.ForEach(clients, client => client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
        int[] workers = [.. clients.Select(client => client.ReadAnswer().Worker)];
        Array.ForEach(clients, client => client.Dispose());
        return workers.Count(worker => worker == 0);
    }

    private static FrozenThread StopOrSkip(int tid)
    {
        try
        {
            return FrozenThread.Stop(tid);
        }
        catch (LinuxException e) when (e.Errno.Code == ErrnoCode.EPERM)
        {
            Assert.Skip($"no thread may be stopped here: {e.Message}");
            throw;
        }
    }

    private static ServerHost StartOrSkip(ServerSettings settings)
    {
        try
        {
            return ServerHost.Start(settings);
        }
        catch (LinuxException e) when (e.Errno.Code == ErrnoCode.EPERM)
        {
            Assert.Skip($"no right to load programs here: {e.Message}");
            throw;
        }
    }
}
