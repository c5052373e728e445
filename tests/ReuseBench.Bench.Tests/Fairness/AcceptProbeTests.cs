using System.Diagnostics;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.Fairness;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Linux;
using ReuseBench.LoadGen;
using ReuseBench.Servers.Listening;

namespace ReuseBench.Bench.Tests.Fairness;

public sealed class AcceptProbeTests
{
    [Theory]
    [InlineData("random")]
    [InlineData("sequential")]
    [InlineData("stride:64")]
    [InlineData("ephemeral")]
    [InlineData("fixed:500")]
    public void Client_listeners_and_kernel_count_the_same_connections(string plan)
    {
        MeasuredRows rows = AcceptProbes.MeasureAtLeast(100, AcceptProbes.Cell(Experiment.Fairness, 3, plan));
        ResultRow row = rows.Result;
        Assert.True(row.CountsAgree);
        Assert.Equal((row.ConnectionsOpened, row.ConnectionsOpened), (row.LifeConnectionsServer, row.LifeConnectionsKernel));
        Assert.Equal(row.ConnectionsOpened, rows.Of<FairnessRow>().Sum(f => f.Accepted));
        Assert.Equal((0, 0, 0), (row.ListenOverflows, row.ListenDrops, row.MovedTuples));
    }

    /// <summary>A connect that comes back before its handshake, as from ksoftirqd of older kernels: every packet has to go to another CPU first.</summary>
    [Fact]
    public void A_handshake_that_another_CPU_works_off_is_waited_for()
    {
        Assert.SkipUnless(NetworkNamespace.CanHaveOne(out LinuxException? problem), $"no network namespace can be made here ({problem?.Errno.Name})");
        int[] cpus = CpuAffinity.OfCurrentThread();
        Assert.SkipWhen(cpus.Length < 2, "one CPU: there is no other to steer to");
        Cell cell = AcceptProbes.Cell(Experiment.Fairness, 2);

        AcceptProbeCounts counts = MeasurementThread.Run(ownNamespace: true, HostSysctls.Read(), () =>
        {
            CpuAffinity.SetCurrentThread([cpus[0]]);
            ReceiveSteering.Set("lo", [cpus[1]]);
            using ReuseportListeners listeners = ServerNeeds.Open(cell.Server);
            return new AcceptProbe(listeners, SourceWalk.Start(cell.Load, listeners.Address), batch: 8)
                .Run(cell.Load.Duration, TestContext.Current.CancellationToken);
        });

        Assert.InRange(counts.Opened, 1, long.MaxValue);
        Assert.Equal(counts.Opened, counts.Accepted);
    }

    [Fact]
    public void Chance_is_over_distinct_tuples_where_tuples_come_again()
    {
        MeasuredRows rows = AcceptProbes.MeasureAtLeast(2 * 200, AcceptProbes.Cell(Experiment.Fairness, 2, "fixed:200"));
        ChanceRow test = Chance(rows, ChanceStatistic.ChiSquare);
        Assert.Equal((ChanceOver.Tuples, 200, 200), (test.Over, test.Choices, rows.Result.DistinctTuples));
        Assert.Equal(200, rows.Of<FairnessRow>().Sum(f => f.Tuples));

        // One in a million sound hashes is this uneven over 200 tuples.
        Assert.InRange(test.PValue!.Value, 1e-6, 1);
    }

    [Fact]
    public void Too_few_choices_leave_the_test_empty_and_say_why()
    {
        MeasuredRows rows = AcceptProbes.MeasureAtLeast(64, AcceptProbes.Cell(Experiment.Fairness, 16, "fixed:64"));
        ChanceRow test = Chance(rows, ChanceStatistic.ChiSquare);
        Assert.Equal((64, null, null), (test.Choices, test.Value, test.PValue));
        Assert.Contains("64 choices are too few for 16 listeners", test.Reason, StringComparison.Ordinal);
        Assert.NotNull(Chance(rows, ChanceStatistic.MaxOverMean).Expected);
        Assert.Equal("monte-carlo:10000", Chance(rows, ChanceStatistic.Cv).Method);
    }

