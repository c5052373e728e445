using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>
/// The restarts of the variant <c>restart</c>: the server's events, and the gap that the swarm's timeline shows around each. Only
/// restarts that lie within the measured window are rows.
/// </summary>
internal static class RestartLoopRows
{
    public static IReadOnlyList<RestartRow> Of(string runId, Measurement m)
    {
        if (m.Cell.Server.Variant != Variant.Restart)
        {
            return [];
        }

        RestartSettings settings = m.Cell.Restart ?? new RestartSettings();
        List<RestartRow> rows = [];
        int generations = m.Events.Select(e => e.Generation).DefaultIfEmpty().Max();
        for (int generation = 1; generation <= generations; generation++)
        {
            Timeline events = new([.. m.Events.Where(e => e.Generation == (IsClosing(e) ? generation - 1 : generation))]);
            if (events.TimeOf(ServerEventKind.StopAsked) is not long stop || events.TimeOf(ServerEventKind.ListenerClosed) is not long closed
                || events.TimeOf(ServerEventKind.Listening) is not long listening
                || stop < m.Swarm.WindowBeginNs || closed >= m.Swarm.WindowEndNs)
            {
                continue;
            }

            (double? last, double? first) = SuccessAround(m, stop, events.TimeOf(ServerEventKind.FirstAnswer) ?? listening);
            double interval = m.Cell.Load.Interval.Milliseconds;
            double windowEnd = (m.Swarm.WindowEndNs - stop) / 1e6;
            rows.Add(new RestartRow
            {
                RunId = runId,
                CellId = m.Cell.Id,
                Repeat = m.Repeat,
                Restart = rows.Count + 1,
                RestartMethod = settings.Method,
                RestartStop = settings.Stop,
                RestartScope = RestartScope.Thread,
                RestartLoad = RestartLoad.InFlight,
                // Each answer lies somewhere within its interval.
                GapLowMs = last is double before ? Math.Max(0, (first ?? windowEnd) - before - interval) : null,
                GapMs = first is null ? windowEnd - last - interval : first - last + interval,
                GapBound = last is null ? null : first is null ? GapBound.AtLeast : GapBound.Exact,
                // Either end lies anywhere within its interval: of two neighbours, that it is shorter than both is all that is known.
                GapUncertaintyMs = 2 * interval,
                LastSuccessMs = last,
                FirstSuccessMs = first,
                StopAskedMs = 0,
                LastAcceptMs = events.Since(stop, ServerEventKind.LastAccept),
                ListenerClosedMs = events.Since(stop, ServerEventKind.ListenerClosed),
                ConnectionsClosedMs = events.Since(stop, ServerEventKind.ConnectionsClosed),
                BindAttempts = events.Count(ServerEventKind.BindAttempt),
                BindErrno = events.LastErrno(ServerEventKind.BindAttempt),
                BindRuns = BindRun.Format(BindRun.Of(events.Binds().Select(b => (b.Outcome, (b.TimeNs - stop) / 1e6)))),
                BoundMs = events.Since(stop, ServerEventKind.BindAttempt),
                ListeningMs = events.Since(stop, ServerEventKind.Listening),
                FirstAcceptMs = events.Since(stop, ServerEventKind.FirstAccept),
                FirstResponseMs = events.Since(stop, ServerEventKind.FirstAnswer),
                ServerGapMs = events.Since(stop, ServerEventKind.Listening) - events.Since(stop, ServerEventKind.ListenerClosed),
                TimeWaitBeforeBind = events.DetailOf(ServerEventKind.BindAttempt),
                ConnectionsClosed = events.DetailOf(ServerEventKind.ConnectionsClosed),
                Reason = events.DetailOf(ServerEventKind.BindAttempt) == 0 ? "no TIME_WAIT was left on the port: SO_REUSEADDR had nothing to bind over" : null,
            });
        }

        return rows;
    }

    /// <summary>The steps of a stop belong to the generation that they end, the steps of a start to the one that they begin.</summary>
    private static bool IsClosing(ServerEvent step) => (ServerEventKind)step.Kind
        is ServerEventKind.StopAsked or ServerEventKind.LastAccept or ServerEventKind.ListenerClosed
            or ServerEventKind.ConnectionsClosed or ServerEventKind.Drained;

    /// <summary>
    /// Start of the first interval with an answer that ends after the new generation has answered, and of the last one before it with an answer, in
    /// ms from the stop. Until then it is the old generation that answers, while it closes. An interval that holds both ends of the gap counts as
    /// after it: what it answered cannot be told apart, and the upper end of a gap is never less than two intervals.
    /// </summary>
    private static (double? Last, double? First) SuccessAround(Measurement m, long stopNs, long backNs)
    {
        double stop = (stopNs - m.Swarm.WindowBeginNs) / 1e6;
        double back = (backNs - m.Swarm.WindowBeginNs) / 1e6;
        double width = m.Cell.Load.Interval.Milliseconds;
        TimelinePoint[] answered = [.. m.Swarm.Timeline.Where(p => p.Requests > 0)];
        TimelinePoint? first = answered.FirstOrDefault(p => p.StartMs + width > back);
        TimelinePoint? last = answered.LastOrDefault(p => first is null || p.StartMs < first.StartMs);
        return (last?.StartMs - stop, first?.StartMs - stop);
    }

    private sealed class Timeline(IReadOnlyList<ServerEvent> events)
    {
        public long? TimeOf(ServerEventKind kind) => Find(kind)?.TimeNs;

        public int? DetailOf(ServerEventKind kind) => Find(kind)?.Detail;

        public int Count(ServerEventKind kind) => events.Count(e => e.Kind == (int)kind);

        public IEnumerable<(string Outcome, long TimeNs)> Binds() => events
            .Where(e => e.Kind == (int)ServerEventKind.BindAttempt).OrderBy(e => e.TimeNs)
            .Select(e => (RestartRows.OutcomeOf(e.Errno), e.TimeNs));

        public double? Since(long startNs, ServerEventKind kind) => (TimeOf(kind) - startNs) / 1e6;

        public string? LastErrno(ServerEventKind kind) =>
            events.LastOrDefault(e => e.Kind == (int)kind && e.Errno != 0) is { Errno: not 0 } failed ? new Errno(failed.Errno).Name : null;

        /// <summary>The last of its kind: of several bind attempts, the one that succeeded.</summary>
        private ServerEvent? Find(ServerEventKind kind)
        {
            int index = events.ToList().FindLastIndex(e => e.Kind == (int)kind);
            return index < 0 ? null : events[index];
        }
    }
}
