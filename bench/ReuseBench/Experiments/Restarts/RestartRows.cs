using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>The rows of one restart in <c>restarts.csv</c>, <c>results.csv</c> and <c>timeline.csv</c>.</summary>
internal static class RestartRows
{
    private const double NsPerMs = 1e6;

    public static MeasuredRows Of(string runId, RestartMeasurement m)
    {
        RestartRow restart = Restart(runId, m);
        return new MeasuredRows(Result(runId, m, restart), [restart, .. Timeline(runId, m, restart)]);
    }

    /// <summary>A restart that cannot be had here.</summary>
    public static MeasuredRows OfSkipped(string runId, Cell cell, int repeat, ulong seed, bool isolated, string reason) => MeasuredRows.OfSkipped(
        ResultRows.Skipped(runId, cell, repeat, seed, isolated, reason),
        Settings(runId, cell, repeat) with { Status = RestartStatus.Skipped, Reason = reason });

    /// <summary>A restart that did not run to its end: nothing is known of its gap, not even a bound.</summary>
    public static MeasuredRows OfFailed(string runId, Cell cell, int repeat, ulong seed, bool isolated, string reason) => new(
        ResultRows.Failed(runId, cell, repeat, seed, isolated, reason),
        [Settings(runId, cell, repeat) with { Status = RestartStatus.Failed, Reason = reason }]);

    private static RestartRow Settings(string runId, Cell cell, int repeat)
    {
        RestartSettings settings = cell.Restart!;
        return new RestartRow
        {
            RunId = runId,
            CellId = cell.Id,
            Repeat = repeat,
            Restart = 1,
            RestartMethod = settings.Method,
            RestartStop = settings.Stop,
            RestartScope = settings.Scope,
            RestartLoad = settings.Load,
            ServerReload = settings.ServerReload,
            MigrateReq = settings.MigrateReq,
        };
    }

    private static RestartRow Restart(string runId, RestartMeasurement m)
    {
        RestartActs acts = m.Acts;
        ServerTimes server = ServerTimes.Of(m.Events, m.Workers.Take(m.Cell.Server.Workers).Select(w => w.LastAcceptNs).DefaultIfEmpty().Max());
        long overNs = Math.Max(server.OverNs ?? acts.StopNs, acts.GoneNs ?? acts.StopNs);
        Gap gap = GapFinder.Find(Attempt.Of(m.Swarm.Attempts ?? new AttemptColumns(), acts.NeverBack is null), acts.StopNs, overNs);
        GapParts? parts = GapParts.Of(server, acts);
        double interval = 1000 / RestartLoadSettings.RateOf(m.Planned);
        return Settings(runId, m.Planned, m.Repeat) with
        {
            StopMs = (acts.StopNs - m.Swarm.WindowBeginNs) / NsPerMs,
            GapLowMs = gap.LeastNs / NsPerMs,
            GapMs = gap.LengthNs / NsPerMs,
            GapBound = gap.LengthNs is null ? null : gap.IsCensored ? GapBound.AtLeast : GapBound.Exact,
            GapUncertaintyMs = UncertaintyMs(gap, interval),
            ProbeIntervalMs = interval,
            LastSuccessMs = Since(gap.LastSuccessNs),
            FirstSuccessMs = Since(gap.FirstSuccessNs),
            LongestWithoutResponseMs = gap.SilenceNs / NsPerMs,
            Attempts = gap.Touched.Attempts,
            Refused = gap.Touched.Refused,
            Reset = gap.Touched.Reset,
            TimedOut = gap.Touched.TimedOut,
            TimedOutQueued = gap.Touched.TimedOutQueued,
            Late = gap.Touched.Late,
            Served = gap.Touched.Served,
            FailedOther = gap.Touched.Other,
            InFlight = m.InFlight,
            InFlightLost = m.InFlightLost,
            StopAskedMs = Since(server.StopAskedNs),
            LastAcceptMs = Since(server.LastAcceptNs),
            ListenerClosedMs = Since(server.ListenerClosedNs),
            ConnectionsClosedMs = Since(server.DrainedNs),
            ProcessGoneMs = Since(acts.GoneNs),
            ProcessStartedMs = Since(acts.SpawnNs),
            ReadyBeforehand = acts.SpawnNs is null ? null : true,
            BindAttempts = server.BindAttempts,
            BindErrno = server.BindErrno,
            BindRuns = BindRun.Format(BindRun.Of(server.Binds.Select(b => (OutcomeOf(b.Errno), Since(b.TimeNs)!.Value)))),
            BoundMs = Since(server.BoundNs),
            ListeningMs = Since(server.ListeningNs),
            FirstAcceptMs = Since(server.FirstAcceptNs),
            FirstResponseMs = Since(server.FirstAnswerNs),
            GapStopMs = parts?.StopMs,
            GapStartMs = parts?.StartMs,
            GapPortMs = parts?.PortMs,
            ServerGapMs = (server.ListeningNs - (server.ListenerClosedNs ?? acts.GoneNs)) / NsPerMs,
            TimeWaitBeforeBind = acts.TimeWait,
            ListenOverflows = m.Isolated ? m.Kernel.ListenOverflows : null,
            KernelSynRetransmits = m.Isolated ? m.Kernel.SynRetransmits : null,
            MigrateSuccess = m.Isolated ? m.Kernel.MigrateSuccess : null,
            MigrateFailure = m.Isolated ? m.Kernel.MigrateFailure : null,
            Status = RestartStatus.Measured,
            Reason = ReasonOf(m, server),
        };

        double? Since(long? ns) => (ns - acts.StopNs) / NsPerMs;
    }

