using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>
/// What is left open of a gap that was seen from other hosts, whose clocks are known to within a bound. One host's attempts are on one clock, so that
/// the bound only leaves open on which side of the stop some of them were. Those of several are on as many clocks: two may be apart by twice the bound
/// more or less than it seems, and the gap by as much.
/// </summary>
/// <param name="Hosts">That the probes came from; 0 where they came from this one.</param>
/// <param name="BoundMs">Of the worst host.</param>
/// <param name="ApartMs">So much longer than a probe interval nobody may have knocked: hosts that take turns began apart by as much.</param>
internal readonly record struct ClockDoubt(int Hosts, double BoundMs, double ApartMs)
{
    /// <summary>Of the gap's length, either way.</summary>
    private double OfLengthMs => Hosts > 1 ? 2 * BoundMs : 0;

    /// <summary>Of the distance between the most and the least that the gap can have lasted.</summary>
    public double OfWidthMs => Hosts > 1 ? 2 * OfLengthMs : Hosts * BoundMs;

    private long BoundNs => (long)Math.Ceiling(BoundMs * 1e6);

    /// <summary>As <see cref="GapFinder.Find"/>, with a restart as long as the probes' clocks may have it: none that it made fail is left out.</summary>
    /// <inheritdoc cref="GapFinder.Find"/>
    public Gap Find(IEnumerable<Attempt> attempts, long stopNs, long overNs) => GapFinder.Find(attempts, stopNs - BoundNs, overNs + BoundNs);

    /// <param name="hosts">What they had to do with the repeat; null on one machine.</param>
    public static ClockDoubt Of(HostsOfRepeat? hosts) => hosts is null
        ? default
        : new ClockDoubt(hosts.Swarms.Count, hosts.ClockBoundUs / 1e3, hosts.Swarms.Count > 1 ? hosts.StartSpreadUs / 1e3 : 0);

    public double? Least(double? gapMs) => gapMs is double known ? Math.Max(0, known - OfLengthMs) : null;

    public double? Most(double? gapMs) => gapMs + OfLengthMs;
}

/// <summary>The rows of one restart in <c>restarts.csv</c>, <c>results.csv</c> and <c>timeline.csv</c>.</summary>
internal static class RestartRows
{
    private const double NsPerMs = 1e6;

    /// <summary>Before each but the first of several stops: probes from then on are about that restart, and those before about the one before it.</summary>
    private const long LeadNs = 250_000_000;

