using ReuseBench.Core;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>
/// Splits the CPUs that this process may use: whole physical cores, the first half to the server, the rest to the swarm, in the
/// order of NUMA nodes; hardware threads of one core never go to both.
/// </summary>
internal static class CpuPlanner
{
    /// <param name="allowed">Every CPU that this process may use.</param>
    /// <param name="serverCpus">The server's, where they were asked for.</param>
    /// <param name="clientCpus">The swarm's, where they were asked for.</param>
    /// <param name="quota">CPUs' worth of time that the control group allows: no more are split; null without a quota.</param>
    /// <exception cref="UsageException">A list names a CPU that this process may not use.</exception>
    public static CpuPlan Plan(IReadOnlyList<CpuTopology.Place> allowed, string? serverCpus, string? clientCpus, double? quota = null)
    {
        (CpuList serverHalf, CpuList clientHalf) = Split(Within(allowed, quota));
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
        HashSet<int> serverCores = CoresOf(allowed, ours);
        return new CpuPlan(ours, theirs, !serverCores.Overlaps(CoresOf(allowed, theirs))) { ServerCores = serverCores.Count };
    }

    /// <summary>
    /// As many of the CPUs as the quota feeds, rounded up: the first hardware thread of each core before any second one, the cores of one node before
    /// the next. Two threads of one core are not two CPUs' worth of work.
    /// </summary>
    private static IReadOnlyList<CpuTopology.Place> Within(IReadOnlyList<CpuTopology.Place> allowed, double? quota) => quota < allowed.Count
        ?
        [
            .. allowed.GroupBy(CoreOf)
                .SelectMany(core => core.OrderBy(c => c.Cpu).Select((place, thread) => (Place: place, Thread: thread)))
                .OrderBy(c => (c.Thread, c.Place.NumaNode, c.Place.Package, CoreOf(c.Place))).Select(c => c.Place).Take(FedBy(quota.Value)),
        ]
        : allowed;

    /// <summary>CPUs that a quota feeds, at least one; part of one counts as one, and the verdict says that it is not fed whole.</summary>
    public static int FedBy(double quota) => Math.Max(1, (int)Math.Ceiling(quota));

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
