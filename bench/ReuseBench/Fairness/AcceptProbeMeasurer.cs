using ReuseBench.Bench.Planning;
using ReuseBench.Bench.Rows;
using ReuseBench.Bench.Running;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Fairness;

/// <summary>Measures the cells that have no swarm: each repeat on a thread of its own, in a fresh namespace where asked for.</summary>
internal sealed class AcceptProbeMeasurer(string runId, bool isolate, IReadOnlyDictionary<string, string> sysctls)
{
    /// <exception cref="RepeatFailedException">It did not run to its end.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public MeasuredRows Measure(PlannedRepeat planned, ulong seed, RepeatLog log, CancellationToken cancel)
    {
        MeasuredRows rows = MeasurementThread.Run(isolate, sysctls, () =>
        {
            AcceptProbeRun run = new(runId, planned.Cell, planned.Repeat, seed, isolate, DateTime.UtcNow);
            return planned.Cell.Experiment == Experiment.Fairness ? FairnessExperiment.Measure(run, cancel)
                : planned.Cell.Experiment == Experiment.Affinity ? AffinityExperiment.Measure(run, log, cancel)
                : StallExperiment.Measure(run, log, cancel);
        });
        cancel.ThrowIfCancellationRequested();
        return rows;
    }
}
