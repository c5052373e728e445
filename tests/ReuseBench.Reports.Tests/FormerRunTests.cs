using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;
using ReuseBench.Shared;

namespace ReuseBench.Reports.Tests;

/// <summary>
/// A run of the released program (schema version 1) gives the report that it gave then; the figures are those of the released report.
/// </summary>
public sealed class FormerRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reusebench-former-").FullName;

    public FormerRunTests()
    {
        foreach (string file in Directory.GetFiles(Repository.RunOfVersion1))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_has_the_same_cells_verdicts_and_medians()
    {
        RunData run = RunData.Read(_folder);
        Assert.Empty(run.Remarks);
        Assert.Equal((24, 50), (run.Cells.Count, run.Cells.Sum(c => c.Repeats.Count)));
        // Its one invalid repeat counts connections, and the reason is that the swarm was late: the counts are none the worse for it.
        Assert.Equal(
            [(Grade.Ok, 30), (Grade.Limited, 20)],
            run.Cells.SelectMany(c => c.Repeats).GroupBy(r => r.Grade).OrderBy(g => g.Key).Select(g => (g.Key, g.Count())));

        MeasuredCell Cell(string id) => run.Cells.Single(c => c.Id.StartsWith(id, StringComparison.Ordinal));
        MeasuredCell reuseport = Cell("throughput-reuseport-w2-connect");
        Assert.Equal(23_723.9, Sample.Of(reuseport.Repeats.Select(r => r.Row.ConnectionsPerS!.Value))!.Median, 0.5);
        Assert.Equal(37.5, Sample.Of(reuseport.Repeats.Select(r => r.Row.ServerCpuUsPerRequest!.Value))!.Median, 0.1);
        Assert.Equal(305, Assert.Single(Cell("restart-restart-reuseaddr").Repeats).Row.GapP50Ms);
        Assert.Equal("connect, closed loop, 64 connections, service time 20 µs of CPU time", reuseport.Conditions.Label);
        Assert.Equal(16, run.Cells.Where(c => c.Is(Experiment.Fairness) && c.IsAcceptOnly).Sum(c => c.Repeats.Count));
    }

    [Fact]
    public void It_gives_its_report()
    {
        ReportPaths paths = Report.Write(_folder, TextWriter.Null);
        string report = File.ReadAllText(paths.Markdown);
        Assert.Contains("| reuseport | 2 (more than cores) | 2 | 2 × 4096 | 23.7 ", report, StringComparison.Ordinal);
        Assert.Contains("305 ms", report, StringComparison.Ordinal);
        Assert.Contains("1.081 (1.015 to 1.187) for comparison only", report, StringComparison.Ordinal);
    }
}
