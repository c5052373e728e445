using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Findings;

/// <summary>What some restarts lost, summed over them, in the classes of the client's errno.</summary>
/// <param name="Restarts">How many were counted.</param>
/// <param name="Touched">Attempts that were under way at the stop, began before service was restored, or failed by the restart.</param>
/// <param name="Refused">ECONNREFUSED.</param>
/// <param name="Reset">ECONNRESET, EPIPE, or the end of the stream before an answer.</param>
/// <param name="TimedOut">No answer within the timeout.</param>
/// <param name="Other">Any other failure.</param>
/// <param name="Late">Answered after a SYN retransmit; not lost.</param>
/// <param name="InFlight">Requests sent by half before the stop.</param>
/// <param name="InFlightLost">Of these, never answered.</param>
public sealed record RestartLoss(
    int Restarts, long Touched, long Refused, long Reset, long TimedOut, long Other, long Late, long InFlight, long InFlightLost)
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
                Sum(counted, r => r.FailedOther),
                Sum(counted, r => r.Late),
                Sum(counted, r => r.InFlight),
                Sum(counted, r => r.InFlightLost));
    }

    private static long Sum(RestartRow[] rows, Func<RestartRow, long?> of) => rows.Sum(r => of(r) ?? 0);
}
