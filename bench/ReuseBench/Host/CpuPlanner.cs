using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>
/// Splits the CPUs that this process may use: whole physical cores, the first half to the server, the rest to the swarm, in the order of NUMA nodes and
/// last-level caches; hardware threads of one core never go to both. From eight cores on, that of CPU 0 is left to the measurement's own threads. On a
/// hybrid processor only cores of one kind are taken; where the kernel has isolated cores that this process may use, those.
/// </summary>
internal static class CpuPlanner
{
    /// <summary>With fewer cores, one of them is missed more than the quiet is worth.</summary>
    private const int CoresToSpareOne = 8;

    /// <summary>
    /// A core below this share of the fastest is of another kind. Favoured cores of one kind differ by less than a tenth, kinds by a fifth and more.
    /// </summary>
    private const double SameKind = 0.85;

    /// <summary>Cores that a side may give up, over its half, so that no last-level cache is split between server and swarm.</summary>
    private const double CoresForACache = 0.25;

    /// <param name="allowed">Every CPU that this process may use.</param>
    /// <param name="serverCpus">The server's, where they were asked for.</param>
    /// <param name="clientCpus">The swarm's, where they were asked for.</param>
    /// <param name="quota">CPUs' worth of time that the control group allows: no more are split; null without a quota.</param>
    /// <param name="numa">Whether both sides are to be on one memory node; null takes all cores.</param>
    /// <exception cref="UsageException">A list names a CPU that this process may not use, or the nodes are not to be had so.</exception>
    public static CpuPlan Plan(
        IReadOnlyList<CpuTopology.Place> allowed, string? serverCpus, string? clientCpus, double? quota = null, NumaPlacement? numa = null)
    {
        CpuList? server = Checked(allowed, serverCpus, "server-cpus");
        CpuList? client = Checked(allowed, clientCpus, "client-cpus");
        int[] asked = [.. (server?.Cpus ?? []), .. (client?.Cpus ?? [])];
        IReadOnlyList<CpuTopology.Place> kept = server is null || client is null ? FastestKind(IsolatedIfAny(allowed, asked)) : allowed;
        CpuTopology.Place[] spared = kept.Count < allowed.Count && kept.All(c => c.IsIsolated)
            ? [.. allowed.Where(c => !c.IsIsolated && !asked.Contains(c.Cpu))]
            : SparedCore(Within(kept, quota), asked);
        CpuTopology.Place[] rest = [.. kept.Except(spared)];
        (CpuList serverPart, CpuList clientPart) = numa is NumaPlacement placement && server is null && client is null
            ? NumaNodes.Split(rest, placement, quota)
            : Split([.. Within(kept, quota).Except(spared)]);

        // One list given: the other side gets what it leaves, where it leaves anything.
        (CpuList ours, CpuList theirs) = (server, client) switch
        {
            (null, null) => (serverPart, clientPart),
            (null, { } c) => (Rest(NumaNodes.Beside(rest, allowed, c, numa), c) ?? serverPart, c),
            ({ } s, null) => (s, Rest(NumaNodes.Beside(rest, allowed, s, numa), s) ?? clientPart),
            ({ } s, { } c) => (s, c),
        };
        HashSet<int> serverCores = CoresOf(allowed, ours);
        CpuPlan plan = new(ours, theirs, !serverCores.Overlaps(CoresOf(allowed, theirs)))
        {
            ServerCores = serverCores.Count,
            Measurement = new CpuList(spared.Select(c => c.Cpu)),
            ServerNodes = NumaNodes.Of(allowed, ours),
            ClientNodes = NumaNodes.Of(allowed, theirs),
            HostNodes = NumaNodes.Count(allowed),
        };
        NumaNodes.Require(plan, numa);
        return plan;
    }

    /// <summary>
    /// Isolated cores where there are two and others beside them: whoever isolates cores means them to be measured on, and leaves the others for all else.
    /// </summary>
    private static IReadOnlyList<CpuTopology.Place> IsolatedIfAny(IReadOnlyList<CpuTopology.Place> allowed, int[] asked)
    {
        CpuTopology.Place[] isolated = [.. allowed.Where(c => c.IsIsolated)];
        return asked.Length == 0 && isolated.Length < allowed.Count && isolated.Select(CoreOf).Distinct().Skip(1).Any() ? isolated : allowed;
    }

    /// <summary>
    /// Of a hybrid processor the fastest cores: a worker on another kind is another measurement. With one core of that kind alone there is nothing to
    /// split, and the slower kind is taken.
    /// </summary>
    /// <exception cref="UsageException">No kind has two cores.</exception>
    private static IReadOnlyList<CpuTopology.Place> FastestKind(IReadOnlyList<CpuTopology.Place> allowed)
    {
        if (Kinds(allowed) is not { Count: > 1 } kinds)
        {
            return allowed;
        }

        return kinds.FirstOrDefault(kind => kind.Select(CoreOf).Distinct().Skip(1).Any()) ?? throw new UsageException(
            $"cpus: this process may use {kinds.Count} kinds of cores of a hybrid processor and one core of each, which cannot be compared; allow it more "
            + "(taskset), or name --server-cpus and --client-cpus");
    }

