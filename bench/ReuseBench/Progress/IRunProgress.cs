using ReuseBench.Bench.Planning;
using ReuseBench.Core.Results;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Progress;

/// <summary>Shows how a run comes along. <see cref="Signal"/> is called on the measurement's thread and must be quick.</summary>
internal interface IRunProgress
{
    void Begin(RunPlan plan);

    void RepeatBegins(PlannedRepeat planned);

    void Signal(LoadSignal signal);

    void RepeatEnded(PlannedRepeat planned, ResultRow row);

    void End();
}
