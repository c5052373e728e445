using System.Diagnostics;
using ReuseBench.Bench.Micro;
using ReuseBench.Bench.Progress;
using ReuseBench.Bench.Running.Origins;
using ReuseBench.Core.Results;
using ReuseBench.Reports;
using Spectre.Console;

namespace ReuseBench.Bench.Running;

/// <summary>The main job from request to report.</summary>
internal static class RunJob
{
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
            PlanText.Print(options, console);
            return ExitCodes.Success;
        }

        PlanText.Print(options, console);
        return Measure(options, micro?.Build(), console, clock);
    }

    private static int Measure(RunOptions options, MicroProgram? micro, IAnsiConsole console, Stopwatch clock)
    {
        using Interruption interruption = new();
        Runner runner = new(options, RunConsole.ProgressOn(console));
        RunManifest manifest = runner.Run(interruption.Token);
        FurtherExperiments further = new(options, interruption.Token);
        if (manifest.Status == RunStatus.Complete)
        {
            further.Take(micro);
        }

        ReportPaths paths = Report.Write(options.Folder, Console.Error);
        manifest = RunTimes.Add(manifest, runner.MeasuredS + further.MeasuredS, clock.Elapsed);
        RunManifestFile.Write(options.Folder, manifest);
        RunSummary.Print(manifest, paths, console);

        string[] problems = [.. new[] { further.Problem, runner.Tally.Problem(Path.Combine(options.Folder, RunFiles.Logs)) }.OfType<string>()];
        foreach (string problem in problems)
        {
            Console.Error.WriteLine($"reusebench: {problem}");
        }

        return interruption.Token.IsCancellationRequested ? ExitCodes.Interrupted : problems.Length == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }
}
