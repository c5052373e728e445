using System.Net;
using System.Net.Sockets;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Linux;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>
/// Whole runs of restarts. A host that stands still for a second at the wrong moment makes a restart another one (a queue that is empty, a client that comes
/// after the server's patience): then it is measured once more, some times.
/// </summary>
public sealed class RestartTests
{
    [Theory]
    [InlineData("reuseaddr", "all", "process")]
    [InlineData("reuseaddr,reuseport-overlap,handoff,reuseport-drain", "all", "thread", "reuseaddr, kill, thread")]
    [InlineData("handoff,socket-activation", "all", "process")]
    [InlineData("reuseport-overlap,reuseport-drain", "graceful", "process")]
    public void Every_way_comes_back_and_its_counts_agree_and_what_does_not_exist_is_listed(string ways, string stops, string scope, string leftOut = "") =>
        Measure(
            run =>
            {
                Assert.NotEmpty(run.Rows);
                Assert.All(run.Rows, row =>
                {
                    Assert.Equal(RestartStatus.Measured, row.Status);
                    Assert.Equal(GapBound.Exact, row.GapBound);
                    Assert.True(row.FirstResponseMs is not null, $"{row.RestartMethod} {row.RestartStop}: the successor answered nothing");
                    Assert.Equal(row.RestartScope == RestartScope.Process, row.ProcessGoneMs is not null);
                });
                Assert.All(run.Results, row => Assert.True(row.CountsAgree, run.Reasons));
                Assert.Contains(leftOut, string.Join('\n', run.Manifest.Skipped), StringComparison.Ordinal);
            },
            "--method", ways, "--stop", stops, "--scope", scope, "--load", "idle", "--restart-timeout", "10s");

    /// <summary>A bound is one to within its uncertainty: how late the swarm was. Who never comes back leaves no process, either.</summary>
    [Fact]
    public void Without_SO_REUSEADDR_the_port_is_held_and_the_wait_is_a_lower_bound() => Measure(
        run =>
        {
            Assert.Equal(2, run.Rows.Length);
            Assert.All(run.Rows, row => Assert.Equal((GapBound.AtLeast, "EADDRINUSE"), (row.GapBound, row.BindErrno)));
            RestartRow row = Assert.Single(run.Rows, r => r.RestartStop == StopSignal.Graceful);
            Assert.True(row.GapMs + row.GapUncertaintyMs >= 700, $"{row.GapMs} ms, to within {row.GapUncertaintyMs} ms");
            Assert.True(row.BindAttempts > 1, $"{row.BindAttempts} attempts");
            Assert.True(row.TimeWaitBeforeBind > 0, "nothing in TIME_WAIT");
            Assert.Contains("did not come back", row.Reason, StringComparison.Ordinal);
            Assert.Contains("was still taken", row.Reason, StringComparison.Ordinal);
            Assert.Null(row.ListeningMs);
            BindRun binds = Assert.Single(BindRun.Parse(row.BindRuns));
            Assert.Equal(("EADDRINUSE", row.BindAttempts!.Value), (binds.Outcome, binds.Count));
            Assert.InRange(binds.LastMs - binds.FirstMs, 0.001, row.GapMs!.Value + row.GapUncertaintyMs!.Value);
            Assert.Contains("was still taken after 700ms", run.Report, StringComparison.Ordinal);
        },
        "--method", "none", "--stop", "all", "--load", "idle", "--restart-timeout", "700ms");

