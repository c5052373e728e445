using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Linux;
using ReuseBench.Micro.Kernel;
using ReuseBench.Micro.Output;

// The program that starts this one may end in any way; a benchmark must not go on alone and spoil the next measurement.
if (Environment.GetEnvironmentVariable("REUSEBENCH_PARENT_PID") is { } parent)
{
    ChildProcess.DieWithParent(int.Parse(parent, CultureInfo.InvariantCulture));
}

ManualConfig config = ManualConfig.CreateEmpty()
    .AddLogger(ConsoleLogger.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddAnalyser([.. DefaultConfig.Instance.GetAnalysers()])
    .AddValidator([.. DefaultConfig.Instance.GetValidators()])
    .AddExporter(MarkdownExporter.GitHub)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .WithArtifactsPath(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "micro")));

// In this process: nothing is generated, restored or built at run time, so it works offline and leaves no projects behind, and what is
// timed is compiled as in reusebench itself. Each case has a thread of its own, which is what a network namespace belongs to.
Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. args, "--inProcess"], config)];
if (summaries.Length == 0)
{
    return 1;
}

string isolation = OwnNetwork.CanBeMade() ? "netns" : "none";
MicroRow[] rows = [.. summaries.SelectMany(summary => MicroRows.Of(summary, isolation))];
string path = Path.Combine(summaries[0].ResultsDirectoryPath, RunFiles.Micro);
File.Delete(path);
using (CsvTable<MicroRow> table = new(path))
{
    table.Append(rows);
}

Console.WriteLine(path);
return rows.Length > 0 && rows.All(row => row.Failure is null) ? 0 : 1;
