using System.Diagnostics;
using ReuseBench.Bench.Planning;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Progress;

/// <summary>Estimates the end of a run: what is left of the plan, scaled by how the plan has held so far.</summary>
internal sealed class RunClock(RunPlan plan)
{
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private Duration _plannedDone;

    public int Done { get; private set; }

    public int Count => plan.Repeats.Count;

    public TimeSpan Left
    {
        get
        {
            double left = plan.Estimate.Seconds - _plannedDone.Seconds;
            double scale = Done == 0 ? 1 : _elapsed.Elapsed.TotalSeconds / _plannedDone.Seconds;
            return TimeSpan.FromSeconds(Math.Max(0, left * scale));
        }
    }

    public void Add(PlannedRepeat repeat)
    {
        Done++;
        _plannedDone += RunPlan.EstimateOf(repeat.Cell);
    }

    /// <summary><c>1:05:09</c> or <c>5:09</c>.</summary>
    public static string Format(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time:mm\\:ss}" : $"{time:m\\:ss}";
}
