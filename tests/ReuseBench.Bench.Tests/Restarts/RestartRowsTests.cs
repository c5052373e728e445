using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Experiments.Restarts;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using CpuList = ReuseBench.Core.Units.CpuList;

namespace ReuseBench.Bench.Tests.Restarts;

public sealed class RestartRowsTests
{
    private const long Ms = 1_000_000;
    private const long BeginNs = 5_000 * Ms;
    private const long StopNs = BeginNs + (500 * Ms);
    private const long BackNs = StopNs + (400 * Ms);

    [Fact]
    public void A_swarm_that_was_late_spoils_no_gap_that_it_knows_well()
    {
        MeasuredRows rows = RestartRows.Of("r", Measured(lateShare: 0.2));
        RestartRow restart = Assert.Single(rows.Of<RestartRow>());
        Assert.Equal((398.0, 400.0, GapBound.Exact), (restart.GapLowMs!.Value, restart.GapMs!.Value, restart.GapBound));
        Assert.Equal(2, restart.GapUncertaintyMs!.Value, 6);
        Assert.Equal((Grade.Ok, "generator-behind-schedule"), (rows.Result.Grade, rows.Result.Verdict.Codes));
    }

    [Fact]
    public void A_probe_that_lags_more_than_a_tenth_of_the_gap_at_its_end_limits_it()
    {
        MeasuredRows rows = RestartRows.Of("r", Measured(lagOfFirstSuccessMs: 45));
        Assert.Equal(47, Assert.Single(rows.Of<RestartRow>()).GapUncertaintyMs!.Value, 6);
        Assert.Equal((Grade.Limited, "probe-lag"), (rows.Result.Grade, rows.Result.Verdict.Codes));
    }

    [Theory]
    [InlineData(0.03, 0.15, Grade.Limited, "cpu-steal;background-load")]
    [InlineData(0.03, 0.3, Grade.Invalid, "cpu-steal;background-load-heavy")]
    public void Others_on_the_CPUs_are_in_the_row_and_limit_it(double steal, double foreign, Grade grade, string codes)
    {
        MeasuredRows rows = RestartRows.Of("r", Measured(others: new CpuShares(steal, foreign)));
        Assert.Equal((steal, foreign), (rows.Result.StealShare!.Value, rows.Result.BackgroundShare!.Value));
        Assert.Equal((grade, codes), (rows.Result.Grade, rows.Result.Verdict.Codes));
    }

    [Fact]
    public void A_quota_that_stopped_it_limits_it()
    {
        MeasuredRows rows = RestartRows.Of("r", Measured(others: new CpuShares(0, 0, ThrottledPeriods: 2)));
        Assert.Equal(2, rows.Result.ThrottledPeriods);
        Assert.Equal((Grade.Limited, "throttled"), (rows.Result.Grade, rows.Result.Verdict.Codes));
    }

    [Theory]
    [InlineData(8, 100, Grade.Limited, "throttled")]
    [InlineData(12, 100, Grade.Invalid, "throttled-often")]
    public void A_quota_that_stopped_it_in_more_than_a_tenth_of_its_periods_invalidates_it(long stopped, long periods, Grade grade, string codes)
    {
        MeasuredRows rows = RestartRows.Of("r", Measured(others: new CpuShares(0, 0, stopped) { QuotaPeriods = periods }));
        Assert.Equal(periods, rows.Result.QuotaPeriods);
        Assert.Equal((grade, codes), (rows.Result.Grade, rows.Result.Verdict.Codes));
    }

    [Fact]
    public void Steal_that_this_host_cannot_see_is_empty_and_no_0()
    {
        RestartMeasurement m = Measured();
        Assert.Equal(0, RestartRows.Of("r", m).Result.StealShare);
        Assert.Null(RestartRows.Of("r", m with { Traits = m.Traits with { Steal = new StealCounter(false, "no") } }).Result.StealShare);
    }

    [Fact]
    public void A_slow_clock_source_limits_it()
    {
        RestartMeasurement m = Measured();
        ResultRow row = RestartRows.Of("r", m with { Traits = m.Traits with { ClockSource = "jiffies" } }).Result;
        Assert.Equal((Grade.Limited, "slow-clock-source"), (row.Grade, row.Verdict.Codes));
    }

    [Fact]
    public void The_speed_of_its_CPUs_is_in_the_row()
    {
        ResultRow row = RestartRows.Of("r", Measured() with { CpuSpeed = new WorkSpeed(20, 12.5) }).Result;

        Assert.Equal((20.0, 12.5), (row.CanaryAloneRoundsPerUs, row.CanaryRoundsPerUs));
    }