    /// <summary>One that did not end is known from below only, to within what its beginning is known.</summary>
    private static double UncertaintyMs(Gap gap, double intervalMs)
    {
        double widthMs = gap.IsCensored ? intervalMs + (gap.LagNs / NsPerMs) : (gap.LengthNs - gap.LeastNs) / NsPerMs ?? intervalMs;
        double unseenMs = intervalMs + (gap.UnseenNs / NsPerMs);
        return unseenMs > gap.LengthNs / NsPerMs ? Math.Max(widthMs, unseenMs) : widthMs;
    }

    /// <summary>Of a bind attempt, as in <c>bind_runs</c>.</summary>
    internal static string OutcomeOf(int errno) => errno == 0 ? BindRun.Bound : new Errno(errno).Name;

    private static string? ReasonOf(RestartMeasurement m, ServerTimes server) =>
        m.Reloaded is { OverNs: null } slow ? $"the reload {slow.Reload} was not over within {m.Planned.Restart!.Timeout}: processes that it replaces were left"
        : m.Acts.NeverBack is { } why ? $"the server did not come back within {m.Planned.Restart!.Timeout}: {why}"
        : server.IsDrainCut ? "the old server's queue was still not empty when its patience ended; what was left in it was reset"
        : null;

    private static ResultRow Result(string runId, RestartMeasurement m, RestartRow restart)
    {
        LoadDocument swarm = m.Swarm;
        long answers = m.Workers.Sum(w => w.Requests) - m.OwnRequests;
        // What failed in flight may have been answered all the same; a kill takes the counts of the last turn with it.
        bool? agree = !m.IsCounted ? null
            : m.Planned.Restart!.Stop == StopSignal.Kill
            ? answers <= swarm.Life.Answers + swarm.Life.FailedRequests
            : answers >= swarm.Life.Answers && answers <= swarm.Life.Answers + swarm.Life.FailedRequests;
        ResultRow row = ResultRows.Settings(runId, m.Cell, m.Repeat, swarm.Seed, swarm) with
        {
            CellId = m.Planned.Id,
            Isolation = ResultRows.IsolationOf(m.Isolated),
            ServerVersion = m.Program?.Program,
            Listeners = m.Program?.Listeners ?? m.Cell.Server.Listeners,
            ListenersMeant = m.Program?.ListenersMeant,
            StartedUtc = m.StartedUtc.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
            MeasuringS = MeasuringS(m),
            Restarts = restart.GapBound == GapBound.Exact ? 1 : 0,
            // A counter that stays 0 whatever is taken says nothing.
            CpuTimesUnseen = m.Traits.CpuTimesUnseen,
            StealShare = m.Traits.Steals(m.Others.Steal),
            BackgroundShare = m.Traits.Backgrounds(m.Others.Foreign),
            ThrottledPeriods = m.Others.ThrottledPeriods,
            QuotaPeriods = m.Others.QuotaPeriods,
            CanaryRoundsPerUs = m.CpuSpeed?.Together,
            CanaryAloneRoundsPerUs = m.CpuSpeed?.Alone,
            LifeResponsesClient = swarm.Life.Answers,
            LifeResponsesServer = m.IsCounted ? answers : null,
            LifeConnectionsClient = swarm.Life.ConnectionsOpened,
            LifeConnectionsServer = m.IsCounted ? m.Workers.Sum(w => w.Accepted) : null,
            LifeFailedClient = swarm.Life.FailedConnects + swarm.Life.FailedRequests,
            CountsAgree = agree,
            GapP50Ms = restart.GapBound == GapBound.Exact ? restart.GapMs : null,
            GapMaxMs = restart.GapBound == GapBound.Exact ? restart.GapMs : null,
        };
        return new RepeatEvidence
        {
            Row = ResultRows.WithKernel(row, m.Isolated, m.Kernel),
            Kernel = m.Kernel,
            Isolated = m.Isolated,
            Cpus = m.Cpus,
            Occupied = OccupiedCpus.OfTwoLives(m.Cell),
            Traits = m.Traits,
            CpuTimesSeen = m.Others.HasTicks && !m.Traits.Container.HidesCpuTimes,
            Restart = restart,
        }.Judge();
    }

    /// <summary>What became of the last probe is measured, too: an answer that a queue delays, or the loss of its connection.</summary>
    private static double MeasuringS(RestartMeasurement m)
    {
        long endNs = (m.Swarm.Attempts?.EndNs ?? []).Append(m.Swarm.WindowEndNs).Max();
        return m.Cell.Load.Warmup.Seconds + new Duration(endNs - m.Swarm.WindowBeginNs).Seconds;
    }

    private static IEnumerable<TimelineRow> Timeline(string runId, RestartMeasurement m, RestartRow restart) => TimelineRows.Of(
        runId,
        m.Planned.Id,
        m.Repeat,
        RestartTimeline.Thin(m.Swarm.Timeline, m.Cell.Load.Interval.Milliseconds, restart.StopMs!.Value, restart.StopMs + restart.FirstSuccessMs));
}
