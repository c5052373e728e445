using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
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

    /// <summary>What one method cost under one circumstance is not held against what another cost under another.</summary>
    [Theory]
    [InlineData("start_delay", "250ms", "start takes 250ms")]
    [InlineData("accept_delay", "300ms", "first accept 300ms after listen")]
    [InlineData("restart_count", "3", "3 restarts in a row")]
    [InlineData("service_time", "100us", "service time 100 µs")]
    public void Methods_are_compared_only_where_all_that_changes_a_gap_is_alike(string key, string value, string said)
    {
        Cell plain = RestartRules.BlankOf(RestartMethod.Reuseaddr) with
        {
            Experiment = Experiment.Restart,
            Restart = new RestartSettings { Method = RestartMethod.Reuseaddr },
        };
        Cell other = CellSettings.Find(key)!.Set(plain, value);
        string[] parts = [.. new[] { plain, other }.Select(c => RestartLabel.Circumstances(Measured(c)))];
        Assert.Equal($"{parts[0]}, {said}", parts[1]);
        Assert.Equal(1, RestartLabel.Of(other).Split(said).Length - 1);
        string[] loads = [.. CellLabels.Of([plain, other]).Values];
        Assert.Single(loads, load => load.Split(said).Length == 2);
    }

    /// <summary>The service time that makes a queue goes with the load state, and tells no circumstances apart.</summary>
    [Fact]
    public void A_queue_is_compared_with_what_was_idle_though_its_requests_take_longer()
    {
        Cell idle = RestartRules.BlankOf(RestartMethod.Reuseaddr) with
        {
            Experiment = Experiment.Restart,
            Restart = new RestartSettings { Method = RestartMethod.Reuseaddr },
        };
        Cell queued = idle with
        {
            Restart = idle.Restart! with { Load = RestartLoad.Queued },
            Server = idle.Server with { ServiceTime = new ServiceTime(RestartRules.ServiceTimeOfQueue(1, RestartRules.DefaultProbeRate, 1)) },
        };
        Assert.Equal(RestartLabel.Circumstances(Measured(idle)), RestartLabel.Circumstances(Measured(queued), RestartLoad.Idle));
    }

    private static MeasuredCell Measured(Cell cell) =>
        new(cell.Id, [new MeasuredRepeat { Row = new Core.Results.ResultRow { CellId = cell.Id, Repeat = 1, Cell = cell } }]);

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
