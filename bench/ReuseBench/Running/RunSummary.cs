using ReuseBench.Core.Results;
using ReuseBench.Reports;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Tables;
using Spectre.Console;

namespace ReuseBench.Bench.Running;

/// <summary>What a run prints at its end: the table of its cells, what was left out, and where the report is.</summary>
internal static class RunSummary
{
    public static void Print(string folder, RunManifest manifest, ReportPaths paths, IAnsiConsole console)
    {
        RunTables tables = RunTables.Read(folder);
        SummaryTable.Print(Summary.Build(tables), console);
        console.WriteLine("* limited: the report says in words what each verdict restricts");
        if (AcceptProbeRate.Say(tables) is { } rate)
        {
            console.WriteLine(rate);
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
