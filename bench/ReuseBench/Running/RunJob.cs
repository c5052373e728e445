using System.Diagnostics;
using ReuseBench.Bench.CommandLine;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Micro;
using ReuseBench.Bench.Planning;
using ReuseBench.Bench.Progress;
using ReuseBench.Core.Results;
using ReuseBench.Reports;
using ReuseBench.Semantics;
using Spectre.Console;

namespace ReuseBench.Bench.Running;

/// <summary>The main job from request to report.</summary>
internal static class RunJob
{
    private const int LogWidth = 240;

    public static int Execute(RunRequest request)
    {
        Stopwatch clock = Stopwatch.StartNew();
        RunOptions options = RunPreparer.Prepare(request);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
        {
            // No terminal, no width to keep to: a table in a log is read unwrapped.
            console.Profile.Width = LogWidth;
        }

        PrintPlan(options, console, request.DryRun);
        if (request.DryRun)
        {
            return ExitCodes.Success;
        }

        MicroProgram? micro = request.Micro is null ? null : MicroProgram.Build();
        using Interruption interruption = new();
        IRunProgress progress = Console.IsOutputRedirected || !console.Profile.Capabilities.Ansi
            ? new PlainProgress(Console.Out)
            : new TerminalProgress(console);
        Runner runner = new(options, progress);
        RunManifest manifest = runner.Run(interruption.Token);
        double measuredS = runner.MeasuredS;
        if (options.Matrix.Semantics && manifest.Status == "complete")
        {
            Console.Out.WriteLine("semantics: trying every case on this kernel");
            Stopwatch trying = Stopwatch.StartNew();
            SemanticsExperiment.Run(options.Folder, options.RunId, SemanticsCommandModule.SelfCommand());
            measuredS += trying.Elapsed.TotalSeconds;
        }

        string? microProblem = null;
        if (micro is not null && manifest.Status == "complete")
        {
            Console.Out.WriteLine("micro: timing single operations");
            Stopwatch timing = Stopwatch.StartNew();
            microProblem = micro.Run(options.Folder, options.RunId, request.Micro!.Value, interruption.Token);
            measuredS += timing.Elapsed.TotalSeconds;
        }

        ReportPaths paths = Report.Write(options.Folder, Console.Error);
        manifest = manifest with { OverheadShare = Math.Round(Math.Max(0, 1 - (measuredS / clock.Elapsed.TotalSeconds)), 4) };
        RunManifestFile.Write(options.Folder, manifest);
        RunSummary.Print(options.Folder, manifest, paths, console);
        if (microProblem is not null)
        {
            Console.Error.WriteLine($"reusebench: {microProblem}");
        }

        return interruption.Token.IsCancellationRequested ? ExitCodes.Interrupted : microProblem is null ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static void PrintPlan(RunOptions options, IAnsiConsole console, bool everyCell)
    {
        Matrix matrix = options.Matrix;
        if (everyCell)
        {
            Table table = new Table().AddColumns("cell", "repeats", "estimate").Border(TableBorder.Simple);
            foreach (MatrixCell cell in matrix.Cells)
            {
                double seconds = RunPlan.EstimateOf(cell.Cell).Seconds * cell.Repeats;
                table.AddRow(new Text(cell.Cell.Id), new Text($"{cell.Repeats}"), new Text($"{seconds:0.#} s"));
            }

            console.Write(table);
        }

        console.WriteLine(
            $"{matrix.Name}: {matrix.Cells.Count} cells, {options.Plan.Repeats.Count} measurements, about {RunClock.Format(options.Plan.Estimate.ToTimeSpan())}; "
            + $"server on CPUs {options.Cpus.Server}, swarm on {options.Cpus.Client}{(options.Cpus.Disjoint ? "" : " (shared)")}, "
            + $"{(options.Isolate ? "each measurement in a network namespace of its own" : "in the host's network namespace")}");
    }
}
