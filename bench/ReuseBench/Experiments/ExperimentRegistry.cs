using ReuseBench.Bench.Experiments.Affinity;
using ReuseBench.Bench.Experiments.Fairness;
using ReuseBench.Bench.Experiments.Held;
using ReuseBench.Bench.Experiments.Loads;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Experiments.Restarts;
using ReuseBench.Core;
using ReuseBench.Core.Cells;

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
        new IdleExperiment(),
        new DriverCheckExperiment(),
    ];

    private static readonly Dictionary<Experiment, IExperiment> ByKind = All.ToDictionary(e => e.Kind);

    /// <summary>Every experiment's name, for help and messages.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(e => e.Kind.Name)];

    /// <summary>The experiment that a cell is run for; null where nobody measures such cells.</summary>
    public static IExperiment? Find(Cell cell) => ByKind.GetValueOrDefault(cell.Experiment);

    /// <inheritdoc cref="Find"/>
    /// <exception cref="UsageException">Nobody measures such cells.</exception>
    public static IExperiment Of(Cell cell) => Find(cell)
        ?? throw Core.Units.Names.Unknown("experiment", $"{cell.Experiment}", Names);
}