    [Theory]
    [Trait("needs", "quiet")]
    [InlineData("none")]
    [InlineData("reuseport-overlap")]
    public void A_successor_that_dies_is_a_failed_restart_with_its_reason_and_no_bound_of_a_gap(string way)
    {
        // On a busy host it may listen before it is killed, or have given up: that is not what is meant.
        BusyHost watch = BusyHost.Watch();
        TestFolder folder = new();
        Outcome outcome = KillSuccessor(way, folder);
        for (int attempt = 1; attempt < BusyHost.Attempts && !DiedInTime(folder); attempt++)
        {
            folder.Dispose();
            folder = new TestFolder();
            outcome = KillSuccessor(way, folder);
        }

        using TestFolder last = folder;
        if (!DiedInTime(folder))
        {
            watch.SkipIfBusyElseFail("the new process was not killed before it listened");
        }

        Assert.True(outcome.ExitCode == 1, outcome.Output + outcome.Errors);
        foreach (RestartRow row in TableFile.Read<RestartRow>(folder.At("run", Tables.Restarts.FileName)).Where(r => r.MigrateReq != 1))
        {
            Assert.Equal(RestartStatus.Failed, row.Status);
            Assert.Contains("the new process ended (signal 9) before it listened", row.Reason, StringComparison.Ordinal);
            Assert.Null(row.GapMs);
            Assert.Null(row.GapBound);
        }

        ResultRow result = TableFile.Read<ResultRow>(folder.At("run", Tables.Results.FileName)).Single(r => r.Cell.Restart!.MigrateReq != 1);
        Assert.Equal(Grade.Invalid, result.Grade);
        Assert.Contains("signal 9", result.Failure, StringComparison.Ordinal);
        Assert.Contains("signal 9", File.ReadAllText(folder.At("run", RunFiles.ReportMarkdown)), StringComparison.Ordinal);
    }

    /// <summary>A lower bound is all that a busy host leaves of a time; what is not waited for is in the plan's own tests.</summary>
    [Fact]
    public void The_start_of_the_users_own_server_is_a_part_of_the_gap_and_connections_wait_while_it_does_not_accept() => Measure(
        run =>
        {
            run.RequireCounts();
            RestartRow bound = Assert.Single(run.Rows, r => r.RestartMethod == RestartMethod.Reuseaddr);
            Assert.True(bound.GapStartMs >= 400, $"start of the program: {bound.GapStartMs} ms");
            Assert.True(bound.GapMs >= bound.GapStartMs, $"gap of {bound.GapMs} ms, start of {bound.GapStartMs} ms");
            Assert.Equal(bound.ServerGapMs!.Value, (bound.GapStopMs + bound.GapStartMs + bound.GapPortMs)!.Value, 3);
            Assert.True(bound.LongestWithoutResponseMs >= 300, $"{bound.LongestWithoutResponseMs} ms without a response");
            Assert.All(run.Rows, row =>
                Assert.True(row.FirstAcceptMs - row.ListeningMs >= 300, $"accepted {row.FirstAcceptMs - row.ListeningMs} ms after listen"));

            // The listener goes on to the new process, whose start nobody waits for, and what is queued meanwhile is not lost.
            RestartRow handed = Assert.Single(run.Rows, r => r.RestartMethod == RestartMethod.Handoff);
            Assert.True(handed.ProcessStartedMs <= -400, $"{handed.ProcessStartedMs} ms");
            Assert.Equal((0L, 0L, 0L), (handed.Refused, handed.Reset, handed.TimedOut));
            Assert.All(run.Results, r => Assert.Equal(Duration.FromMilliseconds(400), r.Cell.Restart!.StartDelay));
        },
        "--method", "reuseaddr,handoff", "--stop", "graceful", "--load", "idle", "--restart-timeout", "20s", "--start-delay", "400ms", "--set",
        "accept_delay=300ms");

