using ReuseBench.Bench.Matrices;
using System.Diagnostics;
using ReuseBench.Bench.Rows;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

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
        MeasuredRows rows = AcceptProbes.Measure(AcceptProbes.Cell(Experiment.Fairness, 3, plan));
        ResultRow row = rows.Result;
        Assert.Equal("yes", row.CountsAgree);
        Assert.Equal((row.ConnectionsOpened, row.ConnectionsOpened), (row.LifeConnectionsServer, row.LifeConnectionsKernel));
        Assert.Equal(row.ConnectionsOpened, rows.Fairness.Sum(f => f.Accepted));
        Assert.Equal((0, 0, 0), (row.ListenOverflows, row.ListenDrops, row.MovedTuples));
        Assert.InRange(row.ConnectionsOpened, 100, long.MaxValue);
    }

    [Fact]
    public void Chance_is_over_distinct_tuples_where_tuples_come_again()
    {
        MeasuredRows rows = AcceptProbes.Measure(AcceptProbes.Cell(Experiment.Fairness, 2, "fixed:200"));
        Assert.True(rows.Result.ConnectionsOpened > 200, $"{rows.Result.ConnectionsOpened} connections are too few to use 200 tuples twice");
        Assert.Equal(("tuples", 200, 200), (rows.Result.ChanceOver, rows.Result.Choices, rows.Result.DistinctTuples));
        Assert.Equal(200, rows.Fairness.Sum(f => f.Tuples));

        // One in a million sound hashes is this uneven over 200 tuples.
        Assert.InRange(rows.Result.Chi2P!.Value, 1e-6, 1);
    }

    [Fact]
    public void Too_few_choices_leave_the_test_empty_and_say_why()
    {
        ResultRow row = AcceptProbes.Measure(AcceptProbes.Cell(Experiment.Fairness, 16, "fixed:64")).Result;
        Assert.Equal((64, null, null), (row.Choices, row.Chi2, row.Chi2P));
        Assert.Contains("64 choices are too few for 16 listeners", row.Chi2Reason, StringComparison.Ordinal);
        Assert.NotNull(row.ChoicesMaxOverMeanExpected);
        Assert.Equal("monte-carlo:10000", row.ChanceMethod);
    }

    [Fact]
    public void Turns_are_strict_and_leave_nothing_to_chance()
    {
        Cell cell = AcceptProbes.Cell(Experiment.Fairness, 3);
        MeasuredRows rows = AcceptProbes.Measure(cell with { Server = cell.Server with { Selector = Selector.EbpfRoundRobin } });
        Assert.InRange(rows.Fairness.Max(f => f.Accepted) - rows.Fairness.Min(f => f.Accepted), 0, 1);
        Assert.Null(rows.Result.Chi2P);
        Assert.NotNull(rows.Result.Chi2Reason);
    }

    [Fact]
    public void Weights_are_held_against_the_shares_that_they_mean()
    {
        Cell cell = AcceptProbes.Cell(Experiment.Fairness, 3);
        MeasuredRows rows = AcceptProbes.Measure(cell with { Server = cell.Server with { Selector = Selector.EbpfWeight } });
        Assert.Equal([1 / 6.0, 2 / 6.0, 3 / 6.0], rows.Fairness.Select(f => f.ExpectedShare!.Value));
        Assert.InRange(rows.Result.Chi2P!.Value, 1e-6, 1);
        Assert.All(rows.Fairness, f => Assert.Null(f.BandLowShare));
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
        IReadOnlyList<AffinityRow> rows = measured.Affinity;
        Assert.Equal(listeners == 2 ? 7 : 8, rows.Count);
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
        Assert.Contains("10 tuples", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throughput", Variant.Reuseport, Selector.Hash, "accept-only probe counts who gets the connections")]
    [InlineData("fairness", Variant.Shared, Selector.Hash, "use reuseport")]
    [InlineData("fairness", Variant.Reuseport, Selector.CbpfCpu, "needs workers on CPUs of their own")]
    public void What_an_accept_only_probe_cannot_count_is_refused(string experiment, Variant variant, Selector selector, string said)
    {
        Cell cell = AcceptProbes.Cell(new Experiment(experiment), 2);
        UsageException refused = Assert.Throws<UsageException>(
            () => CellRules.Require(cell with { Server = cell.Server with { Variant = variant, Selector = selector } }));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }
}