    public static MeasuredRows Of(string runId, RestartMeasurement m)
    {
        RestartRow[] restarts = [.. m.All.Select((_, index) => Restart(runId, m, index))];
        return new MeasuredRows(Result(runId, m, restarts), [.. restarts, .. Timeline(runId, m, restarts), .. m.Hosts?.Rows ?? []]);
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

    /// <param name="runId">Of the run.</param>
    /// <param name="m">Of the repeat.</param>
    /// <param name="index">Of the restart in it, from 0; as many generations are gone before it.</param>
    private static RestartRow Restart(string runId, RestartMeasurement m, int index)
    {
        RestartActs acts = m.All[index];
        long fromNs = index == 0 ? long.MinValue : acts.StopNs - LeadNs;
        long untilNs = index == m.Later.Count ? long.MaxValue : m.Later[index].StopNs - LeadNs;
        KernelCounts kernel = acts.Kernel ?? m.Kernel;
        int newWorkers = RestartRules.WorkersAfter(m.Cell);
        IEnumerable<WorkerCounters> old = index == 0
            ? m.Workers.Take(m.Cell.Server.Workers)
            : m.Workers.Skip(m.Cell.Server.Workers + ((index - 1) * newWorkers)).Take(newWorkers);
        ServerTimes server = RestartRules.ServerStays(m.Planned.Restart!.Method)
            ? ServerTimes.OfMember(m.Events)
            : ServerTimes.Of(m.Events, old.Select(w => w.LastAcceptNs).DefaultIfEmpty().Max(), index);
        AttemptColumns attempts = m.Swarm.Attempts ?? new AttemptColumns();
        PersistentCounts? persistent = m.Cell.Load.Workload.IsConnect ? null : PersistentCounts.Of(attempts, acts.StopNs, fromNs, untilNs);
        long overNs = Math.Max(server.OverNs ?? acts.StopNs, acts.GoneNs ?? acts.StopNs);
        ClockDoubt doubt = ClockDoubt.Of(m.Hosts);
        Gap gap = doubt.Find(
            Attempt.Of(attempts, acts.NeverBack is null).Where(a => a.IntendedNs >= fromNs && a.IntendedNs < untilNs), acts.StopNs, overNs);
        GapParts? parts = GapParts.Of(server, acts);
        double interval = 1000 / RestartLoadSettings.RateOf(m.Planned);
        return Settings(runId, m.Planned, m.Repeat) with
        {
            Restart = index + 1,
            StopMs = (acts.StopNs - m.Swarm.WindowBeginNs) / NsPerMs,
            GapLowMs = doubt.Least(gap.LeastNs / NsPerMs),
            GapMs = gap.IsCensored ? doubt.Least(gap.LengthNs / NsPerMs) : doubt.Most(gap.LengthNs / NsPerMs),
            GapBound = gap.LengthNs is null ? null : gap.IsCensored ? GapBound.AtLeast : GapBound.Exact,
            GapUncertaintyMs = UncertaintyMs(gap, interval + doubt.ApartMs) + doubt.OfWidthMs,
            ProbeIntervalMs = interval,
            ProbeHosts = m.Hosts is null ? null : doubt.Hosts,
            ClockBoundMs = m.Hosts is null ? null : doubt.BoundMs,
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
            PersistentLost = persistent?.Lost,
            SentAgain = persistent?.SentAgain,
            Reconnects = persistent?.Reconnects,
            StopAskedMs = Since(server.StopAskedNs),
            LastAcceptMs = Since(server.LastAcceptNs),
            ListenerClosedMs = Since(server.ListenerClosedNs),
            ConnectionsClosedMs = Since(server.DrainedNs),
            MemberLeftMs = Since(server.MemberLeftNs),
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
            ListenOverflows = m.Isolated ? kernel.ListenOverflows : null,
            KernelSynRetransmits = m.Isolated ? kernel.SynRetransmits : null,
            MigrateSuccess = m.Isolated ? kernel.MigrateSuccess : null,
            MigrateFailure = m.Isolated ? kernel.MigrateFailure : null,
            Status = RestartStatus.Measured,
            Reason = ReasonOf(m, acts, server),
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

    private static string? ReasonOf(RestartMeasurement m, RestartActs acts, ServerTimes server)
    {
        string?[] reasons =
        [
            m.Reloaded is { OverNs: null } slow
                ? $"the reload {slow.Reload} was not over within {m.Planned.Restart!.Timeout}: processes that it replaces were left; see restart_timeout"
                : acts.NeverBack is { } why ? $"the server did not come back within {m.Planned.Restart!.Timeout}: {why}" : null,
            server.IsDrainCut ? "the old server's patience ended before it had answered all that waited; what was left was closed" : null,
            .. RestartCounts.Of(m).Differences,
        ];
        string text = string.Join("; ", reasons.OfType<string>());
        return text.Length == 0 ? null : text;
    }

    private static ResultRow Result(string runId, RestartMeasurement m, IReadOnlyList<RestartRow> restarts)
    {
        // One that did not end makes middle and end bounds, which a number cannot say.
        Sample? gaps = restarts.All(r => r.GapBound == GapBound.Exact) ? Sample.Of(restarts.Select(r => r.GapMs).OfType<double>()) : null;
        LoadDocument swarm = m.Swarm;
        RestartCounts counts = RestartCounts.Of(m);
        ResultRow row = ResultRows.Settings(runId, m.Cell, m.Repeat, swarm.Seed, swarm) with
        {
            CellId = m.Planned.Id,
            Isolation = ResultRows.IsolationOf(m.Isolated),
            ServerVersion = m.Program?.Program,
            Listeners = m.Program?.Listeners ?? m.Cell.Server.Listeners,
            ListenersMeant = m.Program?.ListenersMeant,
            StartedUtc = m.StartedUtc.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
            MeasuringS = MeasuringS(m),
            Restarts = restarts.Count(r => r.GapBound == GapBound.Exact),
            // A counter that stays 0 whatever is taken says nothing.
            CpuTimesUnseen = m.Traits.CpuTimesUnseen,
            StealShare = m.Traits.Steals(m.Others.Steal),
            BackgroundShare = m.Traits.Backgrounds(m.Others.Foreign),
            ThrottledPeriods = m.Others.ThrottledPeriods,
            QuotaPeriods = m.Others.QuotaPeriods,
            CanaryRoundsPerUs = m.CpuSpeed?.Together,
            CanaryAloneRoundsPerUs = m.CpuSpeed?.Alone,
            LifeResponsesClient = swarm.Life.Answers,
            LifeResponsesServer = counts.Answers,
            LifeConnectionsClient = swarm.Life.ConnectionsOpened,
            LifeConnectionsServer = counts.Accepted,
            LifeConnectionsKernel = counts.KernelConnections,
            LifeConnectionsClientIpv6 = swarm.Life.ConnectionsOpenedIpv6,
            LifeConnectionsServerIpv6 = swarm.Life.ConnectionsOpenedIpv6 is null ? null : m.Workers.Sum(w => w.AcceptedIpv6),
            LifeFailedClient = swarm.Life.FailedConnects + swarm.Life.FailedRequests,
            CountsAgree = counts.Agree,
            AcceptsUntold = m.Stats is { } stats ? ResultRows.Untold(m.Planned, m.Isolated, stats) : null,
            GapP50Ms = gaps?.Median,
            GapMaxMs = gaps?.Max,
        };
        row = ResultRows.WithHosts(row, m.Hosts);
        return new RepeatEvidence
        {
            Row = ResultRows.WithClientHosts(ResultRows.WithKernel(row, m.Isolated, m.Kernel), m.Hosts?.Sights ?? []),
            Kernel = m.Kernel,
            Isolated = m.Isolated,
            Cpus = m.Cpus,
            Occupied = OccupiedCpus.OfAllServers(m.Cell),
            Traits = m.Hosts is { } others ? m.Traits with { NanosecondPacing = others.NanosecondPacing } : m.Traits,
            Hosts = m.Hosts,
            LastingCpuSpeed = m.Hosts?.CpuSpeed,
            CpuTimesSeen = m.Others.HasTicks && !m.Traits.Container.HidesCpuTimes && m.Hosts?.CpuTimesSeen != false,
            Restart = restarts.MaxBy(r => r.GapUncertaintyMs),
        }.Judge();
    }

    /// <summary>What became of the last probe is measured, too: an answer that a queue delays, or the loss of its connection.</summary>
    private static double MeasuringS(RestartMeasurement m)
    {
        long endNs = (m.Swarm.Attempts?.EndNs ?? []).Append(m.Swarm.WindowEndNs).Max();
        return m.Cell.Load.Warmup.Seconds + new Duration(endNs - m.Swarm.WindowBeginNs).Seconds;
    }

    /// <summary>Of several restarts in a row none waits for long, so that nothing between them is put together.</summary>
    private static IEnumerable<TimelineRow> Timeline(string runId, RestartMeasurement m, IReadOnlyList<RestartRow> restarts)
    {
        double intervalMs = m.Cell.Load.Interval.Milliseconds;
        return TimelineRows.Of(runId, m.Planned.Id, m.Repeat, restarts is [var only]
            ? RestartTimeline.Thin(m.Swarm.Timeline, intervalMs, only.StopMs!.Value, only.StopMs + only.FirstSuccessMs)
            : m.Swarm.Timeline.Select(point => new TimelineInterval(point, intervalMs)));
    }
}
