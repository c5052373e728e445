using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Topics;
using ReuseBench.Reports.Topics.Fairness;

namespace ReuseBench.Reports.Tests;

public sealed class TailAgainstUnevennessChartTests
{
    [Fact]
    public void Every_panel_says_its_conditions_and_no_two_say_the_same()
    {
        using RunFolder run = new();
        Add(run, Served("a"));
        Add(run, Served("b") with { ServiceTimeDistribution = "exp" });
        Add(run, Served("c") with { Workers = 4 });
        Add(run, Served("d") with { ShareCpus = "on", Arrivals = "poisson", ServerCpuList = "0-1", ClientCpuList = "1" });

        Sheet sheet = Assert.Single(Drawn(run));
        string[] titles = [.. sheet.Panels.Select(p => p.Axes.Title.Label.Text.ReplaceLineEndings(" "))];

        Assert.Equal(4, titles.Distinct().Count());
        Assert.All(titles, t => Assert.Contains("600 requests/s", t, StringComparison.Ordinal));
        Assert.Contains(titles, t => t.StartsWith("4 workers, ", StringComparison.Ordinal));
        Assert.Contains(titles, t => t.Contains("exponential", StringComparison.Ordinal));
        Assert.Contains(titles, t => t.Contains("Poisson arrivals", StringComparison.Ordinal)
            && t.Contains("clients on the server's CPUs", StringComparison.Ordinal));
        Assert.DoesNotContain("spaced", sheet.Title, StringComparison.Ordinal);
    }

    /// <summary>A cell that may share CPUs has enough of its own on a large host; one that did not ask shares them on a host with one core.</summary>
    [Theory]
    [InlineData("on", "0-1", "1", ", clients on the server's CPUs", "")]
    [InlineData("on", "0-1", "2-3", ", clients at real-time priority", "on the server's CPUs")]
    [InlineData("off", "0", "0", ", clients on the server's CPUs, at its priority", "")]
    [InlineData("off", "0", "1", "", "clients")]
    [InlineData("on", "", "", ", clients on the server's CPUs", "")] // pinned to none: what was asked for is all that is known
    public void Whether_clients_ran_on_the_servers_cpus_is_said_from_the_cpus_that_they_had(
        string share, string server, string client, string said, string never)
    {
        using RunFolder run = new();
        Add(run, Served("a") with { ShareCpus = share, ServerCpuList = server, ClientCpuList = client });
        string label = Assert.Single(run.Read().Cells).Conditions.Label;
        Assert.Contains(said, label, StringComparison.Ordinal);
        Assert.True(never.Length == 0 || !label.Contains(never, StringComparison.Ordinal), label);
    }

    [Fact]
    public void What_restricts_the_latency_opens_a_marker_and_is_named_beside_the_picture()
    {
        using RunFolder run = new();
        Add(run, Served("a"), VerdictRules.GeneratorLag);
        Add(run, Served("b") with { Variant = "shared" }, VerdictRules.GeneratorBehind);

        Sheet sheet = Assert.Single(Drawn(run));

        Assert.Contains("open marker: limited", sheet.Legend.Select(l => l.LabelText));
        Assert.Contains("Limited: generator-lag (1 of 2 cells); the verdicts below say what that means.", sheet.Notes);
        Assert.Contains("A cross is an invalid repeat (1 here): generator-behind-schedule.", sheet.Notes);
    }

    [Theory]
    [InlineData("exp", ", 1 ms of CPU each on average (exponential)")]
    [InlineData("constant", ", 1 ms of CPU each")]
    public void A_drawn_service_time_is_said_to_be_a_mean(string distribution, string said)
    {
        using RunFolder run = new();
        ResultRow row = Served("a") with { ServiceTimeUs = 1000, ServiceTimeDistribution = distribution };
        run.Add(row).AddListeners(row, 100, 110);
        Assert.EndsWith(said, Assert.Single(Drawn(run, new ListenerShareChart())).Title, StringComparison.Ordinal);
    }

    private static ResultRow Served(string cell) => RunFolder.Row("reuseport", 2) with
    {
        CellId = cell,
        Experiment = "fairness",
        Load = "open",
        RateRpsRequested = 600,
        ServiceTimeUs = 2000,
        ServiceTimeDistribution = "constant",
        Arrivals = "constant",
        ShareCpus = "off",
        AcceptedMaxOverMean = 1.05,
    };

    private static void Add(RunFolder run, ResultRow row, params VerdictRule[] reasons) =>
        run.Add(RunFolder.Judged(row, reasons)).AddLatencies(row, Enumerable.Range(1, 2000).Select(i => i * 1000L));

    private static IReadOnlyList<Sheet> Drawn(RunFolder run, IChart? chart = null)
    {
        string? font = new InstalledFonts().FindSansSerif();
        Assert.SkipWhen(font is null, "no font is installed here, so no chart can be drawn");
        RunAnalysis tables = run.Read();
        return (chart ?? new TailAgainstUnevennessChart()).Draw(tables, new ChartStyle(font, tables.Provenance)).Sheets;
    }
}
