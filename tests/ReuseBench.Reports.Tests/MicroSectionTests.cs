using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Tests;

public sealed class MicroSectionTests
{
    private static readonly MicroRow Settled = new()
    {
        Job = "6 x 100 ms",
        Isolation = "netns",
        Group = "GroupJoin",
        Benchmark = "join",
        Parameters = "members=16",
        Rounds = 5,
        Iterations = 30,
        MeanNs = 12_340,
        ErrorNs = 120,
        MinNs = 12_000,
        MedianNs = 12_100,
        MaxNs = 13_000,
        AllocatedBytes = 0,
    };

    [Fact]
    public void A_settled_mean_stands_with_its_interval_in_the_words_of_the_field()
    {
        string report = ReportOf(Settled);
        Assert.Contains("12.34 µs", report, StringComparison.Ordinal);
        Assert.Contains("120.0 ns", report, StringComparison.Ordinal);
        Assert.Contains("12.10 µs", report, StringComparison.Ordinal);
        Assert.Contains("members=16", report, StringComparison.Ordinal);
        Assert.Contains("30 in 5 rounds", report, StringComparison.Ordinal);
        Assert.Contains("One more listener for a ", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mean_that_its_interval_swallows_is_left_out_and_so_is_its_ratio()
    {
        string report = ReportOf(Settled, Settled with { Parameters = "members=64", ErrorNs = 7_000 });
        Assert.Contains("unsettled | – | – |", report, StringComparison.Ordinal);
        Assert.Contains("12.00 µs to 13.00 µs", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ratio_to_the_first_row_has_the_errors_of_both_in_its_own()
    {
        // 2 with relative errors of 3 % and 4 % is known to 5 %.
        string report = ReportOf(
            Settled with { MeanNs = 10_000, ErrorNs = 300 },
            Settled with { Parameters = "members=64", MeanNs = 20_000, ErrorNs = 800 });
        Assert.Contains("| 2.00 ± 0.10 |", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_round_has_a_mean_and_neither_interval_nor_ratio()
    {
        string report = ReportOf(Settled with { Rounds = 1, ErrorNs = null }, Settled with { Parameters = "members=64", Rounds = 1, ErrorNs = null });
        Assert.Contains("members=64 | 12.34 µs | – | – |", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_without_figure_says_why() =>
        Assert.Contains("none: no rights", ReportOf(Settled with { MeanNs = null, Failure = "no rights" }), StringComparison.Ordinal);

    private static string ReportOf(params MicroRow[] rows)
    {
        using RunFolder run = new();
        run.Write();
        using (CsvTable<MicroRow> table = new(Path.Combine(run.Path, Tables.Micro.FileName)))
        {
            table.Append(rows);
        }

        return File.ReadAllText(Report.Write(run.Path, TextWriter.Null).Markdown);
    }
}