    [Fact]
    public void A_time_too_short_for_ticks_is_said() =>
        Assert.Equal("cpu-times-unseen", RestartRows.Of("r", Measured(others: new CpuShares(null, null))).Result.Verdict.Codes);

    [Fact]
    public void The_parts_of_the_servers_gap_are_the_whole_of_it()
    {
        RestartRow restart = Assert.Single(RestartRows.Of("r", Measured(failedBinds: 3)).Of<RestartRow>());
        Assert.Equal((30.0, 363.0, 6.0), (restart.GapStopMs!.Value, restart.GapStartMs!.Value, restart.GapPortMs!.Value));
        Assert.Equal(restart.ServerGapMs!.Value, (restart.GapStopMs + restart.GapStartMs + restart.GapPortMs)!.Value, 6);
    }

    [Fact]
    public void A_successor_that_binds_before_the_stop_leaves_no_parts_of_a_gap()
    {
        RestartMeasurement m = Measured();
        m = m with { Events = [.. m.Events.Select(e => e.Generation == 1 ? e with { TimeNs = StopNs - Ms } : e)] };
        RestartRow restart = Assert.Single(RestartRows.Of("r", m).Of<RestartRow>());
        Assert.Null(restart.GapStartMs);
        Assert.Null(restart.GapPortMs);
    }

    [Fact]
    public void The_line_of_the_log_has_the_losses_of_the_restart_and_not_those_of_the_window()
    {
        Assert.Equal("gap between 398 and 400 ms, 399 connections failed", new RestartExperiment().Describe(RestartRows.Of("r", Measured())));
    }

    [Fact]
    public void Each_bind_is_in_the_row_with_its_errno_on_the_clock_of_the_stop()
    {
        RestartRow restart = Assert.Single(RestartRows.Of("r", Measured(failedBinds: 3)).Of<RestartRow>());
        Assert.Equal("EADDRINUSE*3@393..397;ok*1@399..399", restart.BindRuns);
        Assert.Equal((4, "EADDRINUSE", 399.0), (restart.BindAttempts!.Value, restart.BindErrno, restart.BoundMs!.Value));
    }

