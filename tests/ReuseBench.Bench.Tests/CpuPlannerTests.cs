using ReuseBench.Bench.Host;
using ReuseBench.Core;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests;

public sealed class CpuPlannerTests
{
    [Fact]
    public void Two_cores_are_one_for_each_side() => Is(CpuPlanner.Plan(Cores(2), null, null), "0", "1");

    [Fact]
    public void Siblings_never_go_to_both_sides() =>
        Is(CpuPlanner.Plan(Cores(4, threadsPerCore: 2), null, null), "0-1,4-5", "2-3,6-7");

    [Fact]
    public void The_server_is_given_the_nodes_in_their_order()
    {
        // Even CPUs on node 0, odd ones on node 1, as some boards number them.
        CpuTopology.Place[] places = [.. Enumerable.Range(0, 4).Select(c => new CpuTopology.Place(c, c, c % 2, c % 2, [c]))];
        Is(CpuPlanner.Plan(places, null, null), "0,2", "1,3");
    }

    [Theory]
    [InlineData(false, "0-1,4-5", "2-3,6-7")] // siblings (0,4), (1,5), …
    [InlineData(true, "0-3", "4-7")] // siblings (0,1), (2,3), …
    public void A_side_counts_its_cores_however_siblings_are_numbered(bool adjacent, string server, string client)
    {
        CpuPlan plan = CpuPlanner.Plan(adjacent ? Adjacent(4) : Cores(4, threadsPerCore: 2), null, null);
        Is(plan, server, client);
        Assert.Equal((true, 2), (plan.Disjoint, plan.ServerCores));
    }

    [Theory]
    [InlineData(1.5, "0", "1")] // a CPU's worth and a half: both sides have one, and the verdict says that they are not fed whole
    [InlineData(2.5, "0", "1-2")]
    [InlineData(4.0, "0-1", "2-3")]
    [InlineData(0.5, "0", "0")]
    [InlineData(7.5, "1-3", "4-7")]
    [InlineData(64.0, "1-3", "4-7")]
    public void A_quota_splits_no_more_cpus_than_it_feeds(double quota, string server, string client) =>
        Is(CpuPlanner.Plan(Cores(8), null, null, quota), server, client);

    /// <summary>As on a host of 2 sockets × 4 cores × 2 threads with two CPUs' worth: one core for each side, not one core for both.</summary>
    [Theory]
    [InlineData(2.0, true, "0", "2")]
    [InlineData(2.0, false, "0", "1")]
    [InlineData(4.0, true, "0,2", "4,6")]
    public void A_quota_is_spread_over_cores_before_their_second_threads(double quota, bool adjacent, string server, string client)
    {
        CpuPlan plan = CpuPlanner.Plan(adjacent ? Adjacent(8) : Cores(8, threadsPerCore: 2), null, null, quota);
        Is(plan, server, client);
        Assert.True(plan.Disjoint);
    }

    [Fact]
    public void Cpus_that_were_asked_for_are_taken_whatever_the_quota() => Is(CpuPlanner.Plan(Cores(8), "6", "7", quota: 1), "6", "7");

    [Fact]
    public void One_core_is_shared()
    {
        CpuPlan plan = CpuPlanner.Plan(Cores(1, threadsPerCore: 2), null, null);
        Is(plan, "0-1", "0-1");
        Assert.False(plan.Disjoint);
    }

    [Fact]
    public void Two_threads_of_one_core_are_not_disjoint() =>
        Assert.False(CpuPlanner.Plan(Cores(2, threadsPerCore: 2), serverCpus: "0", clientCpus: "2").Disjoint);

    [Fact]
    public void The_other_side_gets_the_cores_that_one_list_leaves() =>
        Is(CpuPlanner.Plan(Cores(4), serverCpus: null, clientCpus: "3"), "0-2", "3");

    [Fact]
    public void Both_lists_are_taken_as_they_are() => Is(CpuPlanner.Plan(Cores(4), "0,1", "1,2"), "0-1", "1-2");

