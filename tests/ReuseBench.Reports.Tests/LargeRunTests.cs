using ReuseBench.Reports.Data;

namespace ReuseBench.Reports.Tests;

public sealed class LargeRunTests
{
    /// <summary>For 600 cells, more than the matrix full has.</summary>
    private const long MostBytesOfThePage = 5_000_000;

    /// <summary>
    /// No clock: how long it takes is measured by hand (see <see cref="LargeRuns"/>); here only that a run of many cells comes through whole.
    /// </summary>
    [Fact]
    public void A_run_of_many_conditions_is_reported_with_every_cell_in_the_tables_and_a_bounded_number_of_pictures()
    {
        using RunFolder run = new();
        LargeRuns.Write(run.Path, 6_000);

        ReportPaths paths = Report.Write(run.Path, TextWriter.Null);

        string report = File.ReadAllText(paths.Markdown);
        Assert.Equal(600, RunData.Read(run.Path).Cells.Count);
        Assert.Equal(600, paths.Summary.Rows.Count);
        Assert.InRange(new FileInfo(paths.Html).Length, 1, MostBytesOfThePage);
        if (paths.Charts.Count > 0)
        {
            Assert.True(paths.Charts.Count <= 2 * 10 * Render.ChartFiles.MostSheets);
            Assert.Contains("pictures of latency the first", report, StringComparison.Ordinal);
        }

        Assert.Contains("service time 120 µs", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_run_is_written_on_request()
    {
        string? wanted = Environment.GetEnvironmentVariable("REUSEBENCH_LARGE_RUN");
        Assert.SkipWhen(wanted is null, "set REUSEBENCH_LARGE_RUN to FOLDER:ROWS to have a large run written there");
        string[] parts = wanted!.Split(':');
        LargeRuns.Write(parts[0], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