    /// <summary>The short form of a case in which every row failed that had TIME_WAITs or connections in progress.</summary>
    [Fact]
    public void Over_IPv6_a_restart_costs_what_it_costs_over_IPv4()
    {
        Assert.SkipUnless(HasIPv6(), "no IPv6 loopback here");
        const string Matrix = """
            name: restart-ipv6
            repeats: 1
            defaults: {experiment: restart, bind: "::1", restart_stop: graceful, rate: 500}
            groups:
              - {restart_method: [none, none-same-tuples], restart_load: [idle, in-flight], restart_timeout: 1s}
              - {restart_method: [reuseaddr, handoff], restart_load: [idle, in-flight], restart_timeout: 10s}
            """;
        using TestFolder folder = new();
        string matrix = folder.At("ipv6.yaml");
        File.WriteAllText(matrix, Matrix);
        BusyHost.OneOfFew(() => Run("run", "--matrix", matrix), run =>
        {
            run.RequireMeasured();

            // none-same-tuples is shown idle only.
            Assert.Equal(7, run.Rows.Length);
            Assert.All(run.Rows, row => Assert.True(row.Status == RestartStatus.Measured, $"{row.RestartMethod} {row.RestartLoad}: {row.Reason}"));
            Assert.All(run.Rows.Where(r => r.RestartMethod == RestartMethod.None), row =>
            {
                Assert.Equal((GapBound.AtLeast, "EADDRINUSE"), (row.GapBound, row.BindErrno));
                Assert.True(row.TimeWaitBeforeBind > 0, "nothing in TIME_WAIT");
            });
            Assert.All(run.Rows.Where(r => r.RestartMethod == RestartMethod.Reuseaddr), row =>
            {
                Assert.Equal(GapBound.Exact, row.GapBound);
                Assert.True(row.ServerGapMs > 0 && row.GapLowMs <= row.GapMs, $"{row.ServerGapMs} ms without a listener, {row.GapLowMs} to {row.GapMs} ms");
                Assert.Equal(row.ServerGapMs!.Value, (row.GapStopMs + row.GapStartMs + row.GapPortMs)!.Value, 3);
            });
            Assert.All(
                run.Rows.Where(r => r.RestartMethod == RestartMethod.Handoff),
                row => Assert.Equal(0, row.Refused + row.Reset + row.TimedOut + row.InFlightLost));
        });
    }

    /// <summary>Requests that are sent by half, and connections that are accepted and have sent nothing.</summary>
    [Fact]
    public void A_kill_resets_what_is_in_flight_or_unsent_and_a_stop_that_drains_does_not() => Measure(
        run =>
        {
            run.RequireCounts();
            Assert.Equal(4, run.Rows.Length);
            Assert.All(run.Rows.Where(r => r.RestartStop == StopSignal.Kill), killed =>
            {
                Assert.Equal((32L, 32L), (killed.InFlight, killed.InFlightLost));
                Assert.Equal(0, killed.Refused);
            });
            Assert.All(run.Rows.Where(r => r.RestartStop == StopSignal.Graceful), drained =>
            {
                Assert.Equal((32L, 0L), (drained.InFlight, drained.InFlightLost));
                Assert.Equal(0, drained.Refused + drained.Reset);
            });
        },
        "--method", "handoff", "--load", "in-flight,accepted-unsent", "--restart-timeout", "20s");

    [Fact]
    public void Clients_that_keep_their_connections_come_back_over_new_ones_and_the_counts_agree() => Measure(
        run =>
        {
            run.RequireCounts();
            Assert.Equal(
                ["churn:5", "connect", "keepalive"], run.Results.Select(r => $"{r.Cell.Load.Workload}").Distinct().Order(StringComparer.Ordinal));
            Assert.All(run.Rows, row =>
            {
                Workload workload = run.Results.Single(r => r.CellId == row.CellId).Cell.Load.Workload;
                Assert.Equal(workload.IsConnect, row.Reconnects is null);
                Assert.True(workload.IsConnect || row.Reconnects > 0, $"{workload}: no client opened a connection after the stop");
                Assert.True(row.PersistentLost is null or (>= 0 and <= 16), $"{workload}: {row.PersistentLost} lost on 16 connections");

                // In a group the new process may have answered before the old one was told to stop.
                Assert.True(row.FirstResponseMs is not null, $"{workload}: the new process answered nothing");
            });
        },
        "--method", "handoff,reuseport-overlap", "--load", "idle", "--restart-timeout", "20s", "--rate", "2000", "--workers", "2",
        "--set", "workload=keepalive|churn:5|connect", "--set", "connections=16");

    [Theory]
    [InlineData("4", "1", "process")]
    [InlineData("4", "2", "thread")]
    public void A_group_that_shrinks_loses_the_queues_of_the_listeners_that_close(string from, string to, string scope)
    {
        Restarted measured = Measure(
            run =>
            {
                run.RequireCounts();
                Assert.Equal([0, 1], run.Rows.Select(r => r.MigrateReq!.Value).Order());
                RestartRow kept = run.Rows.Single(r => r.MigrateReq == 0);
                Assert.Equal((0, true), (kept.Refused, kept.Reset > 0));
                AssertMoved(run.Rows.Single(r => r.MigrateReq == 1));
            },
            Resizing(from, to, scope));
        SkipWithoutMigration(measured);
    }

