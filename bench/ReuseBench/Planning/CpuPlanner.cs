using ReuseBench.Core;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Planning;

/// <summary>
/// Splits the CPUs that this process may use: whole physical cores, the first half to the server, the rest to the swarm, in the
/// order of NUMA nodes; hardware threads of one core never go to both.
/// </summary>
internal static class CpuPlanner
{
    /// <exception cref="UsageException">A list names a CPU that this process may not use.</exception>
    public static CpuPlan Plan(IReadOnlyList<CpuTopology.Place> allowed, string? serverCpus, string? clientCpus)
    {
        (CpuList serverHalf, CpuList clientHalf) = Split(allowed);
        CpuList? server = Checked(allowed, serverCpus, "server-cpus");
        CpuList? client = Checked(allowed, clientCpus, "client-cpus");

        // One list given: the other side gets what it leaves, where it leaves anything.
        (CpuList ours, CpuList theirs) = (server, client) switch
        {
            (null, null) => (serverHalf, clientHalf),
            (null, { } c) => (Rest(allowed, c) ?? serverHalf, c),
            ({ } s, null) => (s, Rest(allowed, s) ?? clientHalf),
            ({ } s, { } c) => (s, c),
        };
        return new CpuPlan(ours, theirs, !CoresOf(allowed, ours).Overlaps(CoresOf(allowed, theirs)));
    }

    private static HashSet<int> CoresOf(IReadOnlyList<CpuTopology.Place> allowed, CpuList cpus) =>
        [.. allowed.Where(c => cpus.Cpus.Contains(c.Cpu)).Select(CoreOf)];

    private static (CpuList Server, CpuList Client) Split(IReadOnlyList<CpuTopology.Place> allowed)
    {
        int[][] cores =
        [
            .. allowed.GroupBy(CoreOf).OrderBy(core => (core.First().NumaNode, core.First().Package, core.Key))
                .Select(core => core.Select(c => c.Cpu).Order().ToArray()),
        ];
        if (cores.Length < 2)
        {
            CpuList both = new(allowed.Select(c => c.Cpu));
            return (both, both);
        }

        int half = cores.Length / 2;
        return (new CpuList(cores[..half].SelectMany(c => c)), new CpuList(cores[half..].SelectMany(c => c)));
    }

    private static CpuList? Checked(IReadOnlyList<CpuTopology.Place> allowed, string? text, string what)
    {
        if (text is null)
        {
            return null;
        }

        CpuList list = CpuList.Parse(text, what);
        CpuList usable = new(allowed.Select(c => c.Cpu));
        int[] missing = [.. list.Cpus.Except(usable.Cpus)];
        if (list.IsEmpty || missing.Length > 0)
        {
            throw new UsageException(
                $"{what}: '{text}' names {(list.IsEmpty ? "no CPU" : $"CPU {missing[0]}, which this process may not use")}; choose from {usable}");
        }

        return list;
    }

    /// <summary>Allowed CPUs on cores that the list does not touch; null where there are none.</summary>
    private static CpuList? Rest(IReadOnlyList<CpuTopology.Place> allowed, CpuList taken)
    {
        HashSet<int> takenCores = CoresOf(allowed, taken);
        CpuList rest = new(allowed.Where(c => !takenCores.Contains(CoreOf(c))).Select(c => c.Cpu));
        return rest.IsEmpty ? null : rest;
    }

    /// <summary>A physical core is named by the first of its hardware threads.</summary>
    private static int CoreOf(CpuTopology.Place place) => place.Siblings.Min();
}
