using ReuseBench.Bench.Adapters;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Tests;

public sealed class ReconciliationTests
{
    [Fact]
    public void Equal_counts_agree() => Assert.Empty(Reconciliation.Differences(Measurements.Agreeing())!);

    [Fact]
    public void An_answer_that_only_the_server_counted_is_named_with_its_worker()
    {
        Measurement m = Measurements.Agreeing();
        m = m with { Stats = m.Stats with { Requests = 31, Workers = [Measurements.Worker(0, 11), m.Stats.Workers[1]] } };
        Assert.Equal(["responses: 30 and 31", "responses of worker 0: 10 and 11"], Reconciliation.Differences(m)!);
    }

    [Fact]
    public void Answers_between_the_wrong_workers_are_seen_though_their_sum_is_right()
    {
        Measurement m = Measurements.Agreeing();
        m = m with { Swarm = m.Swarm with { AnswersByWorker = new SortedDictionary<string, long> { ["0"] = 11, ["1"] = 19 } } };
        Assert.Equal(2, Reconciliation.Differences(m)!.Count);
    }

    [Fact]
    public void What_failed_in_flight_may_have_been_counted_by_the_server()
    {
        Measurement m = Measurements.Agreeing();
        m = m with
        {
            Stats = m.Stats with { Requests = 31, Workers = [Measurements.Worker(0, 11), m.Stats.Workers[1]] },
            Swarm = m.Swarm with { Life = m.Swarm.Life with { RequestsSent = 31, FailedRequests = 1 } },
        };
        Assert.Empty(Reconciliation.Differences(m)!);
    }

    [Fact]
    public void A_server_that_counted_less_than_the_swarm_saw_is_always_wrong()
    {
        Measurement m = Measurements.Agreeing();
        m = m with
        {
            Stats = m.Stats with { Requests = 29 },
            Swarm = m.Swarm with { Life = m.Swarm.Life with { FailedRequests = 100 } },
        };
        Assert.Contains("responses: 29 is not within 30 to 130", Reconciliation.Differences(m)!);
    }

    /// <summary>30 connections, 15 over each family: 7 and 8 of them at the two workers.</summary>
    [Theory]
    [InlineData(15, 15, 15, "")]
    [InlineData(14, 15, 15, "connections over IPv6: 14 and 15|connections over IPv4: 16 and 15|standing connections over IPv6, by the kernel's table: 14 and 15"
        + "|standing connections over IPv4, by the kernel's table: 16 and 15")]
    [InlineData(15, 14, 16, "standing connections over IPv6, by the kernel's table: 15 and 14"
        + "|standing connections over IPv4, by the kernel's table: 15 and 16")]
    public void Clients_of_both_families_are_held_against_the_server_and_the_kernel_by_family(long client, long kernelIpv6, long kernelIpv4, string says)
    {
        Measurement m = Measurements.Agreeing();
        m = m with
        {
            Cell = m.Cell with { Load = m.Cell.Load with { Workload = Workload.Keepalive, Connections = 30, DualStack = true } },
            Swarm = m.Swarm with { Life = m.Swarm.Life with { ConnectionsOpenedIpv6 = client } },
            Stats = m.Stats with { Workers = [m.Stats.Workers[0] with { AcceptedIpv6 = 7 }, m.Stats.Workers[1] with { AcceptedIpv6 = 8 }] },
            Standing = new StandingConnections(kernelIpv4, kernelIpv6),
        };
        Assert.Equal(says, string.Join('|', Reconciliation.Differences(m)!));
    }

    [Fact]
    public void A_handshake_that_was_never_accepted_is_named()
    {
        Measurement m = Measurements.Agreeing();
        m = m with { Kernel = m.Kernel with { PassiveOpens = 33 } };
        Assert.Equal(["connections of server and kernel: 30 and 33"], Reconciliation.Differences(m)!);
    }

