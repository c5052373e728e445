using System.Diagnostics;
using System.Runtime.InteropServices;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Hosted;
using ReuseBench.Core.Results;
using ReuseBench.Linux;
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
        using Lab? lab = options.Lab;
        MicroSources? micro = request.Micro is MicroJob job ? MicroSources.Find(job) : null;

        if (request.DryRun)
        {
            PlanText.PrintDry(options, request.Micro, request.Output);
            return ExitCodes.Success;
        }

        // This machine is none of those that are measured, where there are others: `doctor --hosts` looks at them.
        options = options with { Doctor = lab is null ? HostRules.Judge(HostExamination.Take(options.Host, Noise)).Findings : [] };
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
        FurtherExperiments further = new(options, request.Output.Log, interruption);
        if (manifest.Status == RunStatus.Complete)
        {
            further.Take(micro);
        }

        request.Output.Log.WriteLine("report: drawing charts, writing the page");
        manifest = EndedBy(interruption, manifest);
        RunManifestFile.Write(options.Folder, manifest);
        ReportPaths? written = interruption.Await(() => Report.Write(options.Folder, Console.Error, options.Margin), Interruption.ReportLimit);
        manifest = RunTimes.Add(EndedBy(interruption, manifest), runner.MeasuredS + further.MeasuredS, clock.Elapsed);
        RunManifestFile.Write(options.Folder, manifest);
        if (written is not { } paths)
        {
            return Interruption.EndWithoutReport(options.Folder, request.Output);
        }

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

        request.Outcome.Write(
            paths with { Manifest = manifest }, (isInterrupted || problems.Length > 0 ? thresholds.WithoutEnd() : thresholds).Cases);
        return end.ExitCode;
    }

    /// <summary>A run that was told to end is not complete, whatever it was at.</summary>
    private static RunManifest EndedBy(Interruption interruption, RunManifest manifest) =>
        interruption.Token.IsCancellationRequested ? manifest with { Status = RunStatus.Interrupted } : manifest;
}

/// <summary>
/// Ctrl-C or SIGTERM ends the run after the processes of the repeat in progress are gone; what was measured is kept. A second one ends
/// the program at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>How long after Ctrl-C a report may still take: the whole program ends within two seconds of it.</summary>
    public static readonly TimeSpan ReportLimit = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _source = new();
    private long _stoppedNs;
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public Interruption()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>
    /// Ends the program where a report was not awaited. What was left to itself may still write to the run folder, so the claim on that is held until the
    /// process is gone.
    /// </summary>
    /// <param name="folder">Of the run.</param>
    /// <param name="form">For people or for programs.</param>
    /// <returns>It does not return; the exit code is for the compiler.</returns>
    public static int EndWithoutReport(string folder, OutputForm form)
    {
        Console.Error.WriteLine($"reusebench: the report is left out, since the run was ended; write it with `reusebench report {folder}`");
        if (form.IsJson)
        {
            Console.Out.WriteLine(RunJson.OfInterrupted());
        }

        Console.Out.Flush();
        Environment.Exit(ExitCodes.Interrupted);
        return ExitCodes.Interrupted;
    }

    /// <summary>Does something that knows nothing of an end: it is waited for, but after Ctrl-C no longer than a while.</summary>
    /// <param name="work">Is left to itself where it takes longer, and ends with the program.</param>
    /// <param name="limit">From the signal on.</param>
    /// <returns>What it gave; null where it was not waited for.</returns>
    public T? Await<T>(Func<T> work, TimeSpan limit)
        where T : class
    {
        Task<T> task = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            Task.WaitAny([task], Token);
        }
        catch (OperationCanceledException)
        {
            TimeSpan left = limit - TimeSpan.FromMilliseconds((MonotonicClock.NowNs() - Volatile.Read(ref _stoppedNs)) / 1e6);
            if (Task.WaitAny([task], left > TimeSpan.Zero ? left : TimeSpan.Zero) < 0)
            {
                return null;
            }
        }

        return task.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    /// <summary>What a signal does; tests call it in its place.</summary>
    internal void Stop(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
        {
            return;
        }

        context.Cancel = true;
        Volatile.Write(ref _stoppedNs, MonotonicClock.NowNs());
        Console.Error.WriteLine("ending: the current measurement is dropped, what was measured is kept (again to quit at once)");
        _source.Cancel();
    }
}
