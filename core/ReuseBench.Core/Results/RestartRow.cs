using CsvHelper;

namespace ReuseBench.Core.Results;

/// <summary>
/// One row of <c>restarts.csv</c>: one restart. Times named <c>…_ms</c> of the server's view count from the moment the stop was
/// asked for; what did not happen or was not seen is null.
/// </summary>
[CsvRecord]
public sealed partial record RestartRow : IRepeatRow
{
    public int SchemaVersion { get; init; } = Schema.Version;

    public string RunId { get; init; } = "";

    public string CellId { get; init; } = "";

    public int Repeat { get; init; }

    /// <summary>From 1 within the repeat.</summary>
    public int Restart { get; init; }

    public string RestartMethod { get; init; } = "";

    public string RestartStop { get; init; } = "";

    public string RestartScope { get; init; } = "";

    public string RestartLoad { get; init; } = "";

    public int? MigrateReq { get; init; }

    /// <summary>When the stop was asked for, from the beginning of the measured window: where the timeline has it.</summary>
    public double? StopMs { get; init; }

    /// <summary>The client's view: intended (or actual) start of the first success after, less that of the last success before.</summary>
    public double? GapMs { get; init; }

    /// <summary><c>exact</c>, or <c>at-least</c> where the wait was given up.</summary>
    public string? GapBound { get; init; }

    /// <summary>
    /// One probe interval and what the swarm lagged at the ends of the gap; where it lagged so much elsewhere around the restart that a
    /// longer gap could hide there, that lag. In the loop one interval of the timeline.
    /// </summary>
    public double? GapUncertaintyMs { get; init; }

    public double? ProbeIntervalMs { get; init; }

    /// <summary>Start of the last success before and the first success after, from the stop.</summary>
    public double? LastSuccessMs { get; init; }

    public double? FirstSuccessMs { get; init; }

    /// <summary>Longest time between two answers that reaches beyond the stop: also what a queue hid from the connects; null where it did not end.</summary>
    public double? SilenceMs { get; init; }

    /// <summary>
    /// Attempts that were under way at the stop, or began before service was restored, or that the restart made fail; the counts that follow
    /// are of these.
    /// </summary>
    public long? Attempts { get; init; }

    public long? Refused { get; init; }

    public long? Reset { get; init; }

    public long? TimedOut { get; init; }

    /// <summary>Answered, but only after a SYN retransmit.</summary>
    public long? Late { get; init; }

    public long? Served { get; init; }

    public long? FailedOther { get; init; }

    /// <summary>Requests that had been sent by half when the stop was asked for; the rest followed.</summary>
    public long? InFlight { get; init; }

    /// <summary>Of these, never answered.</summary>
    public long? InFlightLost { get; init; }

    /// <summary>The server's view.</summary>
    public double? StopAskedMs { get; init; }

    public double? LastAcceptMs { get; init; }

    public double? ListenerClosedMs { get; init; }

    public double? ConnectionsClosedMs { get; init; }

    public double? ProcessGoneMs { get; init; }

    public double? ProcessStartedMs { get; init; }

    public int? BindAttempts { get; init; }

    /// <summary>Name of the errno of the last failed bind.</summary>
    public string? BindErrno { get; init; }

    /// <summary>
    /// Every bind attempt with its errno, alike ones in a row put together: <see cref="Results.BindRun"/>. Null in tables from before there was
    /// such a thing.
    /// </summary>
    [CsvColumn("bind_runs", Optional = true)]
    public string? BindRuns { get; init; }

    public double? BoundMs { get; init; }

    public double? ListeningMs { get; init; }

    public double? FirstAcceptMs { get; init; }

    public double? FirstAnswerMs { get; init; }

    /// <summary>The server's own gap: from the listener's close to listening again.</summary>
    public double? ServerGapMs { get; init; }

    /// <summary>The kernel's view: sockets in TIME_WAIT on the port just before the bind; in the loop just after it, so that counting does not lengthen the gap.</summary>
    public long? TimeWaitBeforeBind { get; init; }

    public long? ConnectionsClosed { get; init; }

    /// <summary>
    /// Not measured, always null: the probes close with RST in the same namespace, and the kernel does not count those apart. Taking one off
    /// for each answered probe was tried: the rest was off by up to 31 where the swarm lagged while the counter was read.
    /// </summary>
    public long? KernelResetsSent { get; init; }

    public long? ListenOverflows { get; init; }

    public long? MigrateSuccess { get; init; }

    public long? MigrateFailure { get; init; }

    /// <summary>
    /// <c>measured</c>; <c>skipped</c>: it cannot be had here; <c>failed</c>: it did not run to its end, so that nothing is known of the gap.
    /// A wait for the port that was given up is measured: its gap is a lower bound.
    /// </summary>
    public string Status { get; init; } = "measured";

    /// <summary>Why it was skipped or failed, why the wait was given up, or what else is to be known of this restart.</summary>
    public string? Reason { get; init; }
}
