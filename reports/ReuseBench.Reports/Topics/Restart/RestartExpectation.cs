using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Topics.Restart;

/// <summary>
/// What a restart method should cost by the rules of the kernel, and whether a restart that was measured did. It is held against each
/// restart, so that a report can say where measurement and expectation part.
/// </summary>
/// <param name="Words">The expectation, one clause.</param>
/// <param name="Differences">Of one restart: what is not so, one clause each.</param>
public sealed record RestartExpectation(string Words, Func<RestartRow, IEnumerable<string>> Differences)
{
    /// <summary>
    /// TCP_TIMEWAIT_LEN is 60 s from the last close, include/net/tcp.h; the drain of a graceful stop and the start of the successor lie around
    /// it.
    /// </summary>
    private const double TimeWaitLeastMs = 57_000;
    private const double TimeWaitMostMs = 66_000;

    /// <summary>
    /// A probe is refused until listen(2) and served from then on: what is left between both is the lag and the interval of the probes.
    /// </summary>
    private const double ListeningSlackMs = 2;

    /// <returns>Null for the loop within one process, and for names that this version does not know.</returns>
    /// <param name="row">Of the cell, for its settings.</param>
    /// <param name="workers">Serving threads: each may have one connection in hand when it is killed.</param>
    /// <param name="after">Serving threads after a resize; null elsewhere.</param>
    public static RestartExpectation? Of(RestartRow row, int workers, int? after = null)
    {
        RestartMethod method = row.RestartMethod;
        if (method == RestartMethod.Loop)
        {
            return null;
        }

        bool isKill = row.RestartStop == StopSignal.Kill;
        bool isQueued = row.RestartLoad == RestartLoad.Queued;
        return method switch
        {
            RestartMethod.None => new("down for about 60 s, while TIME_WAIT holds the port", HeldByTimeWait),
            RestartMethod.NoneSameTuples => new("down until the probes have ended the TIME_WAITs that they hit, well under 60 s", EndedByProbes),
            RestartMethod.Reuseaddr => Down(isKill, isQueued, row),
            RestartMethod.ReuseportOverlap when isKill => Down(isKill, isQueued, row),
            RestartMethod.ReuseportOverlap when row.MigrateReq == 1 => new("nothing lost: what is queued moves to the new process", NothingLost),
            RestartMethod.ReuseportOverlap when isQueued => new("nobody refused, and what is queued on the closed listener reset", r =>
                [.. NobodyRefused(r), .. QueueReset(r)]),
            RestartMethod.ReuseportOverlap => new("nobody refused; a connection that is queued at the close would be reset", NobodyRefused),
            RestartMethod.Handoff or RestartMethod.SocketActivation when isKill => new(
                "nothing that is queued is lost, only what is in hand is reset", r => OnlyInHand(r, workers)),
            RestartMethod.Handoff or RestartMethod.SocketActivation => new("nothing lost: the queue outlives the old server", NothingLost),
            RestartMethod.ReuseportDrain => new("nothing lost", NothingLost),
            RestartMethod.Resize when after > workers => new("nothing lost: every listener stays, and others join", NothingLost),
            RestartMethod.Resize when row.MigrateReq == 1 => new("nothing lost: what is queued moves to the listeners that stay", NothingLost),
            RestartMethod.Resize when isQueued => new("nobody refused, and what is queued on the listeners that close reset", r =>
                [.. NobodyRefused(r), .. QueueReset(r)]),
            RestartMethod.Resize => new("nobody refused; a connection that is queued on a listener that closes would be reset", NobodyRefused),
            RestartMethod.Transient when row.MigrateReq == 1 => new("nothing lost: what is queued on the member moves to the server", NothingLost),
            RestartMethod.Transient => new("nobody refused, and what is queued on the member when it leaves reset", r =>
                [.. NobodyRefused(r), .. QueueReset(r)]),
            _ => null,
        };
    }

    /// <summary>Whether the restart can tell: a wait that was cut off cannot show how long it would have been.</summary>
    public static bool Tells(RestartRow row) => row.GapMs is not null && row.GapBound != GapBound.AtLeast;

    private static RestartExpectation Down(bool isKill, bool isQueued, RestartRow row)
    {
        string start = row.RestartScope == RestartScope.Thread ? "for the moment between close and listen" : "for the start of a "
            + "process and no longer";
        string queue = isQueued ? "; what is queued is reset" : "";
        return new(
            $"down {start}{queue}{(isKill ? ", and what is in hand" : "")}",
            r => [.. BoundAtOnce(r), .. isQueued ? QueueReset(r) : [], .. isKill ? [] : InFlightKept(r)]);
    }

    private static IEnumerable<string> HeldByTimeWait(RestartRow row)
    {
        if (row.GapMs < TimeWaitLeastMs || row.GapMs > TimeWaitMostMs)
        {
            yield return Say($"the gap was {row.GapMs / 1000:0.##} s");
        }
    }

