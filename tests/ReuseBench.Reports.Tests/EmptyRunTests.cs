using ReuseBench.Core;
using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Tests;

public sealed class EmptyRunTests
{
    [Fact]
    public void A_run_without_a_row_is_refused_before_anything_is_written()
    {
        using RunFolder run = new();
        run.Write();
        string[] before = Directory.GetFileSystemEntries(run.Path);

        UsageException refused = Assert.Throws<UsageException>(() => Report.RequireRows(run.Path));

        Assert.Contains("none of its tables has a row", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(run.Path));
    }

    [Fact]
    public void A_run_with_a_row_of_any_table_is_not()
    {
        using RunFolder run = new();
        run.AddRepeats(RunFolder.Row("single", 2), 100).Write();
        Report.RequireRows(run.Path);
        File.Delete(Path.Combine(run.Path, RunFiles.Manifest));
        Report.RequireRows(run.Path);
    }

    [Fact]
    public void The_results_alone_are_read_without_distributions()
    {
        using RunFolder run = new();
        run.AddRepeats(RunFolder.Row("single", 2), 100, 101, 99)
            .AddLatencies(RunFolder.Row("single", 2), Enumerable.Range(1, 500).Select(i => i * 100L)).Write();
        Assert.NotEmpty(Data.RunData.Read(run.Path).Cells.Single().Repeats[0].Histograms);
        Assert.Empty(Data.RunData.ReadResults(run.Path).Cells.Single().Repeats[0].Histograms);
        Assert.Equal(3, Data.RunData.ReadResults(run.Path).Cells.Single().Repeats.Count);
    }
}
