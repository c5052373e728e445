using ReuseBench.Bench.Experiments.Affinity;
using ReuseBench.Bench.Experiments.Fairness;
using ReuseBench.Bench.Experiments.Loads;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Experiments.Restarts;
using ReuseBench.Bench.Experiments.Stall;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Experiments;

/// <summary>Every experiment, one line each.</summary>
internal static class ExperimentRegistry
{
    public static IReadOnlyList<IExperiment> All { get; } =
    [
        new ThroughputExperiment(),
        new LatencyExperiment(),
        new RestartExperiment(),
        new FairnessExperiment(),
        new AffinityExperiment(),
        new StallExperiment(),
        new DriverCheckExperiment(),
    ];

    private static readonly Dictionary<Experiment, IExperiment> ByKind = All.ToDictionary(e => e.Kind);

    /// <summary>The experiment that a cell is run for.</summary>
    public static IExperiment Of(Cell cell) => ByKind[cell.Experiment];

    /// <summary>Holds a cell against the rules of its settings and of its experiment.</summary>
    /// <exception cref="UsageException">It cannot be measured; one line says why.</exception>
    public static void Check(Cell cell)
    {
        cell.Validate();
        if ((ProblemOfProbe(cell) ?? Of(cell).Problem(cell)) is { } problem)
        {
            throw new UsageException(problem);
        }
    }

    /// <summary>Other drivers can be changed on the command line, after a matrix was read: they are held against what is left of it.</summary>
    private static string? ProblemOfProbe(Cell cell)
    {
        if (cell.Driver != Driver.AcceptOnly || Of(cell).Takes(Driver.AcceptOnly))
        {
            return null;
        }

        string[] takers = [.. All.Where(e => e.Takes(Driver.AcceptOnly)).Select(e => Names.Of(e.Kind))];
        return $"driver: an accept-only probe counts who gets the connections; use it for {string.Join(", ", takers[..^1])} or {takers[^1]}, not for {Names.Of(cell.Experiment)}";
    }
}
