using ReuseBench.Bench.Matrices;
using ReuseBench.Core.Results;
using ReuseBench.Reports;
using Spectre.Console;

namespace ReuseBench.Bench.Runs;

/// <summary>What a run is about to do, for the terminal.</summary>
internal static class PlanText
{
    public static void PrintCells(RunOptions options, IAnsiConsole console)
    {
        Table table = new Table().AddColumns("cell", "repeats", "estimate").Border(TableBorder.Simple);
        foreach (MatrixCell cell in options.Matrix.Cells)
        {
            double seconds = RunPlan.EstimateOf(cell.Cell).Seconds * cell.Repeats;
            table.AddRow(new Text(cell.Cell.Id), new Text($"{cell.Repeats}"), new Text($"{seconds:0.#} s"));
        }

        console.Write(table);
    }

    public static void Print(RunOptions options, MicroJob? micro, IAnsiConsole console)
    {
        Matrix matrix = options.Matrix;
        console.WriteLine(
            $"{matrix.Name}: {matrix.Cells.Count} cells, {options.Plan.Repeats.Count} measurements, about "
            + $"{RunClock.Format(RunEstimate.Of(options, micro).ToTimeSpan())}; "
            + $"server on CPUs {options.Cpus.Server}, swarm on {options.Cpus.Client}{(options.Cpus.Disjoint ? "" : " (shared)")}, "
            + $"{(options.Isolate ? "each measurement in a network namespace of its own" : "in the host's network namespace")}");
        if (ConntrackForecast.Warning(options) is { } warning)
        {
            console.MarkupLineInterpolated($"[yellow]warning: {warning}[/]");
        }
    }
}

/// <summary>What a run prints at its end: the table of its cells, what was left out, and where the report is.</summary>
internal static class RunSummary
{
    public static void Print(RunManifest manifest, ReportPaths paths, IAnsiConsole console)
    {
        SummaryTable.Print(paths.Summary.Rows, console);
        console.WriteLine("* limited: the report says in words what each verdict restricts");
        foreach (string line in paths.Summary.Lines)
        {
            console.WriteLine(line);
        }

        foreach (string skipped in manifest.Skipped)
        {
            console.WriteLine(skipped);
        }

        if (manifest.OverheadShare is double share)
        {
            console.WriteLine($"{share:0.0 %} of the time was spent outside warm-up and measuring");
        }

        console.WriteLine($"report: {paths.Html}");
    }
}
