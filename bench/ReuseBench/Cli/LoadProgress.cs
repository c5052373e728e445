using ReuseBench.Bench.Runs;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen;
using Spectre.Console;

namespace ReuseBench.Bench.Cli;

/// <summary>What somebody who looks on sees of a load while it runs.</summary>
internal static class LoadProgress
{
    /// <param name="errors">Standard error.</param>
    /// <param name="form">JSON lines are for whoever asked for JSON; a log has no live line, and a terminal only where it obeys escape sequences.</param>
    /// <param name="settings">Say how long it takes.</param>
    public static ILoadSignals For(TextWriter errors, OutputForm form, LoadSettings settings)
    {
        IAnsiConsole console = form.LogConsole();
        return form switch
        {
            { IsJson: true, IsQuiet: false } => new JsonLineSignals(errors),
            { IsQuiet: false } when !Console.IsErrorRedirected && console.Profile.Capabilities.Ansi =>
                new LiveLoad(errors, settings.BeforeWindow.Seconds, settings.Duration.Seconds, LiveLine.WidthOn(console)),
            _ => new LoadWarnings(errors),
        };
    }
}

/// <summary>Only what the user should know before the result is there.</summary>
internal sealed class LoadWarnings(TextWriter output) : ILoadSignals
{
    public void Report(LoadSignal signal)
    {
        if (signal.Signal == LoadSignal.Warning)
        {
            output.WriteLine($"warning: {signal.Text}");
        }
    }
}

/// <summary>One live line: a bar, how far it is, the rate now and the errors so far. It is gone when the load is, however that ends.</summary>
/// <param name="output">A terminal.</param>
/// <param name="warmupS">Before the measured window, seconds.</param>
/// <param name="windowS">Its length, seconds.</param>
/// <param name="width">Columns for the line.</param>
internal sealed class LiveLoad(TextWriter output, double warmupS, double windowS, int width) : ILoadSignals, IDisposable
{
    private const string Erase = "\r\u001b[2K";

    private bool _isShown;
    private long _firstNs;
    private double _measuringFromS = double.NaN;

    public void Report(LoadSignal signal)
    {
        _firstNs = _firstNs == 0 ? signal.TimeNs : _firstNs;
        double elapsedS = (signal.TimeNs - _firstNs) / 1e9;
        switch (signal.Signal)
        {
            case LoadSignal.Warning:
                output.WriteLine($"{Erase}warning: {signal.Text}");
                break;
            case LoadSignal.Begin:
                _measuringFromS = elapsedS;
                Show(elapsedS, signal);
                break;
            case LoadSignal.Progress:
                Show(elapsedS, signal);
                break;
            case LoadSignal.End or LoadSignal.Drained:
                Dispose();
                break;
        }
    }

    /// <summary>Erases the line where there is one.</summary>
    public void Dispose()
    {
        if (_isShown)
        {
            output.Write(Erase);
            _isShown = false;
        }
    }

    private void Show(double elapsedS, LoadSignal signal)
    {
        bool isMeasuring = !double.IsNaN(_measuringFromS);
        double atS = isMeasuring ? elapsedS - _measuringFromS : elapsedS;
        string where = isMeasuring ? $"{atS:0} of {windowS:0.##} s" : $"warm-up, {atS:0} of {warmupS:0.##} s";
        string rate = signal.Signal == LoadSignal.Progress ? $"{signal.RateNowRps:0} requests/s now, " : "";
        string errors = signal.Errors > 0 ? $", {signal.Errors} errors" : "";
        string line = $"{Bar.Of(isMeasuring ? atS / windowS : 0)} {where}, {rate}{signal.Requests} responses{errors}";
        output.Write(Erase + LiveLine.Clip(line, width));
        _isShown = true;
    }
}
