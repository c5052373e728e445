using System.Text.Json;
using ReuseBench.Reports.Analysis;

namespace ReuseBench.Reports.Tests;

public sealed class NullControlTests
{
    [Fact]
    public void No_difference_is_claimed_that_identical_cells_show_too()
    {
        // The three are one program: 100 against 81 is what this host makes of it.
        using RunFolder run = Identical().AddRepeats(RunFolder.Row("single", 1), 85, 85, 86)
            .AddRepeats(RunFolder.Row("shared", 1, accept: "blocking"), 60, 61, 62);

        Ranking ranking = Rank(run);

        Assert.Equal(0.19, ranking.Null!.Largest, 1e-3);
        Assert.Equal(["single", "shared, epoll"], ranking.WithinNull.Select(e => e.Cell.Series.Label));
        Assert.Equal(["shared, blocking"], ranking.Behind.Select(e => e.Cell.Series.Label));
        Assert.Equal(["shared, epoll-exclusive"], ranking.NotSeparated.Select(e => e.Cell.Series.Label));
    }

    [Fact]
    public void Without_identical_cells_the_rounds_alone_decide()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 2), 100, 101, 102)
            .AddRepeats(RunFolder.Row("shared", 2), 81, 82, 83).AddRepeats(RunFolder.Row("shared", 2, accept: "epoll-exclusive"), 91, 92, 93);

        Ranking ranking = Rank(run);

        Assert.Null(ranking.Null);
        Assert.Equal(2, ranking.Behind.Count);
        Assert.Empty(ranking.WithinNull);
    }

    [Fact]
    public void The_report_and_the_findings_say_how_far_identical_cells_differ()
    {
        using RunFolder run = Identical().AddRepeats(RunFolder.Row("single", 1), 85, 85, 86);

        string text = Said.In(run).First(f => f.Topic == Said.Throughput).Text;
        JsonElement finding = JsonDocument.Parse(File.ReadAllText(Report.Write(run.Path, TextWriter.Null).Findings)).RootElement
            .GetProperty("findings").EnumerateArray().First(f => f.GetProperty("metric").GetString() == "connections_per_s");

        Assert.Contains(
            "Largest difference between identical cells: 19 % (reuseport, 1 worker and shared, epoll, 1 worker are the same program); no smaller one "
                + "is claimed.", text,
            StringComparison.Ordinal);
        Assert.Matches(
            @"Apart from it, but within the null control, so nothing is claimed: 1\.17 × single, 1 worker \(95 % .*\); 1\.23 × shared, epoll, 1 worker \(95 % ",
            text);
        Assert.DoesNotContain("It is ", text, StringComparison.Ordinal);
        Assert.Equal("within_null_control", finding.GetProperty("claim").GetString());
        Assert.Equal(0.19, finding.GetProperty("null_control").GetProperty("value").GetDouble(), 1e-3);
        Assert.Equal(
            ["leader", "not_separated", "within_null_control", "within_null_control"],
            finding.GetProperty("estimates").EnumerateArray().Select(e => e.GetProperty("standing").GetString()));
    }

    private static RunFolder Identical() => new RunFolder().AddRepeats(RunFolder.Row("reuseport", 1), 99, 100, 101)
        .AddRepeats(RunFolder.Row("shared", 1), 80, 81, 82).AddRepeats(RunFolder.Row("shared", 1, accept: "epoll-exclusive"), 99, 100.5, 99.5);

    private static Ranking Rank(RunFolder run)
    {
        RunAnalysis analysis = run.Read();
        return Ranking.Of(new Contest("connections_per_s", [.. analysis.Cells.Select(analysis.Throughput)]));
    }
}
