using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;

namespace ReuseBench.Servers.Tests;

public sealed class SelectorTests
{
    private static ServerSettings Group(int workers, Selector selector) =>
        new() { Variant = Variant.Reuseport, Workers = workers, Selector = selector };

    [Theory]
    [InlineData(Selector.CbpfRandom)]
    [InlineData(Selector.EbpfWeight)]
    [InlineData(Selector.EbpfRoundRobin)]
    public void Every_selected_listener_answers(Selector selector)
    {
        using ServerHost server = StartOrSkip(Group(2, selector));
        HashSet<int> answered = [.. Enumerable.Range(0, 60).Select(_ => RawClient.Get(server.Ready.Port).Worker)];
        Assert.Equal([0, 1], answered.Order());
        ServerStats stats = server.Stop();
        Assert.Equal(60, stats.Accepted);
    }

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