    [Fact]
    [Trait("needs", "quiet")]
    public void A_group_that_grows_loses_nothing() => BusyHost.OneOf(
        () => Run(["restart", .. Resizing("2", "4", "process"), "--repeats", "1"]),
        run =>
        {
            run.RequireMeasured();
            run.RequireCounts();
            RestartRow kept = run.Rows.Single(r => r.MigrateReq == 0);
            RestartRow migrated = run.Rows.Single(r => r.MigrateReq == 1);
            Assert.Equal((0L, 0L), (kept.Refused, kept.Reset));
            Assert.True(migrated.Status == RestartStatus.Skipped || migrated is { Refused: 0, Reset: 0, MigrateSuccess: 0 }, $"{migrated}");
        },
        attempts: 3);

    /// <summary>With a queue, once without tcp_migrate_req and once with it.</summary>
    private static string[] Resizing(string from, string to, string scope) =>
    [
        "--method", "resize", "--stop", "graceful", "--scope", scope, "--load", "queued", "--workers", from, "--resize-to", to, "--restart-timeout", "20s",
    ];

    [Fact]
    public void A_group_of_several_listeners_on_both_sides_loses_its_queues_with_them_and_none_in_a_drain() => Measure(
        run =>
        {
            run.RequireCounts();
            Assert.All(run.Measured, r => Assert.Equal((3, 3), (r.Cell.Server.Workers, r.Listeners)));
            AssertEmptied(Assert.Single(run.Rows, r => r.RestartMethod == RestartMethod.ReuseportDrain));
            RestartRow closed = Assert.Single(run.Rows, r => r.RestartMethod == RestartMethod.ReuseportOverlap && r.MigrateReq == 0);
            Assert.True(closed.Reset > 0, "the closed listeners' queues were empty");
        },
        "--method", "reuseport-overlap,reuseport-drain", "--stop", "graceful", "--load", "queued", "--workers", "3", "--restart-timeout", "20s");

    [Fact]
    public void A_member_that_joins_the_group_and_leaves_takes_its_queue_with_it()
    {
        Restarted measured = Measure(
            run =>
            {
                run.RequireCounts();
                Assert.All(run.Rows.Where(r => r.Status == RestartStatus.Measured), row =>
                {
                    Assert.True(row.MemberLeftMs >= 400, $"the member left after {row.MemberLeftMs} ms");
                    Assert.Equal((0L, null, null, null), (row.Refused, row.ProcessGoneMs, row.FirstResponseMs, row.ServerGapMs));
                });
                RestartRow left = Assert.Single(run.Rows, r => r.MigrateReq == 0);
                Assert.True(left.Reset > 0, "nothing was in the member's queue");
                AssertMoved(Assert.Single(run.Rows, r => r.MigrateReq == 1));
            },
            "--method", "transient", "--stop", "graceful", "--load", "idle", "--workers", "2", "--restart-timeout", "20s", "--set", "member_stay=400ms");
        SkipWithoutMigration(measured);
    }

    [Fact]
    public void Several_restarts_follow_one_another_in_one_repeat_each_with_its_own_row() => Measure(
        run =>
        {
            run.RequireCounts();
            Assert.All(run.Measured, r => Assert.Equal(3, r.Restarts));
            Assert.All(run.Rows.GroupBy(r => r.CellId), cell =>
            {
                RestartRow[] inTurn = [.. cell.OrderBy(r => r.Restart)];
                Assert.Equal([1, 2, 3], inTurn.Select(r => r.Restart));
                Assert.Equal(inTurn.Select(r => r.StopMs!.Value).Order(), inTurn.Select(r => r.StopMs!.Value));
                Assert.All(inTurn, r => Assert.True(
                    r is { GapBound: GapBound.Exact, FirstResponseMs: not null, ProcessGoneMs: > 0 }, $"{r.CellId}, restart {r.Restart}: {r.Reason}"));
            });
            Assert.All(run.Rows.Where(r => r is { RestartMethod: RestartMethod.Handoff, RestartStop: StopSignal.Graceful }), r =>
                Assert.Equal((0L, 0L), (r.Refused, r.Reset)));
        },
        "--method", "reuseaddr,handoff,socket-activation,reuseport-drain", "--stop", "all", "--load", "idle", "--restart-timeout", "20s",
        "--set", "restart_count=3");

