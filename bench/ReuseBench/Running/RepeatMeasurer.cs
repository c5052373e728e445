using ReuseBench.Bench.Fairness;
using ReuseBench.Bench.Planning;
using ReuseBench.Bench.Restarts;
using ReuseBench.Bench.Rows;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Running;

/// <summary>Takes each planned repeat to whoever measures its kind, and gives back its rows.</summary>
internal sealed class RepeatMeasurer(string runId, CpuPlan cpus, Func<CpuPlan, CellMeasurer> cells, AcceptProbeMeasurer acceptProbe, RestartMeasurer restarts, bool isolate)
{
    /// <exception cref="RepeatFailedException">It did not run to its end.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public MeasuredRows Measure(PlannedRepeat planned, ulong seed, RepeatLog log, Action<LoadSignal> onSignal, CancellationToken cancel)
    {
        if (planned.Cell.Restart is { Method: not RestartMethod.Loop })
        {
            return MeasureRestart(planned, seed, log, cancel);
        }

        try
        {
            return planned.Cell.Driver == Driver.AcceptOnly
                ? acceptProbe.Measure(planned, seed, log, cancel)
                : MeasuredRows.Of(runId, cells(SharedCpus.For(planned.Cell, cpus)).Measure(planned, seed, log, onSignal, cancel));
        }
        catch (RepeatSkippedException e)
        {
            return MeasuredRows.OfSkipped(ResultRows.Skipped(runId, cpus.AsRun(planned.Cell), planned.Repeat, seed, isolate, e.Message));
        }
    }

    private MeasuredRows MeasureRestart(PlannedRepeat planned, ulong seed, RepeatLog log, CancellationToken cancel)
    {
        try
        {
            return RestartRows.Of(runId, restarts.Measure(planned, seed, log, cancel));
        }
        catch (RepeatSkippedException e)
        {
            return RestartRows.OfSkipped(runId, planned.Cell, planned.Repeat, seed, isolate, e.Message);
        }
        catch (RepeatFailedException e) when (!cancel.IsCancellationRequested)
        {
            return RestartRows.OfFailed(runId, cpus.AsRun(planned.Cell), planned.Repeat, seed, isolate, e.Message);
        }
    }
}