    [Fact]
    public void Turns_are_strict_and_leave_nothing_to_chance()
    {
        Cell cell = AcceptProbes.Cell(Experiment.Fairness, 3);
        MeasuredRows rows = AcceptProbes.MeasureAtLeast(100, cell with { Server = cell.Server with { Selector = Selector.EbpfRoundRobin } });
        Assert.InRange(rows.Of<FairnessRow>().Max(f => f.Accepted) - rows.Of<FairnessRow>().Min(f => f.Accepted), 0, 1);
        Assert.Null(Chance(rows, ChanceStatistic.ChiSquare).PValue);
        Assert.NotNull(Chance(rows, ChanceStatistic.ChiSquare).Reason);
    }

    [Fact]
    public void Weights_are_held_against_the_shares_that_they_mean()
    {
        Cell cell = AcceptProbes.Cell(Experiment.Fairness, 3);
        MeasuredRows rows = AcceptProbes.MeasureAtLeast(100, cell with { Server = cell.Server with { Selector = Selector.EbpfWeight } });
        Assert.Equal([1 / 6.0, 2 / 6.0, 3 / 6.0], Shares(rows).Select(s => s.Expected!.Value));
        Assert.InRange(Chance(rows, ChanceStatistic.ChiSquare).PValue!.Value, 1e-6, 1);
        Assert.All(Shares(rows), s => Assert.Null(s.Low));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_changed_group_keeps_the_tuples_that_the_rule_lets_it_keep(int listeners)
    {
        Stopwatch clock = Stopwatch.StartNew();
        MeasuredRows measured = AcceptProbes.Measure(AcceptProbes.Cell(Experiment.Affinity, listeners, connections: 400));
        Assert.InRange(measured.Result.MeasuringS!.Value, 1e-4, clock.Elapsed.TotalSeconds);
        AffinityRow[] rows = [.. measured.Of<AffinityRow>()];
        Assert.Equal(listeners == 2 ? 7 : 8, rows.Length);
        Assert.All(rows, row => Assert.Equal((400, 0), (row.Tuples, row.AgainstRule)));
        Assert.All(rows.Where(r => r.Change is "unchanged" or "rebuilt"), row => Assert.Equal(400, row.Kept));

        // Five standard deviations of Binomial(400, p).
        Assert.All(rows, row => Assert.Equal(row.ExpectedShare!.Value, row.KeptShare!.Value, 0.125));
    }

    [Fact]
    public void More_stalled_connections_than_a_queue_holds_are_refused()
    {
        Cell cell = AcceptProbes.Cell(Experiment.Stall, 4, connections: 101);
        UsageException refused = Assert.Throws<UsageException>(() => AcceptProbes.Measure(cell with { Server = cell.Server with { Backlog = 100 } }));
        Assert.Contains("which holds 100", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_with_too_few_tuples_is_refused_with_what_would_do()
    {
        Cell cell = AcceptProbes.Cell(Experiment.Fairness, 2, "sequential", connections: 100);
        Cell empty = cell with { Load = cell.Load with { Sources = AddressSet.Parse("127.0.0.2", "sources"), SourcePorts = new PortRange(40_000, 40_009) } };
        UsageException refused = Assert.Throws<UsageException>(() => AcceptProbes.Measure(empty));
        Assert.Contains("10 client addresses and ports", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throughput", Variant.Reuseport, Selector.Hash, "accept-only probe counts who gets the connections")]
    [InlineData("fairness", Variant.Shared, Selector.Hash, "use reuseport")]
    [InlineData("fairness", Variant.Reuseport, Selector.CbpfCpu, "needs workers on CPUs of their own")]
    [InlineData("fairness", Variant.Reuseport, Selector.EbpfAlive, "asks whether workers live")]
    [InlineData("affinity", Variant.Reuseport, Selector.EbpfAlive, "is held against what the kernel's hash does")]
    public void What_an_accept_only_probe_cannot_count_is_refused(string experiment, Variant variant, Selector selector, string said)
    {
        Cell cell = AcceptProbes.Cell(new Experiment(experiment), 2);
        UsageException refused = Assert.Throws<UsageException>(
            () => CellRules.Require(cell with { Server = cell.Server with { Variant = variant, Selector = selector } }));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    private static ChanceRow Chance(MeasuredRows rows, ChanceStatistic statistic) => rows.Of<ChanceRow>().Single(r => r.Statistic == statistic);

    private static IEnumerable<ChanceRow> Shares(MeasuredRows rows) => rows.Of<ChanceRow>().Where(r => r.Statistic == ChanceStatistic.ChoiceShare);
}
