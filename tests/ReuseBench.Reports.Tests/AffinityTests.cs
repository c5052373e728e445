using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Topics.Affinity;
using ScottPlot.Plottables;

namespace ReuseBench.Reports.Tests;

public sealed class AffinityTests
{
    [Fact]
    public void A_field_that_was_not_measured_does_not_look_like_nothing_kept()
    {
        string? font = new InstalledFonts().FindSansSerif();
        Assert.SkipWhen(font is null, "no font is installed here, so no chart can be drawn");
        using RunFolder run = new();
        Fill(run);
        RunAnalysis tables = run.Read();

        Sheet sheet = Assert.Single(new AffinityChart().Draw(tables, new ChartStyle(font, tables.Provenance)).Sheets);
        ScottPlot.Plot panel = Assert.Single(sheet.Panels);

        // Two changes by two sizes, of which one was not measured and one kept nothing.
        Assert.Equal(["0\n(0)", "50\n(50)", "50\n(50)", "–"], panel.GetPlottables<Text>().Select(t => t.LabelText).Order(StringComparer.Ordinal));
        Assert.Equal(4, panel.GetPlottables<Rectangle>().Count());
        Assert.Equal(3, panel.GetPlottables<Rectangle>().Select(r => r.FillColor).Distinct().Count());
        Assert.Contains("A grey field with a dash was not measured: a group of two has no middle listener, say.", sheet.Notes);
    }

    [Fact]
    public void Sockets_of_one_process_are_not_called_threads_and_a_queue_dies_with_its_listener()
    {
        using RunFolder run = new();
        Fill(run);
        string report = File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Markdown);
        string section = report[report.IndexOf("## Does a client keep", StringComparison.Ordinal)..];
        Assert.Contains("| sockets of one process | 2, 4 |", section, StringComparison.Ordinal);
        Assert.DoesNotContain("threads", section[..section.IndexOf("\n## ", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Contains("established but not yet accepted wait in the queue of their own listener and are reset when it closes, unless", section,
            StringComparison.Ordinal);
    }

    private static void Fill(RunFolder run)
    {
        ResultRow two = RunFolder.Row("reuseport", 2) with { Experiment = "affinity", Driver = "accept-only", CellId = "two" };
        ResultRow four = two with { Workers = 4, CellId = "four" };
        run.Add(two).Add(four);
        run.AddAffinity(two, "added", 0.5, 1000, 500).AddAffinity(four, "added", 0.5, 1000, 500).AddAffinity(four, "middle-closed", 0, 1000, 0);
    }
}
