using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Findings;

namespace ReuseBench.SystemTests;

public sealed class RunTests(SingleRun single, RunTests.EveryVariant whole) : IClassFixture<RunTests.EveryVariant>
{
    [Fact]
    public void A_run_of_every_variant_leaves_its_files_and_counts_that_agree()
    {
        (string results, Outcome outcome) = (whole.Folder, whole.Outcome);

        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        string[] files =
        [
            RunFiles.Manifest, RunFiles.ReportHtml, RunFiles.ReportMarkdown, .. Tables.All.Where(t => t.IsOfRepeats).Select(t => t.FileName),
        ];
        Assert.All(files, file => Assert.True(new FileInfo(Path.Combine(results, file)) is { Exists: true, Length: > 0 }, file));
        Assert.Equal(RunStatus.Complete, RunManifestFile.Read(results).Status);
        Assert.Contains(Path.Combine(results, RunFiles.ReportHtml), outcome.Output, StringComparison.Ordinal);

        IReadOnlyList<ResultRow> rows = TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName));
        Assert.Equal(11, rows.Count);
        Assert.Equal(RunManifestFile.Read(results).Cells.Select(c => c.CellId).Order(), rows.Select(r => r.CellId).Distinct().Order());
        Assert.All(rows, row =>
        {
            Assert.True(row.Failure is null, $"{row.CellId}: {row.Failure}");
            Assert.True(row.LifeResponsesClient > 0, row.CellId);
            Assert.True(row.CountsAgree);
        });

        // A swarm that a busy host held up for all of a window of 300 ms has nothing in it.
        Assert.Contains(rows, row => row.Requests > 0);
        Assert.All(rows.Where(r => r.Cell.Server.Variant != Variant.Restart), row =>
        {
            Assert.Equal(row.LifeResponsesServer, row.LifeResponsesClient);
            Assert.Equal(row.LifeConnectionsServer, row.LifeConnectionsClient);
        });
        // What the run calls measuring can be added up from the rows: warm-up and window of each repeat.
        Assert.All(rows, row => Assert.Equal(row.Cell.Load.Warmup.Seconds + row.DurationS, row.MeasuringS!.Value, 1e-9));
        Assert.Equal(rows.Sum(row => row.MeasuringS!.Value), RunManifestFile.Read(results).MeasuredS, 0.001);
        Assert.NotEmpty(TableFile.Read<RestartRow>(Path.Combine(results, Tables.Restarts.FileName)));

        // Table and report judge each repeat alike, by itself and over the whole run.
        int Count(Grade grade) => rows.Count(r => r.Grade == grade);
        string verdicts = new VerdictCounts(Count(Grade.Ok), Count(Grade.Limited), Count(Grade.Invalid), Skipped: 0).ToString();
        Assert.Contains($"\n11 repeats of 9 cells: {verdicts}. ", File.ReadAllText(Path.Combine(results, RunFiles.ReportMarkdown)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernel_counted_as_many_connections_as_the_server()
    {
        Assert.True(whole.Outcome.HasMeasured, whole.Outcome.Output + whole.Outcome.Errors);
        ResultRow row = Assert.Single(
            Tables.Results.Read(whole.Folder), r => r is { Cell.Server.Variant: Variant.Reuseport, Cell.Load.Workload.IsConnect: true });
        Assert.SkipWhen(row.Isolation == Isolation.None, "no right to make a network namespace: the kernel's counters are the whole host's");
        Assert.Equal(row.LifeConnectionsServer, row.LifeConnectionsKernel);
    }

    [Fact]
    public void A_dry_run_prints_the_cells_and_measures_nothing()
    {
        using TestFolder folder = new();
        using RunningProgram run = RunningProgram.StartIn(
            folder.Path, RunningProgram.ReuseBench, "run", "--matrix", TinyMatrix.WriteTo(folder), "--dry-run");
        Outcome outcome = run.WaitForExit();
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        Assert.Contains("tiny: 9 cells, 11 measurements, about 0:", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(["tiny.yaml"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_report_can_be_made_again_from_the_csv_alone()
    {
        using TestFolder folder = new();
        string results = single.CopyTo(folder);
        string first = File.ReadAllText(Path.Combine(results, RunFiles.ReportMarkdown));
        File.Delete(Path.Combine(results, RunFiles.ReportHtml));
        File.Delete(Path.Combine(results, RunFiles.ReportMarkdown));

        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "report", results);
        Assert.True(outcome.HasMeasured, outcome.Errors);
        Assert.True(File.Exists(Path.Combine(results, RunFiles.ReportHtml)));
        Assert.Equal(first, File.ReadAllText(Path.Combine(results, RunFiles.ReportMarkdown)));
    }

    /// <summary>The whole matrix, measured once, which nobody changes.</summary>
    public sealed class EveryVariant : IDisposable
    {
        private readonly TestFolder _folder = new();
        private readonly Lazy<Outcome> _outcome;

        public EveryVariant() => _outcome = new Lazy<Outcome>(
            () => RunningProgram.Run(RunningProgram.ReuseBench, "run", "--matrix", TinyMatrix.WriteTo(_folder), "--out", Folder));

        internal string Folder => _folder.At("run");

        internal Outcome Outcome => _outcome.Value;

        public void Dispose() => _folder.Dispose();
    }
}
