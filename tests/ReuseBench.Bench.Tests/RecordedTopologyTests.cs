using ReuseBench.Bench.Host;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests;

/// <summary>The rules for large hosts, on hosts as Linux describes them.</summary>
public sealed class RecordedTopologyTests
{
    private static readonly RecordedTopology TwoSockets = RecordedTopology.Named("2-sockets");
    private static readonly RecordedTopology EightCores = RecordedTopology.Named("8-cores");
    private static readonly RecordedTopology Isolated = RecordedTopology.Named("isolcpus");

    /// <summary>Without a word on NUMA all cores are split; of two nodes each side has one. CPU 0's core is the measurement's.</summary>
    [Theory]
    [InlineData(null, null, "2-7", "8-15", "0-1", "apart")]
    [InlineData(NumaPlacement.Apart, null, "2-7", "8-15", "0-1", "apart")]
    [InlineData(NumaPlacement.Same, null, "8-11", "12-15", "0-1", "same")] // the node that CPU 0 takes nothing from
    [InlineData(null, 2.0, "0", "2", "", "same")] // two cores, not two threads of one
    [InlineData(NumaPlacement.Same, 2.0, "0", "2", "", "same")]
    [InlineData(NumaPlacement.Apart, 2.0, "0", "8", "", "apart")]
    [InlineData(NumaPlacement.Apart, 1.5, "0", "8", "", "apart")]
    [InlineData(NumaPlacement.Same, 6.0, "0-3", "4,6", "", "same")] // a node has four cores: second threads come last
    public void Two_sockets_are_split_as_asked(NumaPlacement? numa, double? quota, string server, string client, string measurement, string placed)
    {
        CpuPlan plan = CpuPlanner.Plan(TwoSockets.Cpus(), null, null, quota, numa);
        Assert.Equal((server, client, measurement), (plan.Server.ToString(), plan.Client.ToString(), plan.Measurement.ToString()));
        Assert.Equal((placed, true), (plan.NumaName, plan.Disjoint));
    }

    [Fact]
    public void What_is_left_beside_named_cpus_is_on_the_node_that_is_asked_for()
    {
        CpuPlan same = CpuPlanner.Plan(TwoSockets.Cpus(), "8-11", null, numa: NumaPlacement.Same);
        CpuPlan apart = CpuPlanner.Plan(TwoSockets.Cpus(), null, "8-11", numa: NumaPlacement.Apart);
        Assert.Equal(("12-15", "2-7"), (same.Client.ToString(), apart.Server.ToString()));
    }

