using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

namespace ReuseBench.Reports.Topics.Restart;

/// <summary>
/// What a restart method should cost by the rules of the kernel, and whether a restart that was measured did. It is held against each
/// restart, so that a report can say where measurement and expectation part.
/// </summary>
/// <param name="Words">The expectation, one clause.</param>
/// <param name="Differences">Of one restart: what is not so, one clause each.</param>
public sealed record RestartExpectation(string Words, Func<RestartRow, IEnumerable<string>> Differences)
{
    /// <summary>TCP_TIMEWAIT_LEN is 60 s from the last close, include/net/tcp.h; the drain of a graceful stop and the start of the successor lie around it.</summary>
    private const double TimeWaitLeastMs = 57_000;
    private const double TimeWaitMostMs = 66_000;

    /// <summary>A probe is refused until listen(2) and served from then on: what is left between both is the lag and the interval of the probes.</summary>
    private const double ListeningSlackMs = 2;

    private const string AtLeast = GapSummary.AtLeast;

    /// <returns>Null for the loop within one process, and for names that this version does not know.</returns>
    /// <param name="row">Of the cell, for its settings.</param>
    /// <param name="workers">Serving threads: each may have one connection in hand when it is killed.</param>
    public static RestartExpectation? Of(RestartRow row, int workers)
    {
        if (!Names.TryParse(row.RestartMethod, out RestartMethod way) || !Names.TryParse(row.RestartStop, out StopSignal stop) || way == RestartMethod.Loop)
        {
            return null;
        }

        bool isKill = stop == StopSignal.Kill;
        bool isQueued = row.RestartLoad == Names.Of(RestartLoad.Queued);
        return way switch
        {
            RestartMethod.None => new("down for about 60 s, while TIME_WAIT holds the port", HeldByTimeWait),
            RestartMethod.NoneSameTuples => new("down until the probes have ended the TIME_WAITs that they hit, well under 60 s", EndedByProbes),
            RestartMethod.Reuseaddr => Down(isKill, isQueued, row),
            RestartMethod.ReuseportOverlap when isKill => Down(isKill, isQueued, row),
            RestartMethod.ReuseportOverlap when row.MigrateReq == 1 => new("nothing lost: what is queued moves to the successor", NothingLost),
            RestartMethod.ReuseportOverlap when isQueued => new("nobody refused, and what is queued on the closed listener reset", r => [.. NobodyRefused(r), .. QueueReset(r)]),
            RestartMethod.ReuseportOverlap => new("nobody refused; a connection that is queued at the close would be reset", NobodyRefused),
            RestartMethod.Handoff or RestartMethod.SocketActivation when isKill => new(
                "nothing that is queued is lost, only what is in hand is reset", r => OnlyInHand(r, workers)),
            RestartMethod.Handoff or RestartMethod.SocketActivation => new("nothing lost: the queue outlives the old server", NothingLost),
            RestartMethod.ReuseportDrain => new("nothing lost", NothingLost),
            _ => null,
        };
    }

    /// <summary>Whether the restart can tell: a wait that was cut off cannot show how long it would have been.</summary>
    public static bool Tells(RestartRow row) => row.GapMs is not null && row.GapBound != AtLeast;

    private static RestartExpectation Down(bool isKill, bool isQueued, RestartRow row)
    {
        string start = row.RestartScope == Names.Of(RestartScope.Thread) ? "for the moment between close and listen" : "for the start of a process and no longer";
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
            yield return Say($"service came back {row.FirstSuccessMs - row.ListeningMs:0.#} ms after the successor listened");
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

    private static IEnumerable<string> InFlightKept(RestartRow row) => Count(row.InFlightLost, "in flight never answered");

    private static IEnumerable<string> OnlyInHand(RestartRow row, int workers) =>
    [
        .. Count(row.Refused, "refused"), .. Count(row.TimedOut, "timed out"), .. Count(row.FailedOther, "failed otherwise"),
        .. row.Reset > workers ? Count(row.Reset, $"reset, more than the {workers} that the workers had in hand") : [],
    ];

    private static IEnumerable<string> Count(long? count, string what) => count > 0 ? [$"{count} {what}"] : [];

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