    [Theory]
    [InlineData("hyper-v", "", 0.0, "CPU steal cannot be seen here: Hyper-V has no counter for it", "")]
    [InlineData(null, "/proc/stat", null, "CPU steal and background load cannot be seen here: lxcfs serves /proc/stat in this container, which leaves out "
        + "what runs outside it", "cpu-times-unseen")]
    public void What_cannot_be_seen_here_is_said_of_a_restart_too(string? hypervisor, string lxcfs, double? background, string said, string verdict)
    {
        ContainerView container = new(null, lxcfs.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        RestartMeasurement m = Measured();
        m = m with { Traits = m.Traits with { Container = container, Steal = StealCounter.Of(hypervisor, "6.12", container) } };
        ResultRow row = RestartRows.Of("r", m).Result;
        Assert.Null(row.StealShare);
        Assert.Equal((background, said, verdict), (row.BackgroundShare, row.CpuTimesUnseen, row.Verdict.Codes));
    }

    /// <summary>The trial's own connections to a server of somebody else are in no count: neither what it accepted nor the kernel's.</summary>
    [Theory]
    [InlineData(3, true)]
    [InlineData(2, false)]
    [InlineData(13, false)]
    public void Connections_of_the_trial_to_a_server_of_somebody_else_are_left_out_of_all_counts(int beyond, bool agree)
    {
        RestartMeasurement ours = Measured();
        long opened = ours.Swarm.Life.ConnectionsOpened;
        RestartMeasurement m = ours with
        {
            Program = new ServerReady
            {
                Address = "127.0.0.1",
                Port = 1,
                Pid = 1,
                Pids = [1],
                Variant = "shared",
                Workers = 1,
                Threads = 1,
                Listeners = 1,
                Options = [],
            },
            Stats = Measurements.Agreeing().Stats with { Outside = new AcceptedOutside { Accepted = opened, OwnConnections = 3 } },
            OwnConnections = 3,
            Handshakes = opened + beyond,
            Swarm = ours.Swarm with { Life = ours.Swarm.Life with { FailedConnects = 5 } },
        };
        RestartCounts counts = RestartCounts.Of(m);
        Assert.Equal((opened + beyond - 3, opened, agree), (counts.KernelConnections, counts.Accepted, counts.Agree));
    }

    [Fact]
    public void A_restart_that_failed_has_its_reason_and_no_gap()
    {
        MeasuredRows rows = RestartRows.OfFailed("r", Cell, 2, seed: 7, isolated: true, "the successor ended (signal 9)");
        RestartRow restart = Assert.Single(rows.Of<RestartRow>());
        Assert.Equal((RestartStatus.Failed, "the successor ended (signal 9)"), (restart.Status, restart.Reason));
        Assert.Null(restart.GapMs);
        Assert.Null(restart.GapBound);
        Assert.Equal((Grade.Invalid, "the successor ended (signal 9)"), (rows.Result.Grade, rows.Result.Failure));
    }

    private static Cell Cell => Cell.Blank with
    {
        Experiment = Experiment.Restart,
        Load = Cell.Blank.Load with { Rate = 1000, Interval = Duration.FromMilliseconds(1) },
        Restart = new RestartSettings { Method = RestartMethod.Reuseaddr },
    };

    /// <summary>A probe each millisecond from the beginning of the window: served, but refused from the stop until 400 ms later.</summary>
    private static RestartMeasurement Measured(
        double lateShare = 0, double lagOfFirstSuccessMs = 0, CpuShares? others = null, int failedBinds = 0)
    {
        long[] intended = [.. Enumerable.Range(0, 1_200).Select(ms => BeginNs + (ms * Ms))];
        // The last success before the stop is the one 1 ms earlier, so that the gap of 400 ms ends 399 ms after the stop.
        bool[] refused = [.. intended.Select(ns => ns >= StopNs && ns < BackNs - Ms)];
        int first = Array.LastIndexOf(refused, true) + 1;
        long[] connect = [.. intended.Select((ns, i) => ns + (i == first ? (long)(lagOfFirstSuccessMs * Ms) : 0))];
        return new RestartMeasurement
        {
            Planned = Cell,
            Cell = Cell,
            Repeat = 1,
            Cpus = new CpuPlan(new CpuList([0]), new CpuList([1]), Disjoint: true),
            Isolated = true,
            Traits = new KernelTraits(InterruptTime.Process, NanosecondPacing: true, CpuQuota: null),
            StartedUtc = DateTime.UnixEpoch,
            Acts = new RestartActs { StopNs = StopNs, GoneNs = StopNs + (30 * Ms), SpawnNs = StopNs + (30 * Ms), TimeWait = 8 },
            Swarm = new LoadDocument
            {
                WindowBeginNs = BeginNs,
                WindowEndNs = BeginNs + (1_200 * Ms),
                Requests = 800,
                LateShare = lateShare,
                Life = new LifeCounts { Answers = refused.Count(r => !r), ConnectionsOpened = refused.Count(r => !r), FailedConnects = refused.Count(r => r) },
                Attempts = new AttemptColumns
                {
                    IntendedNs = intended,
                    ConnectNs = connect,
                    SendNs = [.. connect.Select((ns, i) => refused[i] ? 0 : ns)],
                    EndNs = [.. connect.Select(ns => ns + (Ms / 10))],
                    Outcome = [.. refused.Select(r => (int)(r ? AttemptOutcome.Refused : AttemptOutcome.Served))],
                },
            },
            Others = others ?? new CpuShares(0, 0),
            Events =
            [
                new ServerEvent { TimeNs = StopNs, Kind = (int)ServerEventKind.StopAsked },
                new ServerEvent { TimeNs = StopNs, Kind = (int)ServerEventKind.ListenerClosed },
                .. Enumerable.Range(0, failedBinds).Select(i => Bind(StopNs + ((393 + (2 * i)) * Ms), ErrnoCode.EADDRINUSE)),
                Bind(StopNs + (399 * Ms), 0),
                new ServerEvent { TimeNs = StopNs + (399 * Ms), Kind = (int)ServerEventKind.Listening, Generation = 1 },
            ],
            Workers = [new WorkerCounters { Requests = refused.Count(r => !r), Accepted = refused.Count(r => !r) }, default],
            Kernel = new KernelCounts(null, null, null, 1, 0, 0, 0, 0),
            OwnRequests = 0,
            InFlight = 0,
            InFlightLost = 0,
        };
    }

    private static ServerEvent Bind(long timeNs, int errno) =>
        new() { TimeNs = timeNs, Kind = (int)ServerEventKind.BindAttempt, Generation = 1, Errno = errno };
}
