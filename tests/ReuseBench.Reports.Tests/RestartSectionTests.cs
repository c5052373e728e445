using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Topics.Restart;

namespace ReuseBench.Reports.Tests;

public sealed class RestartSectionTests
{
    private static readonly RestartRow Base = new()
    {
        RunId = RunFolder.RunId,
        RestartMethod = RestartMethod.ReuseportDrain,
        RestartStop = StopSignal.Graceful,
        RestartScope = RestartScope.Process,
        RestartLoad = RestartLoad.Queued,
        Repeat = 1,
        Restart = 1,
        GapMs = 1,
        GapBound = GapBound.Exact,
        GapUncertaintyMs = 1.2,
        ProbeIntervalMs = 1,
        FirstSuccessMs = 401,
        ListeningMs = 400,
        Attempts = 130,
        Refused = 0,
        Reset = 0,
        TimedOut = 0,
        FailedOther = 0,
        Late = 0,
        Served = 130,
    };

    public static TheoryData<RestartRow, string, string> Rows => new()
    {
        { Base, "", "a drain that loses nothing" },
        { Base with { Reset = 3 }, "3 reset", "a drain that resets some" },
        { Base with { RestartMethod = RestartMethod.None, GapMs = 59_940, BindErrno = "EADDRINUSE" }, "", "TIME_WAIT waited out" },
        { Base with { RestartMethod = RestartMethod.None, GapMs = 11_000 }, "the gap was 11 s", "TIME_WAIT that went before its time" },
        { Base with { RestartMethod = RestartMethod.NoneSameTuples, GapMs = 430 }, "", "probes that kill the TIME_WAITs" },
        { Base with { RestartMethod = RestartMethod.NoneSameTuples, GapMs = 60_000 }, "the gap was 60 s, as long as TIME_WAIT lasts",
            "probes that did not" },
        { Base with { RestartMethod = RestartMethod.Reuseaddr, GapMs = 400, Refused = 390, Reset = 100 }, "", "a process start" },
        { Base with { RestartMethod = RestartMethod.Reuseaddr, GapMs = 400, Refused = 390 }, "nothing was reset", "a queue that was not reset" },
        { Base with { RestartMethod = RestartMethod.Reuseaddr, GapMs = 400, Reset = 1, FirstSuccessMs = 450 },
            "service came back 50 ms after the new process listened", "a start that took longer than listening" },
        { Base with { RestartMethod = RestartMethod.Reuseaddr, GapMs = 400, Reset = 1, BindErrno = "EADDRINUSE" },
            "bind(2) failed with EADDRINUSE at first", "a port that was held" },
        { Base with { RestartMethod = RestartMethod.Reuseaddr, GapMs = 400, Reset = 1, InFlight = 32, InFlightLost = 2 },
            "2 in flight without a response", "a drain of connections that lost some" },
        { Base with { RestartMethod = RestartMethod.Reuseaddr, RestartStop = StopSignal.Kill, GapMs = 400, Reset = 1, InFlight = 32,
            InFlightLost = 32 }, "", "a kill loses what is in hand" },
        { Base with { RestartMethod = RestartMethod.ReuseportOverlap, MigrateReq = 0, Reset = 100, GapMs = 90 }, "", "a queue of a group is lost" },
        { Base with { RestartMethod = RestartMethod.ReuseportOverlap, MigrateReq = 0, Reset = 100, Refused = 1 }, "1 refused",
            "nobody is refused in a group" },
        { Base with { RestartMethod = RestartMethod.ReuseportOverlap, MigrateReq = 1 }, "", "a queue that moves" },
        { Base with { RestartMethod = RestartMethod.ReuseportOverlap, MigrateReq = 1, Reset = 1 }, "1 reset", "a queue that did not" },
        { Base with { RestartMethod = RestartMethod.ReuseportOverlap, MigrateReq = 0, RestartStop = StopSignal.Kill, GapMs = 400, Refused = 300,
            Reset = 100 }, "", "after a kill nobody listens" },
        { Base with { RestartMethod = RestartMethod.Handoff, TimedOut = 1 }, "1 timed out", "a queue that outlives its server" },
        { Base with { RestartMethod = RestartMethod.Handoff, RestartStop = StopSignal.Kill, Reset = 2, InFlight = 32, InFlightLost = 32 }, "",
            "two workers with one each in hand" },
        { Base with { RestartMethod = RestartMethod.SocketActivation, RestartStop = StopSignal.Kill, Reset = 5 },
            "5 reset, more than the 2 that the workers had in hand", "a queue lost in a kill" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_restart_is_held_against_the_kernels_rules(RestartRow row, string differences, string reason)
    {
        RestartExpectation? expectation = RestartExpectation.Of(row, workers: 2);
        Assert.NotNull(expectation);
        Assert.True(differences == string.Join(", ", expectation.Differences(row)), $"{reason}: {string.Join(", ", expectation.Differences(row))}");
    }

    [Theory]
    [InlineData(RestartMethod.Resize, 4, 0, "nothing was reset")]
    [InlineData(RestartMethod.Resize, 4, 9, "")]
    [InlineData(RestartMethod.Resize, 1, 9, "9 reset")]
    [InlineData(RestartMethod.Transient, 4, 0, "nothing was reset")]
    public void A_group_that_changes_is_expected_to_lose_the_queues_that_close(RestartMethod method, int workers, int reset, string differences)
    {
        RestartRow row = Base with { RestartMethod = method, RestartLoad = RestartLoad.Queued, MigrateReq = 0, Reset = reset };
        int? after = method == RestartMethod.Resize ? 2 : null;
        Assert.Equal(differences, string.Join(", ", RestartExpectation.Of(row, workers, after)!.Differences(row)));
        RestartRow migrated = row with { MigrateReq = 1, Reset = 1 };
        Assert.Equal("1 reset", string.Join(", ", RestartExpectation.Of(migrated, workers, after)!.Differences(migrated)));
    }

    [Fact]
    public void What_clients_that_keep_their_connections_lost_has_a_table_of_its_own()
    {
        string report = ReportOf(Base with { PersistentLost = 3, SentAgain = 5, Reconnects = 8, FirstResponseMs = 12.5 });
        Assert.Contains("Clients that keep their connections", report, StringComparison.Ordinal);
        Assert.Matches(@"\| 3 \| 5 \| 8 \| 12\.5 \| 1 \|", report);
        Assert.DoesNotContain("Clients that keep their connections", ReportOf(Base), StringComparison.Ordinal);
    }

    [Fact]
    public void The_loop_has_no_expectation() => Assert.Null(RestartExpectation.Of(Base with { RestartMethod = RestartMethod.Loop }, 1));

    [Fact]
    public void What_was_lost_is_said_from_the_counts_with_errno_and_side_and_a_difference_is_named()
    {
        string report = ReportOf(Base with
        {
            Reset = 7,
            Late = 2,
            InFlight = 32,
            InFlightLost = 4,
            Reason = "the queue was not empty",
            BindRuns = "EADDRINUSE*3@0.5..4.6;ok*1@6.7..6.7",
        });
        Assert.Contains("7 reset (ECONNRESET at the client)", report, StringComparison.Ordinal);
        Assert.Contains("4 of 32 requests in flight without a response", report, StringComparison.Ordinal);
        Assert.Contains("2 late responses", report, StringComparison.Ordinal);
        Assert.Contains("at the server bind(2) failed with EADDRINUSE 3 times", report, StringComparison.Ordinal);
        Assert.Contains("differs in 1 of 1: repeat 1: 4 in flight without a response, 7 reset (the queue was not empty)", report,
            StringComparison.Ordinal);
        Assert.Contains("EADDRINUSE ×3, 0.50 ms to 4.60 ms; bound at 6.70 ms", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_is_shown_as_the_bracket_that_the_truth_lies_in()
    {
        string report = ReportOf(Base with { RestartMethod = RestartMethod.Reuseaddr, GapLowMs = 398.1, GapMs = 400.2, Refused = 398, Reset = 1 });
        Assert.Contains("clients could not connect for between 398 and 400 ms (one restart)", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restart_that_lost_nothing_has_a_resolution_and_a_bound_and_no_gap()
    {
        string report = ReportOf(Base with { GapLowMs = 0, GapMs = 1, GapUncertaintyMs = 1.1 });
        Assert.Contains("nothing lost (resolution 1.1 ms); 0 of 1 restart lost any: at most 95 % do (95 %)", report, StringComparison.Ordinal);
        Assert.DoesNotContain("could not connect for", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_client_gave_up_connections_in_a_queue_nothing_lost_is_not_said()
    {
        string report = ReportOf(Base with
        {
            RestartMethod = RestartMethod.Handoff,
            GapLowMs = 0,
            GapMs = 1,
            TimedOutQueued = 1626,
            Attempts = 1756,
        });
        Assert.DoesNotContain("nothing lost (", report, StringComparison.Ordinal);
        Assert.Contains("clients could not connect for ≤ 1.2 ms", report, StringComparison.Ordinal);
        Assert.Contains("1626 connections that waited in the queue had no response when the client gave up", report, StringComparison.Ordinal);
        Assert.Contains("yes (1 of 1)", report, StringComparison.Ordinal);
    }

    [Fact]
    public void The_servers_own_gap_is_split_into_the_port_and_the_start_of_the_program()
    {
        string report = ReportOf(Base with
        {
            RestartMethod = RestartMethod.Reuseaddr,
            GapLowMs = 398,
            GapMs = 400,
            Reset = 1,
            ServerGapMs = 396,
            GapStopMs = 30,
            GapStartMs = 290,
            GapPortMs = 76,
        });
        Assert.Contains("| 396 ms | 30.0 ms | 290 ms | 76.0 ms |", report, StringComparison.Ordinal);
        Assert.Contains("put its own start in its place", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_new_process_was_ready_beforehand_the_start_of_the_users_server_is_left_to_add()
    {
        string report = ReportOf(Base with
        {
            RestartMethod = RestartMethod.Reuseaddr,
            GapLowMs = 30,
            GapMs = 32,
            Reset = 1,
            ReadyBeforehand = true,
            ServerGapMs = 31,
            GapStopMs = 30,
            GapStartMs = 1,
            GapPortMs = 0,
        });
        Assert.Contains("add the start of your own server", report, StringComparison.Ordinal);
        Assert.DoesNotContain("put its own start in its place", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "95")]
    [InlineData(2, "78")]
    [InlineData(12, "22")]
    [InlineData(59, "5.0")]
    [InlineData(60, "4.9")]
    public void None_of_so_many_restarts_excludes_only_more_than_so_many_percent(int restarts, string percent) =>
        Assert.Equal(percent, Analysis.NoneOf.Percent(restarts));

    [Fact]
    public void A_restart_without_a_loss_says_so_and_that_it_was_expected()
    {
        string report = ReportOf(Base);
        Assert.Contains("nothing lost; 130 attempts affected in one restart", report, StringComparison.Ordinal);
        Assert.Contains("yes (1 of 1)", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wait_that_was_cut_off_tells_nothing_of_its_length_and_its_reason_is_in_the_report()
    {
        string report = ReportOf(Base with
        {
            RestartMethod = RestartMethod.None,
            GapMs = 3_100,
            GapBound = GapBound.AtLeast,
            Refused = 3_000,
            Reason = "the server did not come back within 3s: port 80 was still taken"
        });
        Assert.Contains("not told: none came back before the restart timeout", report, StringComparison.Ordinal);
        Assert.Contains("the gap is a lower bound (once): the server did not come back within 3s: port 80 was still taken.", report,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_restart_is_no_gap_and_gives_its_reason()
    {
        string report = ReportOf(Base with
        {
            Status = RestartStatus.Failed,
            GapMs = null,
            GapBound = null,
            Attempts = null,
            Reason = "the successor ended (signal 9)"
        }, VerdictRules.Failed);
        Assert.Contains("failed (once): the successor ended (signal 9).", report, StringComparison.Ordinal);
        int begin = report.IndexOf("Skipped, failed, ended by the restart timeout", StringComparison.Ordinal);
        Assert.DoesNotContain("≥", report[begin..report.IndexOf("How far can", begin, StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public void A_late_swarm_spoils_no_gap_in_the_report()
    {
        string report = ReportOf(Base, VerdictRules.GeneratorBehind);
        Assert.Contains("1 repeat of 1 cell: 1 valid. Valid (✓)", report, StringComparison.Ordinal);
        Assert.Contains("yes (1 of 1)", report, StringComparison.Ordinal);
    }

    private static string ReportOf(RestartRow restart, params VerdictRule[] reasons)
    {
        ResultRow row = RunFolder.Row("reuseport", 2) with
        {
            Experiment = "restart",
            RestartMethod = Core.Units.Names.Of(restart.RestartMethod),
            RestartStop = Core.Units.Names.Of(restart.RestartStop),
            RestartScope = Core.Units.Names.Of(restart.RestartScope),
            RestartLoad = Core.Units.Names.Of(restart.RestartLoad),
            CellId = "restart",
            Verdict = reasons.Contains(VerdictRules.Failed) ? "invalid" : "ok",
            VerdictReasons = new Verdict(reasons).Codes,
        };
        using RunFolder run = new RunFolder().Add(row).AddRestart(restart with { CellId = row.CellId });
        return File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Markdown);
    }
}
