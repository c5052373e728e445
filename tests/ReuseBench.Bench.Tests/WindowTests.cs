using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests;

public sealed class WindowTests
{
    /// <summary>A quarter of a second on one client thread, pinned to CPU 1.</summary>
    private static readonly LoadDocument Swarm = new()
    {
        ClientCpuS = 0.25,
        ClientThreadDetails = [new ClientThread { Cpu = 1, CpuS = 0.25 }],
    };

    [Fact]
    public void What_server_and_swarm_used_themselves_is_not_foreign() => Assert.Equal(
        0, Windows.OfOneSecond(Windows.Cpu(0, tasks: 50), Windows.Cpu(1, tasks: 25)).BackgroundShare(Swarm, InterruptTime.Process));

    [Fact]
    public void A_foreign_load_on_one_cpu_is_not_thinned_by_the_others()
    {
        Window window = Windows.OfOneSecond([Windows.Cpu(0, tasks: 100), Windows.Cpu(1, tasks: 25),
            .. Enumerable.Range(2, 30).Select(c => Windows.Cpu(c, tasks: 0))]);
        Assert.Equal(0.5, window.BackgroundShare(Swarm, InterruptTime.Process)!.Value, 6);
    }

    [Fact]
    public void What_sampling_by_ticks_explains_is_not_foreign() => Assert.Equal(
        0, Windows.OfOneSecond(Windows.Cpu(0, tasks: 59), Windows.Cpu(1, tasks: 25)).BackgroundShare(Swarm, InterruptTime.Process));

    [Theory]
    [InlineData(InterruptTime.Process, 0.5)] // charged to the server where the server caused them: what is above is another's
    [InlineData(InterruptTime.Apart, 0.0)] // nobody's
    [InlineData(InterruptTime.Unknown, 0.0)]
    public void Interrupts_are_foreign_only_where_processes_are_charged_for_them(InterruptTime interrupts, double share) => Assert.Equal(
        share, Windows.OfOneSecond(Windows.Cpu(0, tasks: 50, interrupts: 50), Windows.Cpu(1, tasks: 25)).BackgroundShare(Swarm, interrupts)!.Value, 6);

    [Fact]
    public void What_ran_unpinned_may_have_run_on_any_cpu()
    {
        LoadDocument unpinned = Swarm with { ClientThreadDetails = [] };
        Assert.Equal(0, Windows.OfOneSecond(Windows.Cpu(0, tasks: 75), Windows.Cpu(1, tasks: 25)).BackgroundShare(unpinned, InterruptTime.Process));
    }

    [Fact]
    public void Steal_is_that_of_the_cpu_that_lost_most() => Assert.Equal(
        0.1, Windows.OfOneSecond(Windows.Cpu(0, tasks: 50, steal: 10), Windows.Cpu(1, tasks: 25), Windows.Cpu(2, tasks: 0)).StealShare!.Value, 6);

    [Fact]
    public void Too_few_ticks_tell_nothing()
    {
        Window window = Windows.OfOneSecond(KeyValuePair.Create(0, new CpuTicks(49, 49, 0, 0)));
        Assert.Null(window.StealShare);
        Assert.Null(window.BackgroundShare(Swarm, InterruptTime.Process));
        Assert.Equal((null, null), window.BusyShares(new CpuList([0])));
    }

    [Fact]
    public void A_cpu_of_a_worker_is_busy_with_interrupts_too() => Assert.Equal(
        (0.8, 1.0), Windows.OfOneSecond(Windows.Cpu(0, tasks: 60), Windows.Cpu(1, tasks: 70, interrupts: 30), Windows.Cpu(2, tasks: 5))
            .BusyShares(new CpuList([0, 1])));

    /// <summary>The scheduler's account: the made-up server used half a second, pinned to CPU 0.</summary>
    [Theory]
    [InlineData(InterruptTime.Process, true, "0", 0.5, 0.5)]
    [InlineData(InterruptTime.Process, false, "0", 0.5, 0.5)] // whoever else was there
    [InlineData(InterruptTime.Apart, true, "0", 0.9, 0.9)] // interrupts that nobody is charged for are the server's where it is alone
    [InlineData(InterruptTime.Apart, false, "0", null, null)]
    [InlineData(InterruptTime.Unknown, true, "0", null, null)]
    [InlineData(InterruptTime.Process, true, "0-1", null, null)] // nothing is pinned to CPU 1
    [InlineData(InterruptTime.Process, true, "", null, null)]
    public void The_share_of_a_worker_is_that_of_its_pinned_threads(InterruptTime interrupts, bool isAlone, string workers, double? mean, double? most)
    {
        Window window = Windows.OfOneSecond(Windows.Cpu(0, tasks: 60, interrupts: 40), Windows.Cpu(1, tasks: 0));
        (double? Mean, double? Most) shares = window.WorkerShares(CpuList.Parse(workers, "workers"), 1, interrupts, isAlone);
        Assert.Equal((mean, most), (shares.Mean, shares.Most));
    }

    /// <summary>It used half of the second, and all that it was left.</summary>
    [Fact]
    public void What_the_hypervisor_took_no_worker_could_use() => Assert.Equal(
        (1, 1), Windows.OfOneSecond(Windows.Cpu(0, tasks: 50, steal: 50)).WorkerShares(new CpuList([0]), 1, InterruptTime.Process, isAlone: true));

    [Fact]
    public void One_full_worker_among_idle_ones_is_seen_beside_the_mean()
    {
        Window window = Windows.OfOneSecond();
        window = window with
        {
            End = window.End with { ServerPinnedNs = new Dictionary<int, long> { [0] = 990_000_000, [1] = 100_000_000, [2] = 110_000_000 } },
        };
        (double? mean, double? most) = window.WorkerShares(new CpuList([0, 1, 2]), 1, InterruptTime.Process, isAlone: true);
        Assert.Equal((0.4, 0.99), (Math.Round(mean!.Value, 9), most));
    }

    /// <summary>To the kernel's books it is an interrupt, and it does what the packets of both sides left over.</summary>
    [Theory]
    [InlineData(InterruptTime.Process)]
    [InlineData(InterruptTime.Apart)]
    public void Ksoftirqd_is_of_neither_side_and_not_foreign(InterruptTime interrupts)
    {
        Window window = Windows.OfOneSecond(Windows.Cpu(0, tasks: 50, interrupts: 40), Windows.Cpu(1, tasks: 25));
        window = window with { End = window.End with { SoftIrqNs = new Dictionary<int, long> { [0] = 400_000_000 } } };
        Assert.Equal(0, window.BackgroundShare(Swarm, interrupts));
        Assert.Equal(0.4, window.SoftIrqThreadsS!.Value, 9);
        Assert.Null(Windows.OfOneSecond().SoftIrqThreadsS);
    }

    [Theory]
    [InlineData(990_000_000, 0.99)] // the swarm's end mark came 10 ms late: the server had nothing to do any more
    [InlineData(2_000_000_000, 1.0)]
    [InlineData(0, 1.0)] // no mark at all
    public void The_server_was_loaded_until_the_swarms_end(long windowEndNs, double seconds) => Assert.Equal(
        seconds, Windows.OfOneSecond().LoadedSeconds(new LoadDocument { WindowEndNs = windowEndNs }), 9);
}
