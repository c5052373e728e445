using ReuseBench.Core.Cells;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;

namespace ReuseBench.Reports.Topics;

/// <summary>What cells of an experiment are compared by.</summary>
/// <param name="Key">The metric, by its column.</param>
/// <param name="What">As in a heading.</param>
/// <param name="Best">The word for the winning end.</param>
/// <param name="Take">The estimate of a cell.</param>
public sealed record Measure(string Key, string What, string Best, Func<RunAnalysis, MeasuredCell, Estimate> Take)
{
    /// <summary>Whether the measure says something of a cell.</summary>
    public Func<MeasuredCell, bool> IsOf { get; init; } = _ => true;

    /// <returns>Null where the experiment has no one measure.</returns>
    public static Measure? Of(Experiment experiment) =>
        experiment == Experiment.Throughput ? new Measure("throughput_rps", "Throughput", "highest", (run, cell) => run.Throughput(cell))
        : experiment == Experiment.Latency ? new Measure(LatencyTail.Key(99), "p99 latency", "lowest", (run, cell) =>
            run.Latency(cell).Percentile(99))
        { IsOf = cell => LatencyTail.IsLatency(cell.Conditions, 99) }
        : experiment == Experiment.Fairness || experiment == Experiment.Idle
            ? new Measure(Figure.AcceptedMaxOverMean.Key, "Connections, max/mean", "lowest", (run, cell) => run.Median(cell, Figure.AcceptedMaxOverMean))
        : null;
}
