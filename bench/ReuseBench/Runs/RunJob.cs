using System.Diagnostics;
using System.Runtime.InteropServices;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Results;
using ReuseBench.Reports;
using Spectre.Console;

namespace ReuseBench.Bench.Runs;

/// <summary>The main job from request to report.</summary>
internal static class RunJob
{
    /// <summary>How long the CPUs are listened to before a run: <c>doctor</c> takes a second, of which a short run would be a tenth.</summary>
    private static readonly TimeSpan Noise = TimeSpan.FromMilliseconds(200);

    /// <returns>The exit code.</returns>
    public static int Execute(RunRequest request)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using IRunOrigin origin = request.Resume is null ? new NewRun(request) : ResumedRun.Of(request);
        RunOptions options = RunPreparer.Prepare(request, origin);
        MicroSources? micro = request.Micro is MicroJob job ? MicroSources.Find(job) : null;

        IAnsiConsole console = RunConsole.Create();
        if (request.DryRun)
        {
            PlanText.PrintCells(options, console);
            PlanText.Print(options, request.Micro, console);
            return ExitCodes.Success;
        }

        options = options with { Doctor = HostRules.Judge(HostExamination.Take(options.Host, Noise)).Findings };
        foreach (string line in DiagnosisText.Worst(options.Doctor))
        {
            console.MarkupLineInterpolated($"[yellow]{line}[/]");
        }

        PlanText.Print(options, request.Micro, console);
        return Measure(options, micro?.Build(), request, console, clock);
    }

    private static int Measure(RunOptions options, MicroProgram? micro, RunRequest request, IAnsiConsole console, Stopwatch clock)
    {
        using Interruption interruption = new();
        Runner runner = new(options, RunConsole.ProgressOn(console));
        RunManifest manifest = runner.Run(interruption.Token);
        FurtherExperiments further = new(options, interruption.Token);
        if (manifest.Status == RunStatus.Complete)
        {
            further.Take(micro);
        }

        ReportPaths paths = Report.Write(options.Folder, Console.Error, options.Margin);
        manifest = RunTimes.Add(manifest, runner.MeasuredS + further.MeasuredS, clock.Elapsed);
        RunManifestFile.Write(options.Folder, manifest);
        RunSummary.Print(manifest, paths, runner.Open, console);

        string[] problems = [.. new[] { further.Problem, runner.Tally.Problem(Path.Combine(options.Folder, RunFiles.Logs)) }.OfType<string>()];
        foreach (string problem in problems)
        {
            Console.Error.WriteLine($"reusebench: {problem}");
        }

        // Of half a run no threshold is held or missed, and what failed says why nothing is valid.
        bool isInterrupted = interruption.Token.IsCancellationRequested;
        RunThresholds thresholds = RunThresholds.Of(paths, request.FailOn);
        request.Outcome.Write(paths, (isInterrupted || problems.Length > 0 ? thresholds.WithoutEnd() : thresholds).Cases);
        foreach (string line in isInterrupted || problems.Length > 0 ? [] : thresholds.Lines)
        {
            Console.Error.WriteLine($"reusebench: {line}");
        }

        return ExitCodes.Worst(isInterrupted, problems.Length > 0, thresholds.IsNothingValid, thresholds.IsHit, thresholds.IsUndecided);
    }
}

/// <summary>
/// Ctrl-C or SIGTERM ends the run after the processes of the repeat under way are gone; what was measured is kept. A second one ends
/// the program at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public Interruption()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
        {
            return;
        }

        context.Cancel = true;
        Console.Error.WriteLine("ending: the current measurement is dropped, what was measured is kept (again to quit at once)");
        _source.Cancel();
    }
}
