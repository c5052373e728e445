using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Restarts;

/// <summary>The server's view of a restart: when its two lives did what. Nanoseconds of CLOCK_MONOTONIC; null for what did not happen.</summary>
internal sealed record ServerTimes
{
    private const int OldLife = 0;
    private const int NewLife = 1;

    public long? StopAskedNs { get; init; }

    public long? LastAcceptNs { get; init; }

    public long? ListenerClosedNs { get; init; }

    public long? DrainedNs { get; init; }

    public int BindAttempts { get; init; }

    /// <summary>Name of the errno of the last bind that failed.</summary>
    public string? BindErrno { get; init; }

    /// <summary>Each attempt, in the order of their times; errno 0 for the one that succeeded.</summary>
    public IReadOnlyList<(long TimeNs, int Errno)> Binds { get; init; } = [];

    /// <summary>The bind that succeeded.</summary>
    public long? BoundNs { get; init; }

    public long? ListeningNs { get; init; }

    public long? FirstAcceptNs { get; init; }

    public long? FirstAnswerNs { get; init; }

    /// <summary>The old listener's queue was not empty when it was closed all the same.</summary>
    public bool IsDrainCut { get; init; }

    /// <summary>When the last of the steps was done that lie between two lives; null without any.</summary>
    public long? OverNs => new[] { ListenerClosedNs, ListeningNs, FirstAnswerNs }.Max();

    /// <param name="events">Of both lives, in any order.</param>
    /// <param name="lastAcceptNs">Of the old life's workers, as they kept it on the page; 0 for none. A killed server logs nothing more.</param>
    public static ServerTimes Of(IReadOnlyList<ServerEvent> events, long lastAcceptNs)
    {
        ServerEvent[] binds = [.. Of(events, NewLife, ServerEventKind.BindAttempt)];
        ServerEvent? failed = binds.Cast<ServerEvent?>().LastOrDefault(e => e!.Value.Errno != 0);
        return new ServerTimes
        {
            StopAskedNs = Time(events, OldLife, ServerEventKind.StopAsked),
            LastAcceptNs = lastAcceptNs == 0 ? null : lastAcceptNs,
            ListenerClosedNs = Time(events, OldLife, ServerEventKind.ListenerClosed),
            DrainedNs = Time(events, OldLife, ServerEventKind.Drained),
            BindAttempts = binds.Length,
            Binds = [.. binds.Select(e => (e.TimeNs, e.Errno))],
            BindErrno = failed is { } last ? new Errno(last.Errno).Name : null,
            BoundNs = binds.Cast<ServerEvent?>().FirstOrDefault(e => e!.Value.Errno == 0)?.TimeNs,
            ListeningNs = Time(events, NewLife, ServerEventKind.Listening),
            FirstAcceptNs = Time(events, NewLife, ServerEventKind.FirstAccept),
            FirstAnswerNs = Time(events, NewLife, ServerEventKind.FirstAnswer),
            IsDrainCut = Time(events, OldLife, ServerEventKind.DrainCut) is not null,
        };
    }

    private static long? Time(IReadOnlyList<ServerEvent> events, int life, ServerEventKind kind) =>
        Of(events, life, kind).Cast<ServerEvent?>().FirstOrDefault()?.TimeNs;

    private static IEnumerable<ServerEvent> Of(IReadOnlyList<ServerEvent> events, int life, ServerEventKind kind) =>
        events.Where(e => e.Generation == life && e.Kind == (int)kind).OrderBy(e => e.TimeNs);
}
