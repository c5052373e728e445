using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Restarts;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Planning;

/// <summary>One measurement to be made.</summary>
/// <param name="Cell">What is measured.</param>
/// <param name="Repeat">From 1.</param>
internal sealed record PlannedRepeat(Cell Cell, int Repeat);

/// <summary>Every measurement of a run in the order in which they are made.</summary>
internal sealed record RunPlan(IReadOnlyList<PlannedRepeat> Repeats)
{
    /// <summary>Start and stop of two processes, counters and rows; measured on a two-core machine.</summary>
    private static readonly Duration OverheadPerRepeat = Duration.FromMilliseconds(500);

    public Duration Estimate => Repeats.Aggregate(Duration.Zero, (sum, r) => sum + EstimateOf(r.Cell));

    /// <summary>An accept-only probe starts no process; measured likewise.</summary>
    private static readonly Duration OverheadPerAcceptProbe = Duration.FromMilliseconds(30);

    /// <summary>Start and stop of a server, and the quarter of a second in which no answer comes; measured likewise.</summary>
    private static readonly Duration PerStall = Duration.FromMilliseconds(550);

    /// <summary>Observing one tuple before and after each of the eight changes of a group.</summary>
    private static readonly Duration ChangesPerTuple = Duration.FromMicroseconds(400);

    /// <summary>One process of a group that is changed, from its start to its end.</summary>
    private static readonly Duration PerProcess = Duration.FromMilliseconds(330);

    /// <summary>Processes that join a group in all its changes, besides those of its first and second building.</summary>
    private const int JoiningProcesses = 6;

    public static Duration EstimateOf(Cell cell) => cell.Driver switch
    {
        Driver.AcceptOnly when cell.Experiment == Experiment.Fairness => cell.Load.Duration + OverheadPerAcceptProbe,
        Driver.AcceptOnly when cell.Experiment == Experiment.Affinity =>
            OverheadPerAcceptProbe + (ChangesPerTuple * cell.Load.Connections) + (PerProcess * (cell.Server.Processes > 1 ? (2 * cell.Server.Processes) + JoiningProcesses : 0)),
        Driver.AcceptOnly => PerStall,
        _ when cell.Restart is { Method: not RestartMethod.Loop } => RestartEstimate.Of(cell),
        _ => cell.Load.Warmup + cell.Load.Duration + OverheadPerRepeat,
    };

    /// <summary>
    /// Round by round, each round holding the next repeat of every cell that has one, in a seeded random order: drift of the machine
    /// hits all cells alike.
    /// </summary>
    public static RunPlan Interleave(IReadOnlyList<MatrixCell> cells, ulong seed)
    {
        Random random = new(unchecked((int)(seed ^ (seed >> 32))));
        List<PlannedRepeat> order = [];
        for (int repeat = 1; repeat <= cells.Select(c => c.Repeats).DefaultIfEmpty().Max(); repeat++)
        {
            PlannedRepeat[] round = [.. cells.Where(c => c.Repeats >= repeat).Select(c => new PlannedRepeat(c.Cell, repeat))];
            random.Shuffle(round);
            order.AddRange(round);
        }

        return new RunPlan(order);
    }

    /// <summary>The plan without the repeats that are already measured.</summary>
    public RunPlan Without(IReadOnlySet<(string CellId, int Repeat)> measured) =>
        new([.. Repeats.Where(r => !measured.Contains((r.Cell.Id, r.Repeat)))]);
}