    /// <summary>Two more handshakes than the swarm's are those that looked whether the server answers.</summary>
    [Theory]
    [InlineData(32, 2, 30L, "")]
    [InlineData(32, 2, null, "")]
    [InlineData(33, 2, 30L, "connections of the kernel: 30 and 31")]
    [InlineData(32, 2, 29L, "connections that the server accepted: 30 and 29")]
    public void A_server_of_somebody_else_is_held_against_the_kernel_and_the_tracepoints(long passive, int own, long? accepted, string said)
    {
        Measurement m = Foreign(passive, new AcceptedOutside { Accepted = accepted, OwnConnections = own });
        Assert.Equal(said.Length == 0 ? [] : [said], Reconciliation.Differences(m)!);
        Assert.Equal(passive - own, Reconciliation.KernelConnections(m));
    }

    [Fact]
    public void Where_nobody_counts_a_server_of_somebody_else_nothing_is_said()
    {
        Measurement m = Foreign(passive: 40, new AcceptedOutside { Untold = "its reload is a command" });
        Assert.Null(Reconciliation.Differences(m));
        Assert.Null(Reconciliation.KernelConnections(m));
        Assert.Equal("its reload is a command", ResultRows.Untold(m.Cell, m.Isolated, m.Stats));
    }

    /// <summary>Workers that accepted nothing count as well; more who accept than there are workers are no workers.</summary>
    [Theory]
    [InlineData(new long[] { 20, 10 }, 3, new long[] { 20, 10, 0 }, null)]
    [InlineData(new long[] { 20, 5, 5 }, 2, null, "3 threads accepted, and it has 2 workers: a share by worker is not known")]
    [InlineData(new long[] { 20 }, 2, null, "threads that it started after it was ready accepted some: who had which is not known")]
    public void A_share_by_worker_is_told_where_workers_accept(long[] seen, int workers, long[]? byWorker, string? untold)
    {
        AcceptedOutside dealt = AcceptCount.Dealt(new AcceptedOutside { Accepted = 30 }, seen, workers);
        Assert.Equal((30L, untold), (dealt.Accepted, dealt.Untold));
        Assert.Equal(byWorker, dealt.ByWorker);
    }

    [Fact]
    public void At_full_load_nobody_counts_accepts_and_the_row_says_so()
    {
        Measurement m = Foreign(passive: 30, new AcceptedOutside { OwnConnections = 0, Untold = "it was not asked for" });
        Cell throughput = m.Cell with { Experiment = Experiment.Throughput };
        Assert.False(ResultRows.CountsAccepts(throughput));
        Assert.Contains("at full load nobody counts", ResultRows.Untold(throughput, m.Isolated, m.Stats), StringComparison.Ordinal);
    }

    [Fact]
    public void A_closing_listener_may_reset_what_failed_at_the_client()
    {
        Measurement m = Measurements.Agreeing(Variant.Restart);
        m = m with
        {
            Kernel = m.Kernel with { PassiveOpens = 33 },
            Swarm = m.Swarm with { Life = m.Swarm.Life with { ConnectionsOpened = 33, RequestsSent = 33, FailedRequests = 3 } },
        };
        Assert.Empty(Reconciliation.Differences(m)!);
        Assert.NotEmpty(Reconciliation.Differences(m with { Kernel = m.Kernel with { PassiveOpens = 34 } })!);
    }

    [Fact]
    public void After_an_overflow_nothing_can_be_said()
    {
        Measurement m = Measurements.Agreeing();
        Assert.Null(Reconciliation.Differences(m with { Kernel = m.Kernel with { ListenDrops = 1 } }));
    }

    [Fact]
    public void The_hosts_own_counters_are_not_ours_to_compare()
    {
        Measurement m = Measurements.Agreeing() with { Isolated = false };
        Assert.Empty(Reconciliation.Differences(m with { Kernel = m.Kernel with { PassiveOpens = 4711 } })!);
    }

    private static Measurement Foreign(long passive, AcceptedOutside outside)
    {
        Measurement m = Measurements.Agreeing();
        return m with
        {
            IsCounted = false,
            Cell = m.Cell with { Experiment = Experiment.Latency, Server = m.Cell.Server with { Program = "nginx" } },
            Stats = m.Stats with { Accepted = 0, Requests = 0, Workers = [], Outside = outside },
            Kernel = m.Kernel with { PassiveOpens = passive },
        };
    }
}
