using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Topics.Fairness;

namespace ReuseBench.Reports.Tests;

public sealed class ListenerShareChartTests
{
    [Fact]
    public void A_sheet_of_many_panels_takes_no_other_sheet_s_file()
    {
        string? font = new InstalledFonts().FindSansSerif();
        Assert.SkipWhen(font is null, "no font is installed here, so no chart can be drawn");
        using RunFolder run = new();
        foreach (int workers in (int[])[2, 4])
        {
            foreach (string selector in (string[])["hash", "cbpf-cpu", "cbpf-random", "incoming-cpu", "ebpf-weight", "ebpf-round-robin"])
            {
                Add(run, RunFolder.Row("reuseport", workers) with { Selector = selector, CellId = $"{selector}-{workers}" });
            }

            Add(run, RunFolder.Row("shared", workers));
        }

        RunAnalysis tables = run.Read();
        IReadOnlyList<Sheet> sheets = new ListenerShareChart().Draw(tables, new ChartStyle(font, tables.Provenance)).Sheets;

        Assert.Equal(
            ["connections-by-listener", "connections-by-listener-2", "connections-by-listener-3", "connections-by-listener-4"],
            sheets.Select(s => s.FileStem));
    }

    private static void Add(RunFolder run, ResultRow row)
    {
        row = row with { Experiment = "fairness", AcceptedMaxOverMean = 1.05 };
        run.Add(row).AddListeners(row, [.. Enumerable.Repeat(100L, row.Workers)]);
    }
}
