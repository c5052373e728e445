using ReuseBench.Bench.Planning;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using Spectre.Console;

namespace ReuseBench.Bench.Progress;

/// <summary>
/// One live line at the bottom of a terminal (cell, repeat, rate now, time left) above which finished repeats scroll by.
/// </summary>
internal sealed class TerminalProgress(IAnsiConsole console) : IRunProgress
{
    private RunClock? _clock;
    private PlannedRepeat? _now;

    public void Begin(RunPlan plan) => _clock = new RunClock(plan);

    public void RepeatBegins(PlannedRepeat planned)
    {
        _now = planned;
        Show("starting");
    }

    public void Signal(LoadSignal signal)
    {
        if (signal.Signal == LoadSignal.Progress)
        {
            Show($"{signal.RateNowRps:0} requests/s now" + (signal.Errors > 0 ? $", {signal.Errors} errors" : ""));
        }
    }

    public void RepeatEnded(PlannedRepeat planned, ResultRow row)
    {
        Erase();
        _clock!.Add(planned);
        string colour = row.Grade switch { Grade.Ok => "green", Grade.Limited => "yellow", _ => "red" };
        console.MarkupLineInterpolated($"[{colour}]●[/] {planned.Cell.Id} repeat {planned.Repeat}: {RepeatText.Of(row)}");
    }

    public void End() => Erase();

    private void Show(string state)
    {
        RunClock clock = _clock!;
        PlannedRepeat now = _now!;
        // The last column stays free: a terminal that is full to it may go to the next line.
        int width = Math.Max(20, console.Profile.Width - 1);
        string line = LiveLine.Of($"[{clock.Done}/{clock.Count}, {RunClock.Format(clock.Left)} left]", now.Cell.Id, now.Repeat, state, width);
        Erase();
        console.Write(new Text(line));
    }

    private void Erase() => console.Write(new ControlCode("\r\u001b[2K"));
}
