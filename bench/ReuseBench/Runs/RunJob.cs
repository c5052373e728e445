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

        if (request.DryRun)
        {
            PlanText.PrintDry(options, request.Micro, request.Output);
            return ExitCodes.Success;
        }

        options = options with { Doctor = HostRules.Judge(HostExamination.Take(options.Host, Noise)).Findings };
        IAnsiConsole log = request.Output.LogConsole();
        foreach (string line in DiagnosisText.Worst(options.Doctor))
        {
            log.MarkupLineInterpolated($"[yellow]{line}[/]");
        }

        PlanText.Print(options, request.Micro, log);
        return Measure(options, micro?.Build(request.Output.Log), request, log, clock);
    }

    private static int Measure(RunOptions options, MicroProgram? micro, RunRequest request, IAnsiConsole log, Stopwatch clock)
    {
        using Interruption interruption = new();
        Runner runner = new(options, request.Output.Progress(log));
        RunManifest manifest = runner.Run(interruption.Token);
        FurtherExperiments further = new(options, request.Output.Log, interruption.Token);
        if (manifest.Status == RunStatus.Complete)
        {
            further.Take(micro);
        }

        request.Output.Log.WriteLine("report: drawing charts, writing the page");
        ReportPaths paths = Report.Write(options.Folder, Console.Error, options.Margin);
        manifest = RunTimes.Add(manifest, runner.MeasuredS + further.MeasuredS, clock.Elapsed);
        RunManifestFile.Write(options.Folder, manifest);

        // Of half a run no threshold is held or missed, and what failed says why nothing is valid.
        string[] problems = [.. new[] { further.Problem, runner.Tally.Problem(Path.Combine(options.Folder, RunFiles.Logs)) }.OfType<string>()];
        bool isInterrupted = interruption.Token.IsCancellationRequested;
        RunThresholds thresholds = RunThresholds.Of(paths, request.FailOn);
        RunEnd end = new(manifest, paths)
        {
            Open = runner.Open,
            Problems = [.. problems, .. isInterrupted || problems.Length > 0 ? [] : thresholds.Lines],
            ExitCode = ExitCodes.Worst(isInterrupted, problems.Length > 0, thresholds.IsNothingValid, thresholds.IsHit, thresholds.IsUndecided),
        };
        RunSummary.Print(end, request.Output);
        foreach (string problem in end.Problems)
        {
            Console.Error.WriteLine($"reusebench: {problem}");
        }

        return end.ExitCode;
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
