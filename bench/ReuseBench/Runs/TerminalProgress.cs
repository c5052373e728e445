using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using Spectre.Console;

namespace ReuseBench.Bench.Runs;

/// <summary>
/// One live line at the bottom of a terminal (a bar, when it ends, cell, repeat, rate now) above which finished repeats scroll by.
/// </summary>
internal sealed class TerminalProgress(IAnsiConsole console) : IRunProgress
{
    private readonly RunWarnings _warnings = new();
    private RunClock? _clock;
    private RepeatLabels _labels = RepeatLabels.None;
    private PlannedRepeat? _now;

    public void Begin(RunPlan plan, Duration? budget)
    {
        _clock = new RunClock(plan, budget);
        _labels = RepeatLabels.Of(plan);
    }

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
        else if (_warnings.New(signal, _labels) is { } warning)
        {
            Erase();
            console.MarkupLineInterpolated($"[yellow]{warning}[/]");
        }
    }

    public void RepeatEnded(PlannedRepeat planned, MeasuredRows rows)
    {
        Erase();
        _clock!.Add(planned);
        string colour = rows.Result.Grade switch { Grade.Ok => "green", Grade.Limited => "yellow", _ => "red" };
        console.MarkupLineInterpolated($"[{colour}]●[/] {_labels.Of(planned)}: {RepeatText.Of(planned, rows)}");
    }

    public void End() => Erase();

    private void Show(string state)
    {
        RunClock clock = _clock!;
        PlannedRepeat now = _now!;
        string line = LiveLine.Of(clock.Line(DateTime.Now), _labels.Of(now), state, LiveLine.WidthOn(console));
        Erase();
        console.Write(new Text(line));
    }

    private void Erase() => console.Write(new ControlCode("\r\u001b[2K"));
}

/// <summary>The live line of a terminal. What changes has the room it needs; the cell's name gives way, part by part.</summary>
internal static class LiveLine
{
    private const char Cut = '…';

    /// <param name="clock">How far the run is.</param>
    /// <param name="label">The repeat in words, the most telling first.</param>
    /// <param name="state">What goes on.</param>
    /// <param name="width">Columns there are.</param>
    public static string Of(string clock, string label, string state, int width)
    {
        string line = Line(label);
        string name = label;
        while (line.Length > width && name.LastIndexOf(' ') is var blank and > 0)
        {
            name = name[..blank].TrimEnd(',', ';', ':');
            line = Line(name + Cut);
        }

        return Clip(line, width);

        string Line(string shown) => $"{clock} {shown}: {state}";
    }

    /// <summary>Columns there are for it. The last one stays free: a terminal that is full to it may go to the next line.</summary>
    public static int WidthOn(IAnsiConsole console) => Math.Max(20, console.Profile.Width - 1);

    /// <summary>The line, or as many whole words of it as fit.</summary>
    public static string Clip(string line, int width)
    {
        if (line.Length <= width)
        {
            return line;
        }

        int end = line.LastIndexOf(' ', Math.Max(0, width - 1));
        return end > 0 ? line[..end] + Cut : line[..Math.Min(line.Length, width)];
    }
}
