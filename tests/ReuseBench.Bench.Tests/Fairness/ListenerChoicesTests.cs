using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Tests.Fairness;

public sealed class ListenerChoicesTests
{
    [Fact]
    public void Connections_are_choices_where_each_came_from_a_tuple_of_its_own()
    {
        Measurement m = Measurements.Agreeing();
        ListenerChoices choices = ListenerChoices.OfServed(m with { Swarm = m.Swarm with { Life = m.Swarm.Life with { DistinctTuples = 30 } } });
        Assert.Equal(ChanceUnit.Tuple, choices.Unit);
        Assert.NotNull(choices.Statistics!.ChiSquare.PValue);
    }

    [Theory]
    [InlineData(10L, "30 connections came from 10 addresses and ports")]
    [InlineData(null, "not known which addresses and ports came twice")]
    public void Tuples_that_came_twice_or_may_have_leave_no_figure_but_a_reason(long? tuples, string said)
    {
        Measurement m = Measurements.Agreeing();
        ListenerChoices choices = ListenerChoices.OfServed(m with { Swarm = m.Swarm with { Life = m.Swarm.Life with { DistinctTuples = tuples } } });
        Assert.Null(choices.Statistics);
        Assert.Contains(said, choices.NoTest, StringComparison.Ordinal);
    }

    [Fact]
    public void Connections_that_all_stood_at_once_had_a_tuple_each_whoever_chose_the_ports()
    {
        ListenerChoices choices = ListenerChoices.OfServed(Standing(connections: 30));
        Assert.Equal((ChanceUnit.Tuple, 30L), (choices.Unit, choices.Statistics!.Total));
        Assert.NotNull(choices.Ideal);
        Assert.Null(choices.NoTest);
    }

    [Theory]
    [InlineData(29, 0, 0, 0, false)] // One of 29 was replaced.
    [InlineData(30, 1, 0, 0, false)] // A connect failed, and the port that it had may have come again.
    [InlineData(30, 0, 1, 0, false)] // A failed request ends its connection.
    [InlineData(30, 0, 0, 1, false)] // A connection for each request.
    [InlineData(30, 0, 0, 0, true)] // The server closes after each answer.
    public void Where_a_connection_may_have_made_room_for_another_a_tuple_may_have_come_twice(
        int connections, long failedConnects, long failedRequests, int requestsPerConnection, bool serverCloses)
    {
        Measurement m = Standing(connections);
        m = m with
        {
            Cell = m.Cell with
            {
                Load = m.Cell.Load with { Workload = new Workload(requestsPerConnection) },
                Server = m.Cell.Server with { Close = serverCloses ? ServerClose.Server : ServerClose.Client },
            },
            Swarm = m.Swarm with { Life = m.Swarm.Life with { FailedConnects = failedConnects, FailedRequests = failedRequests } },
        };
        ListenerChoices choices = ListenerChoices.OfServed(m);
        Assert.Null(choices.Statistics);
        Assert.Contains("not known which addresses and ports came twice", choices.NoTest, StringComparison.Ordinal);
    }

    [Fact]
    public void An_acceptor_that_deals_in_turn_is_not_said_to_be_free_workers()
    {
        ListenerChoices choices = ListenerChoices.OfServed(Measurements.Agreeing(Variant.Single));
        Assert.Contains("in turn", choices.NoTest, StringComparison.Ordinal);
        Assert.NotNull(choices.Ideal);
    }

    [Fact]
    public void A_shared_listener_has_a_yardstick_but_no_test()
    {
        ListenerChoices choices = ListenerChoices.OfServed(Measurements.Agreeing(Variant.Shared));
        ChanceRow[] rows = [.. ChanceRows.Of(new ResultRow(), choices)];
        Assert.All(rows, r => Assert.Equal((null, null, null, null), (r.Over, r.PValue, r.Choices, r.Value)));
        Assert.NotNull(rows.Single(r => r.Statistic == ChanceStatistic.MaxOverMean).High);
        Assert.NotNull(rows.Single(r => r.Statistic == ChanceStatistic.ChiSquare).Reason);
    }

    [Fact]
    public void A_restart_loop_has_not_even_a_yardstick()
    {
        ListenerChoices choices = ListenerChoices.OfServed(Measurements.Agreeing(Variant.Restart));
        ChanceRow row = Assert.Single(ChanceRows.Of(new ResultRow(), choices));
        Assert.Equal((ChanceStatistic.ChiSquare, null, null), (row.Statistic, row.Choices, row.Expected));
        Assert.NotNull(row.Reason);
    }

    [Theory]
    [InlineData(Selector.EbpfRoundRobin, 0.5)]
    [InlineData(Selector.CbpfCpu, null)]
    public void What_is_meant_stands_there_only_where_a_selector_means_it(Selector selector, double? meant)
    {
        ChanceRow[] shares =
        [
            .. ChanceRows.Of(new ResultRow(), ListenerChoices.Of(selector, [10, 20], [1, 2])).Where(r => r.Statistic == ChanceStatistic.ChoiceShare),
        ];
        Assert.Equal([0, 1], shares.Select(r => r.Listener!.Value));
        Assert.All(shares, r => Assert.Equal((meant, null, null), (r.Expected, r.Choices, r.Over)));
        Assert.All(shares, r => Assert.NotNull(r.High));
    }

    [Fact]
    public void A_random_selector_draws_anew_for_each_connection() =>
        Assert.Equal(ChanceUnit.Connection, ListenerChoices.Of(Selector.CbpfRandom, [10, 20], [1, 2]).Unit);

    private static Measurement Standing(int connections)
    {
        Measurement m = Measurements.Agreeing();
        return m with { Cell = m.Cell with { Load = m.Cell.Load with { Workload = Workload.Keepalive, Connections = connections } } };
    }
}
