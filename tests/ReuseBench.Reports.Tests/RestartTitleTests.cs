using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Topics;
using ReuseBench.Reports.Topics.Restart;

namespace ReuseBench.Reports.Tests;

/// <summary>What a title on restarts claims holds for every row below it.</summary>
public sealed class RestartTitleTests
{
    [Theory]
    [InlineData("0 0 0", "0 0 0", "exact", "No connection failed in a restart")]
    [InlineData("0 0 0", "0 0 5", "exact", "Connections that failed in a restart")]
    [InlineData("0 0 0", "2 3 4", "exact", "Restart by handoff: 3 connections failed (median), the highest median of these rows")]
    [InlineData("1 3 9", "2 3 4", "exact", "Restart by reuseaddr: 3 connections failed (median)")] // two rows have it
    [InlineData("7", "1 1 2", "at-least", "Restart by reuseaddr: 7 connections failed")] // the other row may have had more
    public void A_title_on_failures_holds_for_every_row(string reuseaddr, string handoff, string bound, string title)
    {
        using RunFolder run = new();
        Add(run, "reuseaddr", "idle", "exact", Numbers(reuseaddr));
        Add(run, "handoff", "idle", bound, Numbers(handoff));
        Assert.Equal(title, TitleOf(new RestartFailuresChart(), run).Split(" (graceful")[0]);
    }

    [Fact]
    public void A_method_lost_nothing_only_where_it_did_under_every_load()
    {
        using RunFolder run = new();
        Add(run, "handoff", "idle", "exact", 0, 0);
        Add(run, "handoff", "in-flight", "exact", 0, 0, 0);
        Add(run, "reuseport-drain", "idle", "exact", 0);
        Add(run, "reuseport-drain", "in-flight", "exact", 7);
        Assert.StartsWith(
            "handoff lost nothing (5 restarts), reuseport-drain (graceful, in-flight) lost connections for 37.0 ms",
            TitleOf(new RestartGapChart(), run), StringComparison.Ordinal);
    }

    private static long[] Numbers(string text) => [.. text.Split(' ').Select(number => long.Parse(number))];

    /// <summary>Nothing is drawn for it, so that it takes no font.</summary>
    private static string TitleOf(IChart chart, RunFolder run)
    {
        RunAnalysis known = run.Read();
        return Assert.Single(chart.Draw(known, new ChartStyle("none", known.Provenance)).Sheets).Title;
    }

    /// <summary>A cell of one repeat with a restart for each number of failures.</summary>
    private static void Add(RunFolder run, string method, string load, string bound, params long[] failures)
    {
        ResultRow row = RunFolder.Row("restart", 2) with
        {
            Experiment = "restart",
            RestartMethod = method,
            RestartStop = "graceful",
            RestartScope = "process",
            RestartLoad = load,
            CellId = $"{method}-{load}",
        };
        run.Add(row);
        foreach ((int i, long failed) in failures.Index())
        {
            run.AddRestart(new RestartRow
            {
                RunId = RunFolder.RunId,
                CellId = row.CellId,
                Repeat = 1,
                Restart = i + 1,
                RestartMethod = Names.Parse<RestartMethod>(method, "method"),
                Status = RestartStatus.Measured,
                GapMs = failed == 0 ? 0.2 : 30 + failed,
                GapBound = Names.Parse<GapBound>(bound, "bound"),
                GapUncertaintyMs = 1.1,
                Attempts = 100,
                Refused = failed,
            });
        }
    }
}
