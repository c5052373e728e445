using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Restart;

/// <summary>What some restarts lost, summed over them, in the classes of the client's errno.</summary>
/// <param name="Restarts">How many were counted.</param>
/// <param name="Touched">Attempts that were in progress at the stop, began before service was restored, or failed by the restart.</param>
/// <param name="Refused">ECONNREFUSED.</param>
/// <param name="Reset">ECONNRESET, EPIPE, or the end of the stream before an answer.</param>
/// <param name="TimedOut">No connection within the timeout.</param>
/// <param name="TimedOutQueued">A connection, but no answer within the timeout: it waited in the queue; not lost.</param>
/// <param name="Other">Any other failure.</param>
/// <param name="Late">Answered after a SYN retransmit; not lost.</param>
/// <param name="InFlight">Requests sent by half before the stop.</param>
/// <param name="InFlightLost">Of these, never answered.</param>
public sealed record RestartLoss(
    int Restarts, long Touched, long Refused, long Reset, long TimedOut, long TimedOutQueued, long Other, long Late, long InFlight, long InFlightLost)
{
    /// <summary>Probes that failed, and requests in flight that were not answered.</summary>
    public long Lost => Refused + Reset + TimedOut + Other + InFlightLost;

    /// <returns>Null where none of them counted its attempts.</returns>
    public static RestartLoss? Of(IEnumerable<RestartRow> rows)
    {
        RestartRow[] counted = [.. rows.Where(r => r.Attempts is not null)];
        return counted.Length == 0
            ? null
            : new RestartLoss(
                counted.Length,
                Sum(counted, r => r.Attempts),
                Sum(counted, r => r.Refused),
                Sum(counted, r => r.Reset),
                Sum(counted, r => r.TimedOut),
                Sum(counted, r => r.TimedOutQueued),
                Sum(counted, r => r.FailedOther),
                Sum(counted, r => r.Late),
                Sum(counted, r => r.InFlight),
                Sum(counted, r => r.InFlightLost));
    }

    private static long Sum(RestartRow[] rows, Func<RestartRow, long?> of) => rows.Sum(r => of(r) ?? 0);
}

/// <summary>What was lost, in words that are made from the counts: how much, by which errno, on which side it was seen.</summary>
internal static class LossWords
{
    /// <summary>The client's side, such as <c>410 refused (ECONNREFUSED at the client's connect), 12 reset (…)</c>.</summary>
    /// <param name="loss">Of the restarts of one cell.</param>
    /// <param name="restart">Of the cell.</param>
    public static string Client(RestartLoss loss, RestartSettings? restart)
    {
        string[] parts =
        [
            .. Part(loss.Refused, "refused (ECONNREFUSED at the client)"),
            .. Part(loss.Reset, "reset (ECONNRESET at the client)"),
            .. Part(loss.TimedOut, "timed out at the client"),
            .. Part(loss.Other, "failed otherwise at the client"),
            .. Part(loss.InFlightLost, $"of {loss.InFlight} requests in flight without a response"),
            .. Part(loss.Late, "late responses, after a SYN retransmit"),
            .. Part(loss.TimedOutQueued, "timed out while they waited in the queue"),
        ];
        string what = loss.Lost == 0 ? string.Join(", ", (string[])["nothing lost", .. parts]) : string.Join(", ", parts);
        return $"{what}; {loss.Touched} attempt{(loss.Touched == 1 ? "" : "s")} affected in "
            + (loss.Restarts == 1 ? $"one {GapSummary.NounOf(restart)}" : GapSummary.Count(restart, loss.Restarts));
    }

    /// <summary>The server's side: binds that failed, by errno; null where none did.</summary>
    public static string? Server(IEnumerable<RestartRow> rows)
    {
        string[] failed =
        [
            .. rows.SelectMany(r => BindRun.Parse(r.BindRuns)).Where(run => run.Outcome != BindRun.Bound)
                .GroupBy(run => run.Outcome).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => $"{g.Key} {g.Sum(run => run.Count)} times"),
        ];
        return failed.Length == 0 ? null : $"at the server bind(2) failed with {string.Join(", ", failed)}";
    }

    /// <summary>
    /// The attempts of one restart on the clock that begins at its stop, such as <c>EADDRINUSE ×398, 0.6 to 803 ms; bound at 805 ms</c>.
    /// </summary>
    public static string Binds(RestartRow row)
    {
        string[] runs =
        [
            .. BindRun.Parse(row.BindRuns).Select(run => run.Outcome == BindRun.Bound
                ? $"bound at {Quantity.Milliseconds.Text(run.FirstMs)}"
                : run.Count == 1
                    ? $"{run.Outcome} at {Quantity.Milliseconds.Text(run.FirstMs)}"
                    : $"{run.Outcome} ×{run.Count}, {Quantity.Milliseconds.Text(run.FirstMs)} to {Quantity.Milliseconds.Text(run.LastMs)}"),
        ];
        return runs.Length == 0 ? "none" : string.Join("; ", runs);
    }

    private static string[] Part(long count, string what) => count == 0 ? [] : [$"{count} {what}"];
}
