using ReuseBench.Core;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>
/// Splits the CPUs that this process may use: whole physical cores, the first half to the server, the rest to the swarm, in the
/// order of NUMA nodes; hardware threads of one core never go to both. From eight cores on, that of CPU 0 is left to the measurement's own threads.
/// On a hybrid processor only cores of one kind are taken.
/// </summary>
internal static class CpuPlanner
{
    /// <summary>With fewer cores, one of them is missed more than the quiet is worth.</summary>
    private const int CoresToSpareOne = 8;

    /// <summary>
    /// A core below this share of the fastest is of another kind. Favoured cores of one kind differ by less than a tenth, kinds by a fifth and more.
    /// </summary>
    private const double SameKind = 0.85;

    /// <param name="allowed">Every CPU that this process may use.</param>
    /// <param name="serverCpus">The server's, where they were asked for.</param>
    /// <param name="clientCpus">The swarm's, where they were asked for.</param>
    /// <param name="quota">CPUs' worth of time that the control group allows: no more are split; null without a quota.</param>
    /// <exception cref="UsageException">A list names a CPU that this process may not use.</exception>
    public static CpuPlan Plan(IReadOnlyList<CpuTopology.Place> allowed, string? serverCpus, string? clientCpus, double? quota = null)
    {
        CpuList? server = Checked(allowed, serverCpus, "server-cpus");
        CpuList? client = Checked(allowed, clientCpus, "client-cpus");
        IReadOnlyList<CpuTopology.Place> oneKind = server is null || client is null ? FastestKind(allowed) : allowed;
        IReadOnlyList<CpuTopology.Place> fed = Within(oneKind, quota);
        CpuTopology.Place[] spared = SparedCore(fed, [.. (server?.Cpus ?? []), .. (client?.Cpus ?? [])]);
        CpuTopology.Place[] rest = [.. oneKind.Except(spared)];
        (CpuList serverHalf, CpuList clientHalf) = Split([.. fed.Except(spared)]);

        // One list given: the other side gets what it leaves, where it leaves anything.
        (CpuList ours, CpuList theirs) = (server, client) switch
        {
            (null, null) => (serverHalf, clientHalf),
            (null, { } c) => (Rest(rest, c) ?? serverHalf, c),
            ({ } s, null) => (s, Rest(rest, s) ?? clientHalf),
            ({ } s, { } c) => (s, c),
        };
        HashSet<int> serverCores = CoresOf(allowed, ours);
        return new CpuPlan(ours, theirs, !serverCores.Overlaps(CoresOf(allowed, theirs)))
        {
            ServerCores = serverCores.Count,
            Measurement = new CpuList(spared.Select(c => c.Cpu)),
        };
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
    private static int CoreOf(CpuTopology.Place place) => place.Siblings.Min();
}
