using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>The memory nodes of a host: which of them server and swarm get where a cell says so (<c>numa</c>), and which they have in any case.</summary>
internal static class NumaNodes
{
    /// <summary>Of these CPUs, ascending. A kernel without NUMA has one.</summary>
    public static IReadOnlyList<int> Of(IReadOnlyList<CpuTopology.Place> allowed, CpuList cpus) =>
        [.. allowed.Where(c => cpus.Cpus.Contains(c.Cpu)).Select(NodeOf).Distinct().Order()];

    public static int Count(IReadOnlyList<CpuTopology.Place> allowed) => allowed.Select(NodeOf).Distinct().Count();

    /// <summary>
    /// The CPUs of both sides: of the node with most cores, or of the first half of the nodes and of the others. A quota feeds both sides alike.
    /// </summary>
    /// <param name="places">What may be split: without the measurement's core.</param>
    /// <param name="placement">What is asked for.</param>
    /// <param name="quota">CPUs' worth of time; null without a quota.</param>
    /// <exception cref="UsageException">There are not nodes enough, or not cores enough on any.</exception>
    public static (CpuList Server, CpuList Client) Split(IReadOnlyList<CpuTopology.Place> places, NumaPlacement placement, double? quota)
    {
        CpuTopology.Place[][] nodes = [.. places.GroupBy(NodeOf).OrderBy(node => node.Key).Select(node => node.ToArray())];
        if (placement == NumaPlacement.Same)
        {
            CpuTopology.Place[] largest = nodes.MaxBy(Cores)!;
            return Cores(largest) > 1
                ? CpuPlanner.Split(CpuPlanner.Within(largest, quota is double fed ? Math.Max(2, fed) : null))
                : throw new UsageException(
                    $"numa: {Names.Of(placement)} needs two cores on one NUMA node, and this process may use one core of each; use "
                    + $"{Names.Of(NumaPlacement.Apart)}, or allow it more CPUs (taskset)");
        }

        if (nodes.Length < 2)
        {
            throw new UsageException(
                $"numa: {Names.Of(placement)} needs two NUMA nodes, and all CPUs that server and swarm may get ({new CpuList(places.Select(c => c.Cpu))}) "
                + "are on one; leave it out");
        }

        int half = nodes.Length / 2;
        CpuTopology.Place[] server = [.. nodes[..half].SelectMany(node => node)];
        CpuTopology.Place[] client = [.. nodes[half..].SelectMany(node => node)];
        if (quota is double cpus)
        {
            int fed = CpuPlanner.FedBy(cpus);
            server = [.. CpuPlanner.Take(server, Math.Max(1, fed / 2))];
            client = [.. CpuPlanner.Take(client, Math.Max(1, fed - (fed / 2)))];
        }

        return (new CpuList(server.Select(c => c.Cpu)), new CpuList(client.Select(c => c.Cpu)));
    }

    /// <summary>What is left for one side where the CPUs of the other were named: of its nodes, or of others.</summary>
    public static IReadOnlyList<CpuTopology.Place> Beside(
        IReadOnlyList<CpuTopology.Place> rest, IReadOnlyList<CpuTopology.Place> allowed, CpuList named, NumaPlacement? placement)
    {
        IReadOnlyList<int> nodes = Of(allowed, named);
        return placement is null ? rest : [.. rest.Where(c => nodes.Contains(NodeOf(c)) == (placement == NumaPlacement.Same))];
    }

    /// <summary>CPUs that were named on the command line are taken as they are, and must fit what the cell asks for.</summary>
    /// <exception cref="UsageException">They do not.</exception>
    public static void Require(CpuPlan plan, NumaPlacement? placement)
    {
        if (placement is NumaPlacement asked && plan.Numa != asked && !(asked == NumaPlacement.Same && plan.HostNodes == 1))
        {
            throw new UsageException(
                $"numa: {Names.Of(asked)} is asked for, and the server's CPUs {plan.Server} are on NUMA node {string.Join(", ", plan.ServerNodes)}, the "
                + $"swarm's {plan.Client} on {string.Join(", ", plan.ClientNodes)}; name others with --server-cpus and --client-cpus, or leave numa out");
        }
    }

    private static int NodeOf(CpuTopology.Place place) => place.NumaNode ?? 0;

    private static int Cores(CpuTopology.Place[] node) => node.Select(CpuPlanner.CoreOf).Distinct().Count();
}

/// <summary>The CPUs of each cell of a run: one plan for those that say nothing of NUMA, one for each thing that others say.</summary>
internal sealed class CpuPlans
{
    private readonly Func<NumaPlacement?, CpuPlan> _plan;
    private readonly Dictionary<NumaPlacement, CpuPlan> _placed = [];

    /// <param name="plan">Makes a plan; throws <see cref="UsageException"/> where there is none.</param>
    public CpuPlans(Func<NumaPlacement?, CpuPlan> plan)
    {
        _plan = plan;
        Usual = plan(null);
    }

    /// <summary>Of cells that say nothing.</summary>
    public CpuPlan Usual { get; }

    /// <exception cref="UsageException">This host cannot give it what it asks for.</exception>
    public CpuPlan Of(NumaPlacement? numa)
    {
        if (numa is not NumaPlacement placement)
        {
            return Usual;
        }

        if (!_placed.TryGetValue(placement, out CpuPlan? plan))
        {
            plan = _plan(placement);
            _placed.Add(placement, plan);
        }

        return plan;
    }
}
