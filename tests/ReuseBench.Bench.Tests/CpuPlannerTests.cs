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
    [InlineData(64.0, "0-3", "4-7")]
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
