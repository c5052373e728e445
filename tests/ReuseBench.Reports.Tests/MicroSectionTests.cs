using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Tests;

public sealed class MicroSectionTests
{
    private static readonly MicroRow Settled = new()
    {
        Job = "Default",
        Isolation = "netns",
        Group = "GroupJoin",
        Benchmark = "join",
        Parameters = "members=16",
        Iterations = 15,
        MeanNs = 12_340,
        ErrorNs = 120,
        MinNs = 12_000,
        MaxNs = 13_000,
        AllocatedBytes = 0,
    };

    [Fact]
    public void A_settled_mean_stands_with_its_interval()
    {
        string report = ReportOf(Settled);
        Assert.Contains("12.34 µs", report, StringComparison.Ordinal);
        Assert.Contains("120.0 ns", report, StringComparison.Ordinal);
        Assert.Contains("members=16", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mean_that_its_interval_swallows_is_left_out()
    {
        string report = ReportOf(Settled with { ErrorNs = 7_000 });
        Assert.Contains("unsettled", report, StringComparison.Ordinal);
        Assert.DoesNotContain("12.34 µs", report, StringComparison.Ordinal);
        Assert.Contains("12.00 µs to 13.00 µs", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_without_figure_says_why() =>
        Assert.Contains("none: no rights", ReportOf(Settled with { MeanNs = null, Failure = "no rights" }), StringComparison.Ordinal);

    private static string ReportOf(MicroRow row)
    {
        using RunFolder run = new();
        run.Write();
        using (CsvTable<MicroRow> table = new(Path.Combine(run.Path, RunFiles.Micro)))
        {
            table.Append(row);
        }

        return File.ReadAllText(Report.Write(run.Path, TextWriter.Null).Markdown);
    }
}
