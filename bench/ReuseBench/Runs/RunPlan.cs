using ReuseBench.Bench.Experiments;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Runs;

/// <summary>Every measurement of a run in the order in which they are made.</summary>
/// <param name="Rounds">What is measured together: drift of the machine hits all of a round alike.</param>
internal sealed record RunPlan(IReadOnlyList<IReadOnlyList<PlannedRepeat>> Rounds)
{
    public IReadOnlyList<PlannedRepeat> Repeats { get; } = [.. Rounds.SelectMany(r => r)];

    /// <summary>Of all of it; summed once, since the time that is left is told from it after each repeat.</summary>
    public Duration Estimate { get; } = Rounds.SelectMany(r => r).Aggregate(Duration.Zero, (sum, r) => sum + EstimateOf(r.Cell));

    /// <summary>Time that one repeat of a cell takes.</summary>
    public static Duration EstimateOf(Cell cell) => ExperimentRegistry.Of(cell).Estimate(cell);

    /// <summary>
    /// Round by round, each round holding the next repeat of every cell that has one, in a seeded random order: drift of the machine
    /// hits all cells alike. Where a rate is a percentage, the first rounds are of the cells that measure what it is a percentage of.
    /// </summary>
    public static RunPlan Interleave(IReadOnlyList<MatrixCell> cells, ulong seed)
    {
        Random random = RunSeed.OrderOf(seed);
        MatrixCell[] capacity = [.. Capacities.MeasuringCells(cells)];
        HashSet<string> first = [.. capacity.Select(c => c.Cell.Id)];
        List<IReadOnlyList<PlannedRepeat>> rounds = [];
        for (int repeat = 1; repeat <= Capacities.Repeats && capacity.Length > 0; repeat++)
        {
            rounds.Add(Round(random, capacity, repeat));
        }

        for (int repeat = 1; repeat <= cells.Select(c => c.Repeats).DefaultIfEmpty().Max(); repeat++)
        {
            rounds.Add(Round(random, cells.Where(c => repeat > Capacities.Repeats || !first.Contains(c.Cell.Id)), repeat));
        }

        return new RunPlan(rounds);
    }

    private static PlannedRepeat[] Round(Random random, IEnumerable<MatrixCell> cells, int repeat)
    {
        PlannedRepeat[] round = [.. cells.Where(c => c.Repeats >= repeat).Select(c => new PlannedRepeat(c.Cell, repeat))];
        random.Shuffle(round);
        return round;
    }

    /// <summary>The plan without the repeats that are already measured.</summary>
    public RunPlan Without(IReadOnlySet<(string CellId, int Repeat)> measured) =>
        new([.. Rounds.Select(round => round.Where(r => !measured.Contains((r.Cell.Id, r.Repeat))).ToArray())]);
}

/// <summary>
/// Which measurements may run at the same time: those that their experiment lets, in namespaces of their own, in which they know nothing of each
/// other. All others own the machine.
/// </summary>
internal static class SideBySide
{
    /// <summary>The plan in groups that run at once, in the order of their first members.</summary>
    /// <param name="repeats">In the order of the plan.</param>
    /// <param name="isolated">Whether each runs in a namespace of its own; otherwise every group is one measurement.</param>
    public static IEnumerable<IReadOnlyList<PlannedRepeat>> Groups(IReadOnlyList<PlannedRepeat> repeats, bool isolated)
    {
        Queue<PlannedRepeat> waits = new(isolated ? repeats.Where(r => ExperimentRegistry.Of(r.Cell).MayRunBesideOthers(r.Cell)) : []);
        HashSet<PlannedRepeat> grouped = [.. waits];
        HashSet<PlannedRepeat> done = [];
        foreach (PlannedRepeat repeat in repeats)
        {
            if (!grouped.Contains(repeat))
            {
                yield return [repeat];
            }
            else if (!done.Contains(repeat))
            {
                PlannedRepeat[] group = [.. Enumerable.Range(0, Math.Min(PlannedCompany.Most, waits.Count)).Select(_ => waits.Dequeue())];
                done.UnionWith(group);
                yield return group;
            }
        }
    }
}

/// <summary>How long a run will take from its first measurement to its report.</summary>
internal static class RunEstimate
{
    /// <summary>All cases and claims; measured on a two-core machine.</summary>
    private static readonly Duration Semantics = Duration.FromSeconds(6);

    /// <summary>Charts and report; measured likewise.</summary>
    private static readonly Duration Report = Duration.FromSeconds(4);

    /// <summary>One round of the micro-benchmarks; measured likewise.</summary>
    private static readonly Duration MicroShort = Duration.FromSeconds(120);

    /// <summary>All rounds of them.</summary>
    private static readonly Duration MicroFull = Duration.FromSeconds(480);

    /// <param name="options">The run.</param>
    /// <param name="micro">How thoroughly its micro-benchmarks are run; null where there are none.</param>
    public static Duration Of(RunOptions options, MicroJob? micro) =>
        options.Plan.Estimate + Report + (options.Matrix.Semantics ? Semantics : Duration.Zero) + micro switch
        {
            MicroJob.Short => MicroShort,
            MicroJob.Full => MicroFull,
            _ => Duration.Zero,
        };
}

/// <summary>
/// The seed of a run that names none. The order of the cells is drawn from it: were it the same in every run, what an order does to a cell would
/// be repeated with the run, and taken for the cell's own.
/// </summary>
internal static class RunSeed
{
    /// <summary>What an order is drawn with.</summary>
    public static Random OrderOf(ulong seed) => new(unchecked((int)(seed ^ (seed >> 32))));

    public static ulong Fresh() => (ulong)Random.Shared.NextInt64(1L << RepeatSeed.BitsKept);
}

/// <summary>
/// The seed of a swarm: another one for every repeat, but one for all cells of a round, which so have the same arrivals; the same in every run of
/// the same seed, and unrelated to those of another run seed.
/// </summary>
internal static class RepeatSeed
{
    /// <summary>A double, and so any tool that reads the tables, holds 53 bits exactly.</summary>
    public const int BitsKept = 53;

    /// <param name="runSeed">Of the run.</param>
    /// <param name="repeat">From 1.</param>
    public static ulong Of(ulong runSeed, int repeat) => new SplitMix64(runSeed, (ulong)repeat).Next() >> (64 - BitsKept);
}
