using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>
/// The timeline of a restart by the millisecond where something happens: around the stop and around the return. Between them a wait that
/// fills a minute would be sixty thousand rows of nothing, so there the swarm's intervals are put together.
/// </summary>
internal static class RestartTimeline
{
    /// <summary>After the stop, and before the return.</summary>
    private const double FineMs = 1000;

    private const double CoarseMs = 100;

    /// <param name="points">The swarm's, with equal intervals, from the beginning of its window.</param>
    /// <param name="intervalMs">Their length.</param>
    /// <param name="stopMs">From the beginning of the window.</param>
    /// <param name="returnMs">
    /// When the first attempt succeeded again, likewise; null where none did: then the end is shown by the millisecond too.
    /// </param>
    public static IEnumerable<TimelineInterval> Thin(IReadOnlyList<TimelinePoint> points, double intervalMs, double stopMs, double? returnMs)
    {
        double endMs = points.Count == 0 ? 0 : points[^1].StartMs + intervalMs;
        double fromMs = stopMs + FineMs;
        double toMs = (returnMs ?? endMs) - FineMs;
        List<TimelinePoint> together = [];
        foreach (TimelinePoint point in points)
        {
            bool isBetween = point.StartMs >= fromMs && point.StartMs + intervalMs <= toMs;
            if (together.Count > 0 && (!isBetween || together.Count * intervalMs >= CoarseMs))
            {
                yield return Sum(together, intervalMs);
                together.Clear();
            }

            if (isBetween)
            {
                together.Add(point);
            }
            else
            {
                yield return new TimelineInterval(point, intervalMs);
            }
        }

        if (together.Count > 0)
        {
            yield return Sum(together, intervalMs);
        }
    }

    private static TimelineInterval Sum(List<TimelinePoint> points, double intervalMs) => new(
        new TimelinePoint
        {
            StartMs = points[0].StartMs,
            Requests = points.Sum(p => p.Requests),
            ConnectionsOpened = points.Sum(p => p.ConnectionsOpened),
            Errors = points.Sum(p => p.Errors),
        },
        points.Count * intervalMs);
}

/// <summary>The server's view of a restart: when its two generations did what. Nanoseconds of CLOCK_MONOTONIC; null for what did not happen.</summary>
internal sealed record ServerTimes
{
    public long? StopAskedNs { get; init; }

    public long? LastAcceptNs { get; init; }

    public long? ListenerClosedNs { get; init; }

    public long? DrainedNs { get; init; }

    public int BindAttempts { get; init; }

    /// <summary>Name of the errno of the last bind that failed.</summary>
    public string? BindErrno { get; init; }

    /// <summary>Each attempt, in the order of their times; errno 0 for the one that succeeded.</summary>
    public IReadOnlyList<(long TimeNs, int Errno)> Binds { get; init; } = [];

    /// <summary>The first attempt.</summary>
    public long? FirstBindNs => Binds.Count == 0 ? null : Binds[0].TimeNs;

    /// <summary>The bind that succeeded.</summary>
    public long? BoundNs { get; init; }

    public long? ListeningNs { get; init; }

    public long? FirstAcceptNs { get; init; }

    public long? FirstAnswerNs { get; init; }

    /// <summary>The old server closed before it had answered all that it had accepted, or that was queued for a drain.</summary>
    public bool IsDrainCut { get; init; }

    /// <summary>When a transient member had closed its listener.</summary>
    public long? MemberLeftNs { get; init; }

    /// <summary>When the last of the steps was done that lie between two generations; null without any.</summary>
    public long? OverNs => new[] { ListenerClosedNs, ListeningNs, FirstAnswerNs, MemberLeftNs }.Max();

    /// <param name="events">Of all generations, in any order.</param>
    /// <param name="lastAcceptNs">Of the old generation's workers, as they kept it on the page; 0 for none. A killed server logs nothing more.</param>
    /// <param name="old">The old generation, from 0; the new one is the next.</param>
    public static ServerTimes Of(IReadOnlyList<ServerEvent> events, long lastAcceptNs, int old = 0)
    {
        ServerEvent[] binds = [.. Of(events, old + 1, ServerEventKind.BindAttempt)];
        ServerEvent? failed = binds.Cast<ServerEvent?>().LastOrDefault(e => e!.Value.Errno != 0);
        return new ServerTimes
        {
            StopAskedNs = Time(events, old, ServerEventKind.StopAsked),
            LastAcceptNs = lastAcceptNs == 0 ? null : lastAcceptNs,
            ListenerClosedNs = Time(events, old, ServerEventKind.ListenerClosed),
            DrainedNs = Time(events, old, ServerEventKind.Drained),
            BindAttempts = binds.Length,
            Binds = [.. binds.Select(e => (e.TimeNs, e.Errno))],
            BindErrno = failed is { } last ? new Errno(last.Errno).Name : null,
            BoundNs = binds.Cast<ServerEvent?>().FirstOrDefault(e => e!.Value.Errno == 0)?.TimeNs,
            ListeningNs = Time(events, old + 1, ServerEventKind.Listening),
            FirstAcceptNs = Time(events, old + 1, ServerEventKind.FirstAccept),
            FirstAnswerNs = Time(events, old + 1, ServerEventKind.FirstAnswer),
            IsDrainCut = Time(events, old, ServerEventKind.DrainCut) is not null,
        };
    }

    /// <summary>Of a member that comes and goes while the server stays, which has no times of its own.</summary>
    /// <param name="events">Likewise.</param>
    public static ServerTimes OfMember(IReadOnlyList<ServerEvent> events) => Of([.. events.Where(e => e.Generation == 1)], lastAcceptNs: 0) with
    {
        MemberLeftNs = Time(events, 1, ServerEventKind.ListenerClosed),
    };

    private static long? Time(IReadOnlyList<ServerEvent> events, int generation, ServerEventKind kind) =>
        Of(events, generation, kind).Cast<ServerEvent?>().FirstOrDefault()?.TimeNs;

    private static IEnumerable<ServerEvent> Of(IReadOnlyList<ServerEvent> events, int generation, ServerEventKind kind) =>
        events.Where(e => e.Generation == generation && e.Kind == (int)kind).OrderBy(e => e.TimeNs);
}

/// <summary>
/// What the server's own gap is made of, in ms: the end of the old server, the start of the new program, and the wait for a port that bind(2) is
/// refused. The three together are the gap from the close of the old listener until the new one listens.
/// </summary>
internal sealed record GapParts(double? StopMs, double StartMs, double PortMs)
{
    private const double NsPerMs = 1e6;

    /// <returns>
    /// Null where the successor needed no port of its own, had it before the old one was asked to stop, or never got it: then they are no parts of a
    /// gap.
    /// </returns>
    public static GapParts? Of(ServerTimes server, RestartActs acts)
    {
        long? closedNs = server.ListenerClosedNs ?? acts.GoneNs;
        if (closedNs is not long closed
            || server is not { FirstBindNs: long firstBind, BoundNs: long bound, ListeningNs: long listening }
            || firstBind < closed)
        {
            return null;
        }

        long begunNs = acts.SpawnNs ?? closed;
        double portMs = (bound - firstBind) / NsPerMs;
        return new GapParts(acts.SpawnNs is null ? null : (begunNs - closed) / NsPerMs, ((listening - begunNs) / NsPerMs) - portMs, portMs);
    }
}
