namespace ReuseBench.Reports.Tests;

/// <summary>The tables that the terminal shows.</summary>
public sealed class ResultTablesTests
{
    private const string ToBest = "× best (95 %)";

    [Fact]
    public void The_ratio_to_the_best_is_that_of_the_ranking_with_its_interval()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), Around(100)).AddRepeats(RunFolder.Row("reuseport", 2), Around(200))
            .AddRepeats(RunFolder.Row("reuseport", 16), Around(900)); // more than cores: in no ranking

        ResultTable table = TableOf(run);

        int column = table.Columns.Select(c => c.Title).ToList().IndexOf(ToBest);
        string[] texts = [.. table.Rows.Select(r => r.Texts[column])];
        Assert.Contains("1", texts);
        Assert.Contains("", texts);
        Assert.Single(texts, t => System.Text.RegularExpressions.Regex.IsMatch(t, @"^0\.50 \(0\.\d\d to 0\.\d\d\)$"));
    }

    [Fact]
    public void What_was_not_compared_has_no_ratio()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 101).AddRepeats(RunFolder.Row("reuseport", 2), 200, 201);
        Assert.DoesNotContain(TableOf(run).Columns, c => c.Title == ToBest);
    }

    [Fact]
    public void A_skipped_repeat_is_counted_as_skipped_wherever_verdicts_are_counted()
    {
        ResultRow row = RunFolder.Row("single", 2);
        using RunFolder run = new RunFolder().AddRepeats(row, 100, 101, 102).Add(row with { Repeat = 4, Failure = ResultRow.SkippedPrefix + "no right" });

        ReportPaths paths = Report.Write(run.Write().Path, TextWriter.Null);

        Assert.Equal("3 valid, 1 skipped", paths.Summary.First.Verdicts.ToString());
        Assert.Equal("4 repeats: 3 valid, 1 skipped", Assert.Single(paths.Summary.Tables).Verdicts);
        Assert.Contains("\n4 repeats: 3 valid, 1 skipped. Valid (✓)", File.ReadAllText(paths.Markdown), StringComparison.Ordinal);
        Assert.Equal(
            "3 valid, 1 skipped",
            Index.IndexedRun.Read(Path.GetDirectoryName(run.Path)!, Path.GetFileName(run.Path), run.Manifest).Verdicts.ToString());
    }

    private static double[] Around(double speed) => [.. Enumerable.Range(0, 7).Select(i => speed + (0.1 * i))];

    private static ResultTable TableOf(RunFolder run)
    {
        Analysis.RunAnalysis known = run.Read();
        return Assert.Single(Summary.Of(known, Report.Find(known)).Tables);
    }
}
