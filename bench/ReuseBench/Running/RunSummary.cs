using ReuseBench.Core.Results;
using ReuseBench.Reports;
using Spectre.Console;

namespace ReuseBench.Bench.Running;

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
