namespace ReuseBench.Reports.Tests;

public sealed class ChanceSectionTests
{
    // Of 8000 tuples 2113 on one of four listeners. Clopper and Pearson's lower bound, bisected in Python, is 0.0019 above a quarter at an error
    // rate of 0.05 / 4, and 0.0023 below it at that divided by 16 rows.
    [Theory]
    [InlineData(1, "| 1.4 % (repeat 1) | 0.19 % to ")]
    [InlineData(16, "| 1.4 % (repeat 1) | 0.0 % to ")]
    public void A_row_of_many_has_an_interval_that_holds_with_all_the_others(int rows, string said)
    {
        using RunFolder run = new();
        for (int row = 0; row < rows; row++)
        {
            ResultRow counted = Counted($"plan-{row}", 1) with { SourcePlan = $"stride:{row + 2}", ShareDeviation = 0.014 };
            run.Add(counted).AddListeners(counted, 2113, 1963, 1962, 1962);
        }

        string section = Section(run);
        Assert.Contains(said, section, StringComparison.Ordinal);
        Assert.Contains($"by the {rows} row{(rows == 1 ? "" : "s")} of the table", section, StringComparison.Ordinal);
    }

    [Fact]
    public void How_many_small_p_values_chance_makes_is_said_as_it_is_and_from_where_on_one_says_something()
    {
        using RunFolder run = new();
        for (int row = 0; row < 4; row++)
        {
            run.Add(Counted($"plan-{row}", 1) with { SourcePlan = $"stride:{row + 2}" });
        }

        Assert.Contains("of 4 p-values 0.2 lie below 0.05 by chance on average, so that one alone says something of this table only below 0.0125.",
            Section(run), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 3000, "of 2000 connections whose tuple came again none met another listener (moved\\_tuples, summed: 0)")]
    [InlineData(7, 3000, "Here that is contradicted: 14 of 2000 connections whose tuple came again met another listener than before")]
    [InlineData(0, 2000, "No tuple came again here")]
    [InlineData(null, 3000, "Whether it did was not counted here")]
    public void That_a_tuple_keeps_its_listener_is_said_with_what_was_counted(int? moved, int connections, string said)
    {
        using RunFolder run = new();
        for (int repeat = 1; repeat <= 2; repeat++)
        {
            run.Add(Counted("a", repeat) with { MovedTuples = moved, ConnectionsOpened = connections, DistinctTuples = 2000 });
        }

        Assert.Contains(said, Section(run), StringComparison.Ordinal);
        Assert.Equal(moved > 0, Said.In(run).Any(f => f.Text.Contains("is contradicted: 14 of 2000", StringComparison.Ordinal)));
    }

    /// <summary>Beside the plans: the cell that is held over seeds has the most repeats.</summary>
    private static string Section(RunFolder run)
    {
        for (int repeat = 1; repeat <= 3; repeat++)
        {
            run.Add(Counted("seeds", repeat) with { SourcePlan = "random", MovedTuples = null });
        }

        string report = File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Markdown);
        int start = report.IndexOf("## Is the hash", StringComparison.Ordinal);
        return report[start..report.IndexOf("\n## ", start + 1, StringComparison.Ordinal)];
    }

    private static ResultRow Counted(string cell, int repeat) => RunFolder.Row("reuseport", 4, repeat) with
    {
        CellId = cell,
        Experiment = "fairness",
        Driver = "accept-only",
        ChanceOver = "tuples",
        Choices = 8000,
        ConnectionsOpened = 8000,
        DistinctTuples = 8000,
        ChoicesMaxOverMean = 1.02,
        ChoicesMaxOverMeanExpected = 1.023,
        ChoicesMaxOverMeanLow = 1.006,
        ChoicesMaxOverMeanHigh = 1.048,
        Chi2 = 3,
        Chi2Df = 3,
        Chi2P = 0.3916,
    };
}
