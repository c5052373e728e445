using System.Diagnostics;
using ReuseBench.Bench.Experiments;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Runs;

/// <summary>Shows how a run comes along. <see cref="Signal"/> is called on the measurement's thread and must be quick.</summary>
internal interface IRunProgress
{
    /// <param name="plan">What is measured at most.</param>
    /// <param name="budget">Wall time after which no more is begun; null for none.</param>
    void Begin(RunPlan plan, Duration? budget);

    void RepeatBegins(PlannedRepeat planned);

    void Signal(LoadSignal signal);

    void RepeatEnded(PlannedRepeat planned, MeasuredRows rows);

    void End();
}

/// <summary>One line a repeat, for output that is not a terminal.</summary>
internal sealed class PlainProgress(TextWriter output) : IRunProgress
{
    private readonly RunWarnings _warnings = new();
    private RunClock? _clock;
    private RepeatLabels _labels = RepeatLabels.None;

    public void Begin(RunPlan plan, Duration? budget)
    {
        _clock = new RunClock(plan, budget);
        _labels = RepeatLabels.Of(plan);
    }

    public void RepeatBegins(PlannedRepeat planned)
    {
    }

    public void Signal(LoadSignal signal)
    {
        if (_warnings.New(signal, _labels) is { } warning)
        {
            output.WriteLine(warning);
        }
    }

    public void RepeatEnded(PlannedRepeat planned, MeasuredRows rows)
    {
        RunClock clock = _clock!;
        clock.Add(planned);
        output.WriteLine(
            $"[{clock.Counted}] {_labels.Of(planned)}: {RepeatText.Of(planned, rows)}; {RunClock.Format(clock.Left)} left");
    }

    public void End()
    {
    }
}

/// <summary>
/// What swarms warn of, once each: the same holds for every repeat of a cell. Repeats may run side by side, each on a thread of its own.
/// </summary>
internal sealed class RunWarnings
{
    private readonly HashSet<string> _said = [];

    /// <returns>The line to print; null for what is no warning, or was said before.</returns>
    /// <param name="signal">Of a swarm.</param>
    /// <param name="labels">Of the run: a warning names its cell.</param>
    public string? New(LoadSignal signal, RepeatLabels labels)
    {
        if (signal is not { Signal: LoadSignal.Warning, Text: { } text })
        {
            return null;
        }

        lock (_said)
        {
            return _said.Add(text) ? $"warning: {labels.InWords(text)}" : null;
        }
    }
}

/// <summary>Estimates the end of a run: what is left of the plan, scaled by how the plan has held so far, and never beyond a budget.</summary>
internal sealed class RunClock(RunPlan plan, Duration? budget)
{
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private Duration _plannedDone;

    private int Done { get; set; }

    /// <summary>Repeats that are over, and of how many; a budget may end a run before its plan does, or go beyond it.</summary>
    public string Counted => budget is null ? $"{Done}/{plan.Repeats.Count}" : $"{Done}";

    public TimeSpan Left
    {
        get
        {
            double left = plan.Estimate.Seconds - _plannedDone.Seconds;
            double scale = Done == 0 ? 1 : _elapsed.Elapsed.TotalSeconds / _plannedDone.Seconds;
            double most = budget is { } given ? given.Seconds - _elapsed.Elapsed.TotalSeconds : double.PositiveInfinity;
            return TimeSpan.FromSeconds(Math.Clamp(left * scale, 0, Math.Max(0, most)));
        }
    }

    /// <summary>Share of the run that is over, by time; 0 to 1.</summary>
    private double Share => (_elapsed.Elapsed, Left) is var (gone, left) && gone + left > TimeSpan.Zero ? gone / (gone + left) : 1;

    /// <summary>A bar, how much is done, how long the rest takes and when that is over; such as <c>██▌······· 12/71, 1:05 left (until 17:05)</c>.</summary>
    /// <param name="now">Local time.</param>
    public string Line(DateTime now)
    {
        TimeSpan left = Left;
        return $"{Bar.Of(Share)} {Counted}, {Format(left)} left (until {now + left:HH:mm})";
    }

    public void Add(PlannedRepeat repeat)
    {
        Done++;
        _plannedDone += RunPlan.EstimateOf(repeat.Cell);
    }

    /// <summary><c>1:05:09</c> or <c>5:09</c>.</summary>
    public static string Format(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time:mm\\:ss}" : $"{time:m\\:ss}";
}

/// <summary>A measured repeat in one line.</summary>
internal static class RepeatText
{
    public static string Of(PlannedRepeat planned, MeasuredRows rows)
    {
        ResultRow row = rows.Result;
        string verdict = GradeText.WithReasons(row.Cell.Experiment, row.Verdict);
        return row.Failure is not null ? $"{verdict}: {row.Failure} (cell {row.CellId})" : $"{ExperimentRegistry.Of(planned.Cell).Describe(rows)}, {verdict}";
    }
}
