using System.Diagnostics;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Reports;
using Spectre.Console;

namespace ReuseBench.Bench.Tuning;

/// <summary>
/// <c>tune</c> from question to answer. Every repeat goes into a run folder like any other run's, with its verdict; the folder ends with a report and
/// with <see cref="TuneText.FileName"/>.
/// </summary>
internal static class TuneJob
{
    /// <param name="requests">One for each server that is asked about, at least one.</param>
    /// <param name="run">Folder, seed, CPUs and isolation; its matrix is made here.</param>
    /// <returns>The exit code.</returns>
    public static int Execute(IReadOnlyList<TuneRequest> requests, RunRequest run)
    {
        Stopwatch clock = Stopwatch.StartNew();
        RunRequest built = run with { Built = MatrixOf(requests, run) };
        using IRunOrigin origin = new NewRun(built);
        RunOptions options = RunPreparer.Prepare(built, origin);
        TextWriter log = run.Output.Log;
        if (run.DryRun)
        {
            Console.Out.WriteLine(run.Output.IsJson
                ? TuneText.PlanToJson(requests, options)
                : $"tune: {string.Join("; ", requests.Select(r => r.Question))}; at most {Budget(requests)}; {WhereOf(options)}");
            return ExitCodes.Success;
        }

        log.WriteLine($"tune: at most {Budget(requests)}; {WhereOf(options)}");
        using Interruption interruption = new();
        Runner runner = new(options, new TuneProgress(log));
        List<TuneResult> results = [];
        RunManifest manifest = runner.Run(
            measure =>
            {
                try
                {
                    results.AddRange(requests.Select(r => Tuner.Answer(
                        r, options.Seed, planned => measure([planned]) is [var measured] ? measured : throw new OperationCanceledException())));
                }
                catch (OperationCanceledException)
                {
                    // What was measured stays in the folder; there is no answer.
                }
            },
            interruption.Token);
        ReportPaths? written = interruption.Await(() => Report.Write(options.Folder, Console.Error, requests[0].Margin), Interruption.ReportLimit);
        RunManifestFile.Write(options.Folder, RunTimes.Add(manifest, runner.MeasuredS, clock.Elapsed));
        if (written is not { } paths)
        {
            return Interruption.EndWithoutReport(options.Folder, run.Output);
        }

        if (interruption.Token.IsCancellationRequested)
        {
            return PrintInterrupted(run.Output);
        }

        TuneText.Write(options.Folder, results);
        IReadOnlyList<string> curves = TuneChart.Draw(options.Folder, results);
        Print(results, run.Output);
        IAnsiConsole console = run.Output.IsJson ? run.Output.LogConsole() : RunConsole.Create();
        foreach (string curve in curves)
        {
            RunConsole.WriteFile(console, "curve: ", curve);
        }

        RunConsole.WriteFile(console, "report: ", paths.Html);
        return results.Exists(r => r.Answer.Workers is not null) ? ExitCodes.Success : ExitCodes.NothingValid;
    }

    /// <summary>The answers on standard output.</summary>
    public static void Print(IReadOnlyList<TuneResult> results, OutputForm form) =>
        Console.Out.WriteLine(form.IsJson ? TuneText.ToJson(results) : string.Join("\n\n", results.Select(TuneText.Describe)));

    /// <summary>That there is no answer, where a program waits for one document.</summary>
    /// <returns>The exit code.</returns>
    public static int PrintInterrupted(OutputForm form)
    {
        if (form.IsJson)
        {
            Console.Out.WriteLine(RunJson.OfInterrupted());
        }

        return ExitCodes.Interrupted;
    }

    /// <summary>The cells that every search begins with; those between them turn up while it goes on.</summary>
    private static Matrix MatrixOf(IReadOnlyList<TuneRequest> requests, RunRequest run) => new(
        "tune",
        "How many workers?",
        run.Seed,
        [
            .. requests.SelectMany(r => r.Counts.Select(workers => r.Rate is double rate ? r.Open(workers, rate) : r.Closed(workers)))
                .DistinctBy(c => c.Id).Select(c => new MatrixCell(c, 1)),
        ],
        Semantics: false);

    private static string Budget(IReadOnlyList<TuneRequest> requests) => RunClock.Format(TimeSpan.FromSeconds(requests.Sum(r => r.Budget.Seconds)));

    private static string WhereOf(RunOptions options) =>
        string.Join("; ", PlanText.CpusOf(options));
}

/// <summary>One line a repeat.</summary>
internal sealed class TuneProgress(TextWriter output) : IRunProgress
{
    public void Begin(RunPlan plan, Duration? budget)
    {
    }

    public void RepeatBegins(PlannedRepeat planned)
    {
    }

    public void Signal(LoadSignal signal)
    {
    }

    public void RepeatEnded(PlannedRepeat planned, MeasuredRows rows)
    {
        string rate = planned.Cell.Load.Rate is double asked ? $" at {asked:0}/s" : "";
        output.WriteLine($"  workers {planned.Cell.Server.Workers}{rate}: {RepeatText.Of(planned, rows)}");
    }

    public void End()
    {
    }
}
