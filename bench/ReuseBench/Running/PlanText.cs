using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Planning;
using ReuseBench.Bench.Progress;
using Spectre.Console;

namespace ReuseBench.Bench.Running;

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

    public static void Print(RunOptions options, IAnsiConsole console)
    {
        Matrix matrix = options.Matrix;
        console.WriteLine(
            $"{matrix.Name}: {matrix.Cells.Count} cells, {options.Plan.Repeats.Count} measurements, about {RunClock.Format(RunEstimate.Of(options).ToTimeSpan())}; "
            + $"server on CPUs {options.Cpus.Server}, swarm on {options.Cpus.Client}{(options.Cpus.Disjoint ? "" : " (shared)")}, "
            + $"{(options.Isolate ? "each measurement in a network namespace of its own" : "in the host's network namespace")}");
    }
}