    private static IEnumerable<string> EndedByProbes(RestartRow row)
    {
        if (row.GapMs >= TimeWaitLeastMs)
        {
            yield return Say($"the gap was {row.GapMs / 1000:0.##} s, as long as TIME_WAIT lasts");
        }
    }

    private static IEnumerable<string> BoundAtOnce(RestartRow row)
    {
        if (row.BindErrno is { } errno)
        {
            yield return $"bind(2) failed with {errno} at first";
        }

        double slackMs = ListeningSlackMs + (row.GapUncertaintyMs ?? 0);
        if (row.FirstSuccessMs - row.ListeningMs > slackMs)
        {
            yield return Say($"service came back {row.FirstSuccessMs - row.ListeningMs:0.#} ms after the new process listened");
        }
    }

    private static IEnumerable<string> QueueReset(RestartRow row)
    {
        if (row.Reset == 0)
        {
            yield return "nothing was reset";
        }
    }

    private static IEnumerable<string> NobodyRefused(RestartRow row) =>
        [.. Count(row.Refused, "refused"), .. Count(row.TimedOut, "timed out"), .. Count(row.FailedOther, "failed otherwise"), .. InFlightKept(row)];

    private static IEnumerable<string> NothingLost(RestartRow row) => [.. NobodyRefused(row), .. Count(row.Reset, "reset")];

    private static IEnumerable<string> InFlightKept(RestartRow row) => Count(row.InFlightLost, "in flight without a response");

    private static IEnumerable<string> OnlyInHand(RestartRow row, int workers) =>
    [
        .. Count(row.Refused, "refused"), .. Count(row.TimedOut, "timed out"), .. Count(row.FailedOther, "failed otherwise"),
        .. row.Reset > workers ? Count(row.Reset, $"reset, more than the {workers} that the workers had in hand") : [],
    ];

    private static IEnumerable<string> Count(long? count, string what) => count > 0 ? [$"{count} {what}"] : [];

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Why each restart method loses what it loses: the kernel's rules, which hold whether or not a run shows them.</summary>
internal static class RestartWords
{
    /// <returns>One sentence or two.</returns>
    public static string RuleOf(RestartMethod method) => method switch
    {
        RestartMethod.Loop => "loop: closing the only listener resets what is queued on it; until the next listen(2) the kernel responds to a "
            + "SYN with RST.",
        RestartMethod.None => "none: without SO_REUSEADDR bind(2) fails with EADDRINUSE while a connection of the old server is in TIME_WAIT, "
            + "60 s from its close; a SYN to a port without a listener gets a RST.",
        RestartMethod.NoneSameTuples => "none-same-tuples: a SYN onto the address and port that a TIME_WAIT remembers draws an ACK; the "
            + "client does not know of the connection and sends RST, and that ends the TIME_WAIT: the clients free the port themselves.",
        RestartMethod.Reuseaddr => "reuseaddr: with SO_REUSEADDR on the old listener and the new one, bind(2) goes over TIME_WAITs. Closing "
            + "the only listener resets what is queued on it; a SYN while nobody listens gets a RST.",
        RestartMethod.ReuseportOverlap => "reuseport-overlap: members of one SO_REUSEPORT group have a queue each. With both listening no SYN "
            + "is refused; closing one resets its queue, unless tcp_migrate_req moves it to the others. After SIGKILL no other member is there.",
        RestartMethod.Handoff => "handoff: a descriptor sent by SCM_RIGHTS is the same listening socket, with its queue; it is closed when "
            + "its last owner closes it. Where a supervisor keeps a copy, connections wait in the queue while no server runs.",
        RestartMethod.SocketActivation => "socket-activation: the supervisor owns the listening socket from the start (LISTEN_FDS), so "
            + "connections wait in its queue whatever its servers do. A queue that overflows meanwhile drops SYNs.",
        RestartMethod.Resize => "resize: a SYN goes to one of the listeners that the group has at that moment, and waits in its queue for its own worker. "
            + "Closing one resets its queue, unless tcp_migrate_req moves it; listeners that join take nothing from those that are there.",
        RestartMethod.Transient => "transient: a member of a SO_REUSEPORT group gets its share of the connections from its listen(2) on, whether or not "
            + "it accepts; what is in its queue when it closes is reset, unless tcp_migrate_req moves it to the others.",
        RestartMethod.ReuseportDrain => "reuseport-drain: the selector of a group decides for each SYN, so that the old listener gets no new "
            + "handshake; one that had begun belongs to it until its last ACK. A queue that is accepted until EAGAIN after that is empty for good.",
        RestartMethod.Reload => "reload: each server of somebody else has its own way. A listener that one of its processes closes resets what is queued on "
            + "it, unless another socket of its SO_REUSEPORT group is open and tcp_migrate_req moves it there.",
        _ => "",
    };
}
