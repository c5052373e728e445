using ReuseBench.Bench.Planning;
using ReuseBench.Core.Results;
using ReuseBench.Core.Wire;
using Spectre.Console;

namespace ReuseBench.Bench.Progress;

/// <summary>
/// One live line at the bottom of a terminal (cell, repeat, rate now, time left) above which finished repeats scroll by.
/// </summary>
internal sealed class TerminalProgress(IAnsiConsole console) : IRunProgress
{
    private RunClock? _clock;
    private string _now = "";

    public void Begin(RunPlan plan) => _clock = new RunClock(plan);

    public void RepeatBegins(PlannedRepeat planned)
    {
        _now = $"{planned.Cell.Id} repeat {planned.Repeat}";
        Show($"{_now}: starting");
    }

    public void Signal(LoadSignal signal)
    {
        if (signal.Signal == LoadSignal.Progress)
        {
            Show($"{_now}: {signal.RateNowRps:0} requests/s now" + (signal.Errors > 0 ? $", {signal.Errors} errors" : ""));
        }
    }

    public void RepeatEnded(PlannedRepeat planned, ResultRow row)
    {
        Erase();
        _clock!.Add(planned);
        string colour = row.Verdict switch { "ok" => "green", "limited" => "yellow", _ => "red" };
        console.MarkupLineInterpolated($"[{colour}]●[/] {planned.Cell.Id} repeat {planned.Repeat}: {RepeatText.Of(row)}");
    }

    public void End() => Erase();

    private void Show(string text)
    {
        RunClock clock = _clock!;
        string line = $"[{clock.Done}/{clock.Count}, {RunClock.Format(clock.Left)} left] {text}";
        int width = Math.Max(20, console.Profile.Width - 1);
        Erase();
        console.Write(new Text(line.Length > width ? line[..width] : line));
    }

    private void Erase() => console.Write(new ControlCode("\r\u001b[2K"));
}
