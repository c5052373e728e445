using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using static ReuseBench.Core.Csv.Better;
using static ReuseBench.Core.Verdicts.Figures;

namespace ReuseBench.Core.Results;

/// <summary>What is known of the end of a restart gap.</summary>
public enum GapBound
{
    /// <summary>Both ends were seen.</summary>
    Exact,

    /// <summary>The wait was given up: the gap is a lower bound.</summary>
    AtLeast,
}

/// <summary>What became of one restart.</summary>
public enum RestartStatus
{
    /// <summary>Also where the wait for the port was given up: the gap is a lower bound.</summary>
    Measured,

    /// <summary>It cannot be had on this host.</summary>
    Skipped,

    /// <summary>It did not run to its end: nothing is known of the gap.</summary>
    Failed,
}

/// <summary>
/// One row of <c>restarts.csv</c>: one restart. Times of the server's view count from the moment the stop was asked for; what did not happen
/// or was not
/// seen is null.
/// </summary>
public sealed record RestartRow : RepeatRow
{
    private const int MostCharacters = 1024 * 1024;

    [Column("Restart of the repeat, from 1.")]
    public int Restart { get; init; }

    [Column("How the server came back.")]
    public RestartMethod RestartMethod { get; init; }

    [Column("How the old server was stopped: graceful or kill.")]
    public StopSignal RestartStop { get; init; }

    [Column("What was restarted: process or thread.")]
    public RestartScope RestartScope { get; init; }

    [Column("What the server had in hand: idle, in-flight, queued, accepted-unsent, or frozen workers.")]
    public RestartLoad RestartLoad { get; init; }

    [Column("Which reload of a server of somebody else; empty for our own.")]
    public string? ServerReload { get; init; }

    [Column("net.ipv4.tcp_migrate_req; empty where it was left alone.")]
    public int? MigrateReq { get; init; }

    [Column("When the stop was asked for, from the beginning of the measured window: where the timeline has it.")]
    public double? StopMs { get; init; }

    [Metric("ms", Lower, Gap,
        "The client's view: the least that connections were lost for, from the start of the first attempt that was lost to that of the last one; 0 "
        + "where at most one was. The true gap lies between this and gap_ms. In the loop the time between two responses, by intervals of the "
        + "timeline. Empty in runs before schema 2.",
        Label = "restart gap, at least")]
    public double? GapLowMs { get; init; }

    [Metric("ms", Lower, Gap,
        "The client's view: the most that connections were lost for, from the start of the last success before to that of the first one after, "
        + "which is up to two probe intervals more than the truth; where the restart timeout ended the wait, a lower bound (gap_low_ms).",
        Label = "restart gap")]
    public double? GapMs { get; init; }

    [Column("exact, or at-least where the restart timeout ended the wait; empty where no gap is known.")]
    public GapBound? GapBound { get; init; }

    [Metric("ms", Lower, Gap,
        "How exactly the gap is known: gap_ms less gap_low_ms, two probe intervals and the generator lag at its ends; where the lag around the "
        + "restart was so long that a longer gap could hide there, that lag and an interval. In the loop an interval of the timeline at each end.")]
    public double? GapUncertaintyMs { get; init; }

    [Column("Time between two probes.")]
    public double? ProbeIntervalMs { get; init; }

    [Column("Client hosts that the probes came from; empty on one machine.")]
    public int? ProbeHosts { get; init; }

    [Column("How exactly the probes' clock is known against the server's, of the worst host, in ms; it is in the bounds of the gap. Empty on one machine.")]
    public double? ClockBoundMs { get; init; }

    [Column("Start of the last success before, from the stop.")]
    public double? LastSuccessMs { get; init; }

    [Column("Start of the first success after, from the stop.")]
    public double? FirstSuccessMs { get; init; }

    [Metric("ms", Lower, Gap,
        "Longest time without a response that reaches beyond the stop: also what a queue hid from the connects; empty where it did not end.",
        Label = "longest time without a response")]
    public double? LongestWithoutResponseMs { get; init; }

    [Metric("count", Neither, Gap,
        "Attempts that were in progress at the stop, or began before service was restored, or failed because of the restart; the following "
        + "counts are of these.")]
    public long? Attempts { get; init; }

    [Metric("count", Lower, Gap, "Connects that were refused.")]
    public long? Refused { get; init; }

    [Metric("count", Lower, Gap, "Connections that were reset.")]
    public long? Reset { get; init; }

    [Metric("count", Lower, Gap, "Attempts that timed out before a connection came about.")]
    public long? TimedOut { get; init; }

    [Metric("count", Lower, Gap,
        "Attempts whose connection stood and that had no response when the client's patience ended: they waited in the queue of a busy server, and "
        + "the restart did not lose them. Runs before schema 2 have them in timed_out.")]
    public long? TimedOutQueued { get; init; }

    [Metric("count", Lower, Gap, "Attempts with a response, but only after a SYN retransmit.")]
    public long? Late { get; init; }

    [Metric("count", Higher, Gap, "Attempts with a response.")]
    public long? Served { get; init; }

    [Metric("count", Lower, Gap, "Attempts that failed otherwise.")]
    public long? FailedOther { get; init; }