    [Fact]
    public void A_cpu_that_is_not_ours_is_named() =>
        Assert.Contains(
            "names CPU 7, which this process may not use; choose from 0-3",
            Assert.Throws<UsageException>(() => CpuPlanner.Plan(Cores(4), "0,7", null)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(1, "0", true)] // The server's own CPU is enough.
    [InlineData(2, "0-1", false)]
    public void A_swarm_shares_its_cpus_only_where_the_workers_have_too_few(int workers, string server, bool disjoint)
    {
        CpuPlan plan = CpuPlanner.Plan(Cores(2), null, null).WithRoomFor(workers);
        Is(plan, server, "1");
        Assert.Equal(disjoint, plan.Disjoint);
    }

    [Theory]
    [InlineData(7, "", "0-2", "3-6")]
    [InlineData(8, "0", "1-3", "4-7")]
    [InlineData(16, "0", "1-7", "8-15")]
    public void From_eight_cores_on_that_of_cpu_0_is_the_measurements(int cores, string measurement, string server, string client)
    {
        CpuPlan plan = CpuPlanner.Plan(Cores(cores), null, null);
        Is(plan, server, client);
        Assert.Equal(measurement, plan.Measurement.ToString());
    }

    /// <summary>2 sockets × 4 cores × 2 threads.</summary>
    [Fact]
    public void The_measurements_core_is_left_out_with_both_its_threads()
    {
        CpuTopology.Place[] places =
            [.. Enumerable.Range(0, 16).Select(cpu => new CpuTopology.Place(cpu, cpu % 8 % 4, cpu % 8 / 4, cpu % 8 / 4, [cpu % 8, (cpu % 8) + 8]))];
        CpuPlan plan = CpuPlanner.Plan(places, null, null);
        Is(plan, "1-3,9-11", "4-7,12-15");
        Assert.Equal("0,8", plan.Measurement.ToString());
    }

    [Theory]
    [InlineData("0-3", null, "", "0-3", "4-7")]
    [InlineData("1-3", null, "0", "1-3", "4-7")]
    [InlineData(null, "6-7", "0", "1-5", "6-7")]
    [InlineData("4-5", "6-7", "0", "4-5", "6-7")]
    public void Cpu_0_is_the_measurements_unless_it_was_asked_for(string? server, string? client, string measurement, string servers, string clients)
    {
        CpuPlan plan = CpuPlanner.Plan(Cores(8), server, client);
        Is(plan, servers, clients);
        Assert.Equal(measurement, plan.Measurement.ToString());
    }

    [Fact]
    public void Where_cpu_0_is_not_ours_no_core_is_left_out()
    {
        CpuPlan plan = CpuPlanner.Plan(Cores(9)[1..], null, null);
        Is(plan, "1-4", "5-8");
        Assert.True(plan.Measurement.IsEmpty);
    }

    /// <summary>As a laptop with 4 fast cores of 2 threads and 4 slow ones (cpuinfo_max_freq), and boards with capacities.</summary>
    [Theory]
    [InlineData("5000 5000 5200 5200 5000 5000 5000 5000 3900 3900 3900 3900", 4, "0-3", "4-7")]
    [InlineData("446 446 446 446 1024 1024", 0, "4", "5")]
    [InlineData("446 446 800 800 800 1024", 0, "2", "3-4")] // one core of the fastest kind is nothing to split
    [InlineData("5700 5600 5500 5400", 0, "0-1", "2-3")] // favoured cores are of one kind
    [InlineData("5000 ? 3900 3900", 0, "0-1", "2-3")] // what is not known is not told apart
    public void Cores_of_one_kind_are_taken(string speeds, int coresOfTwo, string server, string client) =>
        Is(CpuPlanner.Plan(Hybrid(speeds, coresOfTwo), null, null), server, client);

    [Fact]
    public void A_list_of_two_kinds_is_refused_and_one_for_each_side_is_not()
    {
        CpuTopology.Place[] places = Hybrid("1024 1024 446 446", 0);
        Assert.Equal(
            "server-cpus: 1-2 holds cores of different kinds of a hybrid processor, whose threads cannot be compared; name cores of one kind: 0-1 or 2-3",
            Assert.Throws<UsageException>(() => CpuPlanner.Plan(places, "1,2", null)).Message);
        Is(CpuPlanner.Plan(places, "0-1", "2-3"), "0-1", "2-3");
    }

    [Fact]
    public void One_core_of_each_kind_is_refused_unless_it_is_said_who_gets_which()
    {
        CpuTopology.Place[] places = Hybrid("1024 446", 0);
        Assert.StartsWith("cpus: ", Assert.Throws<UsageException>(() => CpuPlanner.Plan(places, null, null)).Message, StringComparison.Ordinal);
        Is(CpuPlanner.Plan(places, "0", "1"), "0", "1");
    }

    /// <param name="speeds">Of each CPU; a question mark where it is not known.</param>
    /// <param name="coresOfTwo">The first so many cores have two threads, numbered one after the other.</param>
    private static CpuTopology.Place[] Hybrid(string speeds, int coresOfTwo) =>
    [
        .. speeds.Split(' ').Select((speed, cpu) => new CpuTopology.Place(
            cpu, cpu, 0, 0, cpu < 2 * coresOfTwo ? [cpu / 2 * 2, (cpu / 2 * 2) + 1] : [cpu]) { Speed = speed == "?" ? null : int.Parse(speed) }),
    ];

    private static void Is(CpuPlan plan, string server, string client) =>
        Assert.Equal((server, client), (plan.Server.ToString(), plan.Client.ToString()));

    /// <summary>Numbered core by core, two hardware threads each.</summary>
    private static CpuTopology.Place[] Adjacent(int cores) =>
        [.. Enumerable.Range(0, 2 * cores).Select(cpu => new CpuTopology.Place(cpu, cpu / 2, 0, 0, [cpu / 2 * 2, (cpu / 2 * 2) + 1]))];

    /// <summary>Numbered as Linux mostly does: the first threads of all cores, then the second ones.</summary>
    private static CpuTopology.Place[] Cores(int cores, int threadsPerCore = 1) =>
    [
        .. Enumerable.Range(0, cores * threadsPerCore).Select(cpu => new CpuTopology.Place(
            cpu, cpu % cores, 0, 0, [.. Enumerable.Range(0, threadsPerCore).Select(t => (cpu % cores) + (t * cores))])),
    ];
}
