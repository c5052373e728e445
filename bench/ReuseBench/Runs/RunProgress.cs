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
    void Begin(RunPlan plan);

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

    public void Begin(RunPlan plan)
    {
        _clock = new RunClock(plan);
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
            $"[{clock.Done}/{clock.Count}] {_labels.Of(planned)}: {RepeatText.Of(planned, rows)}; {RunClock.Format(clock.Left)} left");
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

    /// <summary>A bar, how much is done, how long the rest takes and when that is over; such as <c>██▌······· 12/71, 1:05 left (until 17:05)</c>.</summary>
    /// <param name="now">Local time.</param>
    public string Line(DateTime now)
    {
        TimeSpan left = Left;
        double planned = plan.Estimate.Seconds;
        return $"{Bar.Of(planned > 0 ? _plannedDone.Seconds / planned : 1)} {Done}/{Count}, {Format(left)} left (until {now + left:HH:mm})";
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