    [Metric("count", Neither, Gap, "Requests that had been sent by half (accepted-unsent: not at all) when the stop was asked for; the rest followed.")]
    public long? InFlight { get; init; }

    [Metric("count", Lower, Gap, "Of these, requests that never got a response.")]
    public long? InFlightLost { get; init; }

    [Metric("count", Lower, Gap,
        "Requests on persistent connections, which had carried a response before, that got none from the stop on. Like the two that follow empty where "
        + "each request has a connection of its own.",
        Label = "requests lost on persistent connections")]
    public long? PersistentLost { get; init; }

    [Metric("count", Neither, Gap,
        "Requests whose persistent connection the server had closed before they came there, from the stop on: sent again over a new one, and not lost.",
        Label = "requests sent again over a new connection")]
    public long? SentAgain { get; init; }

    [Metric("count", Neither, Gap, "Connections that clients opened in place of persistent ones, from the stop on; with churn:N also those that are due.")]
    public long? Reconnects { get; init; }

    [Column("The server's view: when it learnt of the stop.")]
    public double? StopAskedMs { get; init; }

    [Column("Last accept of the old server.")]
    public double? LastAcceptMs { get; init; }

    [Column("The old listener was closed.")]
    public double? ListenerClosedMs { get; init; }

    [Column("The last connection of the old server was closed.")]
    public double? ConnectionsClosedMs { get; init; }

    [Column("A transient member of the group had closed its listener, from when it was told to begin.")]
    public double? MemberLeftMs { get; init; }

    [Column("The old process was gone.")]
    public double? ProcessGoneMs { get; init; }

    [Column("The new process was told to begin: where ready_beforehand is not yes, it was started then.")]
    public double? ProcessStartedMs { get; init; }

    [Column("yes where the new process had been started before the stop and was ready but for its listener; empty within one process, and in runs that "
        + "started it then: the start of a .NET process is in their gap_start_ms.")]
    public bool? ReadyBeforehand { get; init; }

    [Metric("count", Lower, Gap, "bind(2) calls of the new server.")]
    public int? BindAttempts { get; init; }

    [Column("Name of the errno of the last failed bind.")]
    public string? BindErrno { get; init; }

    [Column(
        "Every bind attempt with its result, equal ones in a row put together: OUTCOME*COUNT@FIRST..LAST in ms, separated by semicolons.",
        MaxLength = MostCharacters)]
    public string? BindRuns { get; init; }

    [Column("The new server was bound.")]
    public double? BoundMs { get; init; }

    [Column("The new server listened.")]
    public double? ListeningMs { get; init; }

    [Column("First accept of the new server.")]
    public double? FirstAcceptMs { get; init; }

    [Column("First response of the new server.")]
    public double? FirstResponseMs { get; init; }

    [Metric("ms", Lower, Gap, "The server's own gap: from the close of the old listener until the new one listens.", Label = "server's own gap")]
    public double? ServerGapMs { get; init; }

    [Metric("ms", Lower, Gap,
        "Of the server's own gap: from the close of the old listener until the new process was told to begin. Like the two that follow empty where the new "
        + "server listened before the old one stopped, or needed no bind; in one process there is no such part.",
        Label = "gap: end of the old server")]
    public double? GapStopMs { get; init; }

    [Metric("ms", Lower, Gap,
        "Of the server's own gap: from the word to begin to the first bind, and from the bind that succeeded until the server listened. It is "
        + "start_delay_ms and a millisecond or so where the process was ready beforehand (ready_beforehand), and belongs to the program, not to the "
        + "restart method.",
        Label = "gap: start of the program")]
    public double? GapStartMs { get; init; }

    [Metric("ms", Lower, Gap,
        "Of the server's own gap: from the first bind until one succeeded, 0 where the first did.",
        Label = "gap: wait for the port")]
    public double? GapPortMs { get; init; }

    [Metric("count", Neither, Gap,
        "Sockets in TIME_WAIT on the port: just before the bind where they keep it from succeeding, otherwise just after it, so that counting does "
        + "not lengthen the gap.")]
    public long? TimeWaitBeforeBind { get; init; }

    [Metric("count", Neither, Gap, "Connections that the old server closed.")]
    public long? ConnectionsClosed { get; init; }

    [Metric("count", Lower, Gap,
        "Connections dropped because an accept queue was full (TcpExt ListenOverflows), from just before the stop to the end; empty "
        + "without a network namespace of its own.")]
    public long? ListenOverflows { get; init; }

    [Metric("count", Lower, Gap, "SYN and SYN-ACK segments sent again (TcpExt TCPSynRetrans); likewise.", Label = "kernel SYN retransmits")]
    public long? KernelSynRetransmits { get; init; }

    [Metric("count", Higher, Gap, "Queued connections that the kernel moved to another listener (TCPMigrateReqSuccess); likewise.")]
    public long? MigrateSuccess { get; init; }

    [Metric("count", Lower, Gap, "Queued connections that could not be moved (TCPMigrateReqFailure); likewise.")]
    public long? MigrateFailure { get; init; }

    [Column("measured, skipped (not possible on this host) or failed (it did not run to its end).")]
    public RestartStatus Status { get; init; }

    [Column("Why it was skipped or failed, why the wait was ended, or what else is to be known.")]
    public string? Reason { get; init; }
}