    [Fact]
    public void Named_cpus_that_are_not_where_they_are_asked_to_be_are_refused()
    {
        Assert.Equal(
            "numa: same is asked for, and the server's CPUs 0-3 are on NUMA node 0, the swarm's 8-11 on 1; name others with --server-cpus and "
            + "--client-cpus, or leave numa out",
            Assert.Throws<UsageException>(() => CpuPlanner.Plan(TwoSockets.Cpus(), "0-3", "8-11", numa: NumaPlacement.Same)).Message);
        Assert.StartsWith(
            "numa: apart is asked for",
            Assert.Throws<UsageException>(() => CpuPlanner.Plan(TwoSockets.Cpus(), "0-1", "2-3", numa: NumaPlacement.Apart)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void One_node_has_no_two_and_one_core_of_a_node_is_not_for_both()
    {
        Assert.Equal(
            "numa: apart needs two NUMA nodes, and all CPUs that server and swarm may get (1-7) are on one; leave it out",
            Assert.Throws<UsageException>(() => CpuPlanner.Plan(EightCores.Cpus(), null, null, numa: NumaPlacement.Apart)).Message);
        Assert.StartsWith(
            "numa: same needs two cores on one NUMA node",
            Assert.Throws<UsageException>(() => CpuPlanner.Plan(TwoSockets.Cpus("0-1,8-9"), null, null, numa: NumaPlacement.Same)).Message,
            StringComparison.Ordinal);
        Assert.Equal("1-3", CpuPlanner.Plan(EightCores.Cpus(), null, null, numa: NumaPlacement.Same).Server.ToString());
    }

    [Fact]
    public void One_socket_leaves_cpu_0_to_the_measurement()
    {
        CpuPlan plan = CpuPlanner.Plan(EightCores.Cpus(), null, null);
        Assert.Equal(("1-3", "4-7", "0"), (plan.Server.ToString(), plan.Client.ToString(), plan.Measurement.ToString()));
        Assert.Null(plan.NumaName);
    }

    /// <summary>The kernel leaves them out of what a process may use, until it is started by taskset.</summary>
    [Fact]
    public void Isolated_cpus_are_measured_on_where_they_may_be_used()
    {
        CpuPlan without = CpuPlanner.Plan(Isolated.Cpus(), null, null);
        Assert.Equal(("0", "1", ""), (without.Server.ToString(), without.Client.ToString(), without.Measurement.ToString()));
        CpuPlan with = CpuPlanner.Plan(Isolated.Cpus("0-7"), null, null);
        Assert.Equal(("2-4", "5-7", "0-1"), (with.Server.ToString(), with.Client.ToString(), with.Measurement.ToString()));
        Assert.Equal("0-1", CpuPlanner.Plan(Isolated.Cpus("0-7"), "0-1", "2-3").Server.ToString());
    }

    [Fact]
    public void How_to_use_isolated_cpus_is_said_where_they_are_not_used()
    {
        CpuEnvironment environment = Isolated.Environment();
        Assert.Equal(("2-7", "2-7", "0-1"), (environment.Isolated, environment.NohzFull, environment.L3Domains));
        HostFacts host = new() { IsolatedCpus = environment.Isolated, AllowedCpus = "0-1" };
        Assert.Contains("taskset -c 0-7: ", HostAdvice.Isolated(host), StringComparison.Ordinal);
        Assert.Null(HostAdvice.Isolated(host with { AllowedCpus = "0-7" }));
        Assert.Null(HostAdvice.Isolated(host with { IsolatedCpus = EightCores.Environment().Isolated }));
        Assert.Equal("", EightCores.Environment().NohzFull);
    }

    /// <summary>Cores in domains of a last-level cache each; CPU 0's core is left out from eight on.</summary>
    [Theory]
    [InlineData("4 4", "1-3", "4-7")]
    [InlineData("6 6 6", "1-8", "9-17")] // the nearest boundary is too far from the half to give up so many cores
    [InlineData("2 3 2", "0-2", "3-6")] // likewise: 1 of 3 is a third
    [InlineData("6 5 8", "1-10", "11-18")] // one core more than the half, and no cache is split
    [InlineData("3 4", "0-2", "3-6")]
    [InlineData("8 8", "1-7", "8-15")]
    [InlineData("5 11", "1-7", "8-15")]
    public void A_side_is_not_split_over_caches_where_a_boundary_is_near(string domains, string server, string client)
    {
        int[] sizes = [.. domains.Split(' ').Select(int.Parse)];
        CpuTopology.Place[] places =
        [
            .. sizes.SelectMany((size, i) => Enumerable.Range(sizes[..i].Sum(), size).Select(cpu =>
                new CpuTopology.Place(cpu, cpu, 0, 0, [cpu]) { L3 = sizes[..i].Sum() })),
        ];
        CpuPlan plan = CpuPlanner.Plan(places, null, null);
        Assert.Equal((server, client), (plan.Server.ToString(), plan.Client.ToString()));
    }

    [Theory]
    [InlineData(16, 6, 3, "1 2 3 4 6 8 16 32")]
    [InlineData(8, 3, 3, "1 2 3 4 8 16")]
    [InlineData(2, 1, 1, "1 2 4")]
    [InlineData(2, 8, 4, "1 2 4")] // a quota feeds two
    public void A_worker_for_each_core_and_each_cpu_of_the_server_is_among_the_counts(int cpus, int serverCpus, int serverCores, string counts) =>
        Assert.Equal(counts, string.Join(' ', new HostSize(cpus, 1) { ServerCpus = serverCpus, ServerCores = serverCores }.WorkerCounts()));
}
