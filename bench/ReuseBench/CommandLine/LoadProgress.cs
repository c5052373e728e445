using ReuseBench.Core.Wire;
using ReuseBench.LoadGen;

namespace ReuseBench.Bench.CommandLine;

/// <summary>One line a second for somebody who looks on; the two marks are for programs.</summary>
internal sealed class LoadProgress(TextWriter output) : ILoadSignals
{
    /// <summary>Lines of JSON for whoever asked for them, and for a log or a program that listens.</summary>
    public static ILoadSignals For(TextWriter errors, bool isForPrograms) =>
        isForPrograms || Console.IsErrorRedirected ? new JsonLineSignals(errors) : new LoadProgress(errors);

    public void Report(LoadSignal signal)
    {
        if (signal.Signal == LoadSignal.Progress)
        {
            string errors = signal.Errors > 0 ? $", {signal.Errors} errors" : "";
            output.WriteLine($"{signal.RateNowRps:0.#} requests/s now, {signal.Requests} answers so far{errors}");
        }
    }
}