    /// <summary>Fastest first; one kind where nothing is known of the speed of some.</summary>
    private static List<List<CpuTopology.Place>> Kinds(IReadOnlyList<CpuTopology.Place> allowed)
    {
        List<List<CpuTopology.Place>> kinds = [];
        if (allowed.All(c => c.Speed is not null))
        {
            foreach (CpuTopology.Place place in allowed.OrderByDescending(c => c.Speed))
            {
                if (kinds.Count == 0 || place.Speed < SameKind * kinds[^1][0].Speed)
                {
                    kinds.Add([]);
                }

                kinds[^1].Add(place);
            }
        }

        return kinds;
    }

    /// <summary>The core of CPU 0, where there are cores enough and nobody asked for it.</summary>
    private static CpuTopology.Place[] SparedCore(IReadOnlyList<CpuTopology.Place> split, IReadOnlyList<int> asked)
    {
        CpuTopology.Place[] first = [.. split.Where(c => CoreOf(c) == 0)];
        return first.Any(c => asked.Contains(c.Cpu)) || split.Select(CoreOf).Distinct().Count() < CoresToSpareOne ? [] : first;
    }

    /// <exception cref="UsageException">The list holds cores of two kinds.</exception>
    private static void RequireOneKind(IReadOnlyList<CpuTopology.Place> allowed, CpuList list, string what)
    {
        if (Kinds(allowed).Count(kind => kind.Any(c => list.Cpus.Contains(c.Cpu))) > 1)
        {
            throw new UsageException(
                $"{what}: {list} holds cores of different kinds of a hybrid processor, whose threads cannot be compared; name cores of one kind: "
                + string.Join(" or ", Kinds(allowed).Select(kind => new CpuList(kind.Select(c => c.Cpu)))));
        }
    }

    /// <summary>
    /// As many of the CPUs as the quota feeds, rounded up: the first hardware thread of each core before any second one, the cores of one node before
    /// the next. Two threads of one core are not two CPUs' worth of work.
    /// </summary>
    public static IReadOnlyList<CpuTopology.Place> Within(IReadOnlyList<CpuTopology.Place> allowed, double? quota) =>
        quota is double fed ? Take(allowed, FedBy(fed)) : allowed;

    /// <summary>So many of the CPUs, in the same order.</summary>
    public static IReadOnlyList<CpuTopology.Place> Take(IReadOnlyList<CpuTopology.Place> allowed, int count) => count < allowed.Count
        ?
        [
            .. allowed.GroupBy(CoreOf)
                .SelectMany(core => core.OrderBy(c => c.Cpu).Select((place, thread) => (Place: place, Thread: thread)))
                .OrderBy(c => (c.Thread, c.Place.NumaNode, c.Place.Package, c.Place.L3, CoreOf(c.Place))).Select(c => c.Place).Take(count),
        ]
        : allowed;

    /// <summary>CPUs that a quota feeds, at least one; part of one counts as one, and the verdict says that it is not fed whole.</summary>
    public static int FedBy(double quota) => Math.Max(1, (int)Math.Ceiling(quota));

    private static HashSet<int> CoresOf(IReadOnlyList<CpuTopology.Place> allowed, CpuList cpus) =>
        [.. allowed.Where(c => cpus.Cpus.Contains(c.Cpu)).Select(CoreOf)];

    /// <summary>Half of the cores to each side, in the order of nodes, packages and caches; both get all where there is one core.</summary>
    public static (CpuList Server, CpuList Client) Split(IReadOnlyList<CpuTopology.Place> allowed)
    {
        CpuTopology.Place[][] cores =
        [
            .. allowed.GroupBy(CoreOf).OrderBy(core => (core.First().NumaNode, core.First().Package, core.First().L3, core.Key))
                .Select(core => core.OrderBy(c => c.Cpu).ToArray()),
        ];
        if (cores.Length < 2)
        {
            CpuList both = new(allowed.Select(c => c.Cpu));
            return (both, both);
        }

        int half = Boundary(cores);
        return (new CpuList(cores[..half].SelectMany(c => c).Select(c => c.Cpu)), new CpuList(cores[half..].SelectMany(c => c).Select(c => c.Cpu)));
    }

    /// <summary>
    /// Cores of the server: half of them, or so many that no last-level cache is split, where such a number is near: a swarm that works in the server's
    /// cache is another load than one that does not, and which workers it meets would be an accident of the numbering.
    /// </summary>
    private static int Boundary(CpuTopology.Place[][] cores)
    {
        int half = cores.Length / 2;
        int[] whole = [.. Enumerable.Range(1, cores.Length - 1).Where(i => cores[i][0].L3 != cores[i - 1][0].L3)];
        int[] near = [.. whole.Where(i => Math.Abs(i - half) <= half * CoresForACache).OrderBy(i => Math.Abs(i - half))];
        return near.Length > 0 ? near[0] : half;
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

        RequireOneKind(allowed, list, what);
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
    public static int CoreOf(CpuTopology.Place place) => place.Siblings.Min();
}
