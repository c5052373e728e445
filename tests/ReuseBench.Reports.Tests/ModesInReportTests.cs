using System.Text.Json;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Analysis;

namespace ReuseBench.Reports.Tests;

/// <summary>
/// Two persistent connections on three workers meet one worker in a third of the repeats: two throughputs, and a median that no repeat had
/// (shared/cases/few-connections.yaml).
/// </summary>
public sealed class ModesInReportTests : IDisposable
{
    private static readonly double[] Apart = [4102, 4140, 4097, 4188, 4225, 4150, 4093, 4203, 4169, 4093, 4121];
    private static readonly double[] Together = [2262, 2310, 2405, 2266, 2833, 2790, 2350, 2290, 2540];

    private readonly RunFolder _run = new();

    private static ResultRow Row => RunFolder.Row("reuseport", 3) with { CellId = "few", Workload = "keepalive", Connections = 2 };

    public void Dispose() => _run.Dispose();

    [Fact]
    public void The_groups_are_said_with_what_divides_them_and_no_median()
    {
        Few();
        RunAnalysis run = _run.Read();
        Estimate throughput = run.Throughput(run.Cells[0]);
        Assert.Null(throughput.Value);
        Assert.Equal(
            "– (two modes: 4.14 k requests/s in 11 repeats, 2.35 in 9, by how the connections were spread (max/mean 1.50 and 3.00))", throughput.Text);
    }

    [Fact]
    public void The_cell_is_ranked_by_no_median_and_the_report_says_why()
    {
        Few();
        _run.AddRepeats(RunFolder.Row("shared", 3) with { CellId = "s", Workload = "keepalive", Connections = 2 }, 3900, 3950, 3920, 3910, 3940, 3960);
        Report.Write(_run.Write().Path, TextWriter.Null);
        string report = File.ReadAllText(Path.Combine(_run.Path, RunFiles.ReportMarkdown));
        Assert.Contains("two modes: 4.14 k requests/s in 11 repeats, 2.35 in 9", report, StringComparison.Ordinal);
        Assert.DoesNotContain("3.46", report, StringComparison.Ordinal);

        using JsonDocument findings = JsonDocument.Parse(File.ReadAllText(Path.Combine(_run.Path, RunFiles.Findings)));
        JsonElement[] few =
        [
            .. findings.RootElement.GetProperty("findings").EnumerateArray().Where(f => f.GetProperty("metric").GetString() == "throughput_rps")
                .SelectMany(f => f.GetProperty("estimates").EnumerateArray()).Where(e => e.GetProperty("cell_id").GetString() == "few"),
        ];
        Assert.NotEmpty(few);
        Assert.All(few, e => Assert.False(e.TryGetProperty("value", out _)));
        Assert.All(few, e => Assert.Equal("not_ranked", e.GetProperty("standing").GetString()));
        Assert.All(few, e => Assert.Equal([9, 11], e.GetProperty("modes").EnumerateArray().Select(m => m.GetProperty("repeats").GetInt32())));
    }

    [Fact]
    public void A_group_of_nothing_else_is_not_ranked_for_that_reason()
    {
        Few();
        Report.Write(_run.Write().Path, TextWriter.Null);
        Assert.Contains(
            "not ranked, reuseport, 3 workers has two modes: 4.14 k", File.ReadAllText(Path.Combine(_run.Path, RunFiles.ReportMarkdown)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_that_chance_gives_two_values_keep_their_median()
    {
        Few();
        RunAnalysis run = _run.Read();
        Assert.Equal(1.5, run.Median(run.Cells[0], Figure.AcceptedMaxOverMean).Value);
    }

    private void Few()
    {
        foreach ((double rps, int i) in Apart.Concat(Together).Select((rps, i) => (rps, i)))
        {
            double spread = i < Apart.Length ? 1.5 : 3;
            _run.Add(Row with { Repeat = i + 1, ThroughputRps = rps, ConnectionsPerS = 0, AcceptedMaxOverMean = spread });
        }
    }
}