    [Theory]
    [InlineData("method loop that restarts again", "--method", "handoff", "--stop", "graceful", "--scope", "thread", "--set", "restart_count=2")]
    [InlineData("leave a server as it was before", "--method", "transient", "--stop", "graceful", "--set", "restart_count=2")]
    [InlineData("there are 2 workers before it, too", "--method", "resize", "--workers", "2", "--resize-to", "2")]
    [InlineData("resize_to does not say", "--method", "resize")]
    [InlineData("clients that keep theirs make none", "--method", "handoff", "--load", "queued", "--set", "workload=keepalive")]
    [InlineData("a killed server passes no listeners on", "--method", "resize", "--stop", "kill", "--resize-to", "2")]
    [InlineData("cannot let go of a listener that others go on with", "--method", "handoff", "--set", "accept=blocking")]
    public void What_makes_no_sense_together_is_refused_in_one_line(string says, params string[] options)
    {
        Outcome outcome = ProgramInProcess.Run(["restart", .. options, "--dry-run"]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(says, Assert.Single(outcome.Errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void A_queue_is_lost_with_its_listener_and_kept_by_a_drain()
    {
        Restarted measured = Measure(
            run =>
            {
                // The answers of a queue come after the window, and are waited for: that is measuring, too.
                Assert.All(run.Measured, r => Assert.True(
                    r.MeasuringS >= r.Cell.Load.Warmup.Seconds + r.DurationS, $"{r.MeasuringS} s of {r.Cell.Load.Warmup} and {r.DurationS} s"));
                Assert.All(run.Rows.Where(r => r.RestartMethod == RestartMethod.ReuseportOverlap && r.MigrateReq == 0), r =>
                    Assert.True(r.Reset > 0, "the closed listener's queue was empty"));
                Assert.All(run.Rows.Where(r => r.RestartMethod == RestartMethod.ReuseportDrain), AssertEmptied);
                Assert.All(run.Rows.Where(r => r.MigrateReq == 1), AssertMoved);
            },
            "--method", "reuseport-overlap,reuseport-drain", "--stop", "graceful", "--load", "queued", "--restart-timeout", "10s");
        SkipWithoutMigration(measured);
    }

    [Fact]
    public void A_combination_that_does_not_exist_is_refused_in_one_line()
    {
        Outcome outcome = ProgramInProcess.Run("restart", "--method", "reuseport-drain", "--stop", "kill");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("a killed server cannot drain", Assert.Single(outcome.Errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--method", "loop")]
    [InlineData("--method", "reuseaddr,other")]
    [InlineData("--stop", "term")]
    public void What_this_command_does_not_have_is_refused_in_one_line_that_lists_what_it_has(string option, string value)
    {
        Outcome outcome = ProgramInProcess.Run("restart", option, value, "--dry-run");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("use one of", Assert.Single(outcome.Errors.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("one of loop", outcome.Errors, StringComparison.Ordinal);
    }

    private static bool HasIPv6()
    {
        if (!Socket.OSSupportsIPv6)
        {
            return false;
        }

        try
        {
            using TcpListener listener = new(IPAddress.IPv6Loopback, 0);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Outcome KillSuccessor(string way, TestFolder folder)
    {
        using RunningProgram run = RunningProgram.Start(
            RunningProgram.ReuseBench,
            "restart", "--method", way, "--stop", "graceful", "--load", "idle", "--restart-timeout", "10s", "--repeats", "1", "--isolate", "none",
                "--out", folder.At("run"));
        Eventually.Holds(() => run.Process.HasExited || TryKillSuccessor(run.Process.Id), () => "no successor was started");
        return run.WaitForExit();
    }

    private static bool DiedInTime(TestFolder folder) => TableFile.Read<RestartRow>(folder.At("run", Tables.Restarts.FileName))
        .Any(row => row.Reason?.Contains("before it listened", StringComparison.Ordinal) == true);

    /// <summary>Kills the process whose workers come after those of the old server, as soon as it is there.</summary>
    private static bool TryKillSuccessor(int supervisor)
    {
        foreach (int pid in ProcessFamily.ChildrenOf(supervisor))
        {
            string path = $"/proc/{pid}/cmdline";
            if (File.Exists(path) && File.ReadAllText(path).Contains("--worker-base\0" + "1\0", StringComparison.Ordinal))
            {
                return ChildProcess.Kill(pid, Signal.Kill) == 0;
            }
        }

        return false;
    }

    /// <summary>Nothing is lost in a drain, unless it says that its patience ended first: on a host that stands still the clients come too late.</summary>
    private static void AssertEmptied(RestartRow row)
    {
        bool isCut = row.Reason?.Contains("patience ended before", StringComparison.Ordinal) == true;
        Assert.True(row.Refused == 0 && (row.Reset == 0 || isCut), $"{row.Refused} refused, {row.Reset} reset; {row.Reason}");
    }

    /// <summary>
    /// No queued connection is lost but those that the kernel could not move: on a slow host the queue that they would come to may be full. Where it cannot
    /// be told to move them there is nothing to see.
    /// </summary>
    private static void AssertMoved(RestartRow row)
    {
        bool isMoved = row is { Refused: 0, MigrateSuccess: > 0 } && row.Reset <= row.MigrateFailure;
        Assert.True(
            row.Status == RestartStatus.Skipped || isMoved,
            $"{row.Refused} refused, {row.Reset} reset, {row.MigrateSuccess} moved, {row.MigrateFailure} could not be; {row.Reason}");
    }

    private static void SkipWithoutMigration(Restarted run)
    {
        RestartRow? migrated = run.Rows.SingleOrDefault(r => r.MigrateReq == 1);
        Assert.SkipWhen(migrated is null or { Status: RestartStatus.Skipped }, migrated?.Reason ?? "no right to set net.ipv4.tcp_migrate_req in a namespace");
    }

    /// <summary>Measures until it is shown, some times at most.</summary>
    private static Restarted Measure(Action<Restarted> shown, params string[] options) => BusyHost.OneOfFew(
        () => Run(["restart", .. options, "--repeats", "1"]),
        run =>
        {
            run.RequireMeasured();
            shown(run);
        });

    private static Restarted Run(params string[] command)
    {
        using TestFolder folder = new();
        string results = folder.At("run");
        using RunningProgram run = RunningProgram.Start(RunningProgram.ReuseBench, [.. command, "--out", results]);
        int pid = run.Process.Id;
        Outcome outcome = run.WaitForExit();
        Assert.True(Directory.Exists(results), outcome.Output + outcome.Errors);
        Assert.Empty(RunningProgram.ToldToBelongTo(pid));
        return new Restarted(
            outcome, [.. Tables.Restarts.Read(results)], [.. Tables.Results.Read(results)], RunManifestFile.Read(results),
            File.ReadAllText(Path.Combine(results, RunFiles.ReportMarkdown)));
    }

    /// <summary>What a run of restarts said and left.</summary>
    private sealed record Restarted(Outcome Outcome, RestartRow[] Rows, ResultRow[] Results, RunManifest Manifest, string Report)
    {
        /// <summary>Without those that were skipped.</summary>
        public ResultRow[] Measured => [.. Results.Where(r => r.Failure is null)];

        /// <summary>What its rows say of themselves.</summary>
        public string Reasons => string.Join("; ", Rows.Select(r => r.Reason).OfType<string>());

        public void RequireMeasured()
        {
            Assert.True(Outcome.HasMeasured, Outcome.Output + Outcome.Errors);
            Assert.All(Results, row => Assert.True(
                row.Failure?.StartsWith(ResultRow.SkippedPrefix, StringComparison.Ordinal) ?? true, $"{row.CellId}: {row.Failure}"));
        }

        /// <summary>Of servers, clients and kernel, in each row that was measured.</summary>
        public void RequireCounts() => Assert.All(Measured, row => Assert.True(row.CountsAgree, $"{row.CellId}: {Reasons}"));
    }
}
