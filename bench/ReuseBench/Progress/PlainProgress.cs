using ReuseBench.Bench.Planning;
using ReuseBench.Core.Results;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Progress;

/// <summary>One line a repeat, for output that is not a terminal.</summary>
internal sealed class PlainProgress(TextWriter output) : IRunProgress
{
    private RunClock? _clock;

    public void Begin(RunPlan plan) => _clock = new RunClock(plan);

    public void RepeatBegins(PlannedRepeat planned)
    {
    }

    public void Signal(LoadSignal signal)
    {
    }

    public void RepeatEnded(PlannedRepeat planned, ResultRow row)
    {
        RunClock clock = _clock!;
        clock.Add(planned);
        output.WriteLine(
            $"[{clock.Done}/{clock.Count}] {planned.Cell.Id} repeat {planned.Repeat}: {RepeatText.Of(row)}; {RunClock.Format(clock.Left)} left");
    }

    public void End()
    {
    }
}
