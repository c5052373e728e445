namespace ReuseBench.Reports.Tests;

public sealed class CpuSelectionTests
{
    private const string NotByCpu = "only 50.0 % of the connections were received on the CPU of their worker (median of the repeats; 99.0 % "
        + "is the least)";

    [Theory]
    [InlineData("cbpf-cpu")]
    [InlineData("incoming-cpu")]
    public void A_selector_that_fell_back_to_something_else_is_not_published_under_its_name_without_a_word(string selector)
    {
        using RunFolder run = new();
        Add(run, "hash", 0.5);
        Add(run, selector, 0.4, 0.5, 1);

        Assert.Contains(NotByCpu, Finding(run, selector), StringComparison.Ordinal);
        string report = File.ReadAllText(Report.Write(run.Path, TextWriter.Null).Markdown);
        foreach (string section in (string[])["## Who gets the connections?", "## What does each selector change?"])
        {
            int start = report.IndexOf(section, StringComparison.Ordinal);
            Assert.Contains(NotByCpu, report[start..report.IndexOf("\n## ", start + 1, StringComparison.Ordinal)], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("cbpf-cpu", 0.995)]
    [InlineData("hash", 0.5)]
    [InlineData("ebpf-round-robin", 0.5)]
    public void Where_the_CPU_selected_or_was_not_meant_to_nothing_is_said(string selector, double local)
    {
        using RunFolder run = new();
        Add(run, selector, local, local, local);
        Assert.DoesNotContain("received on the CPU", Finding(run, selector), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_counted_is_not_taken_for_granted()
    {
        using RunFolder run = new();
        Add(run, "cbpf-cpu", (double?)null);
        Assert.Contains("the receiving CPU was not counted", Finding(run, "cbpf-cpu"), StringComparison.Ordinal);
    }

    private static string Finding(RunFolder run, string selector) =>
        Assert.Single(Said.In(run), f => selector == "hash" ? f.Text.StartsWith("Reuseport, 2 workers", StringComparison.Ordinal)
            : f.Text.StartsWith($"Reuseport, {selector}, 2 workers (", StringComparison.Ordinal)).Text;

    private static void Add(RunFolder run, string selector, params double?[] local)
    {
        for (int repeat = 1; repeat <= local.Length; repeat++)
        {
            run.Add(RunFolder.Row("reuseport", 2, repeat) with
            {
                CellId = selector,
                Experiment = "fairness",
                Selector = selector,
                RxCpuMatch = "on",
                RxCpuMatchShare = local[repeat - 1],
                AcceptedMaxOverMean = 1.01,
                AcceptedJain = 1,
            });
        }
    }
}
