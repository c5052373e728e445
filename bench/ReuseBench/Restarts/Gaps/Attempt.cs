using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Restarts.Gaps;

/// <summary>One connection attempt of the probing swarm. Times are CLOCK_MONOTONIC in nanoseconds.</summary>
/// <param name="IntendedNs">When the schedule wanted it to start.</param>
/// <param name="EndNs">When its answer was complete, or its failure was seen.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="IsLate">Answered, but only after its SYN had to be sent again (1 s and more after it began).</param>
/// <param name="LagNs">How much later than intended it did start.</param>
internal readonly record struct Attempt(long IntendedNs, long EndNs, AttemptOutcome Outcome, bool IsLate = false, long LagNs = 0)
{
    /// <summary>Served at the first SYN. A late one was lost when it began, and so bounds no gap.</summary>
    public bool IsSuccess => Outcome == AttemptOutcome.Served && !IsLate;

    /// <summary>
    /// The first retransmit of a SYN comes after 1 s (<see href="https://www.rfc-editor.org/rfc/rfc6298">RFC 6298</see>); nothing else keeps
    /// a handshake on loopback waiting for nearly as long, since the kernel answers it without the server.
    /// </summary>
    private const long RetransmittedNs = 900_000_000;

    public static IEnumerable<Attempt> Of(AttemptColumns columns)
    {
        for (int index = 0; index < columns.IntendedNs.Length; index++)
        {
            bool isLate = columns.SendNs[index] - columns.ConnectNs[index] >= RetransmittedNs;
            long lagNs = Math.Max(0, columns.ConnectNs[index] - columns.IntendedNs[index]);
            yield return new Attempt(columns.IntendedNs[index], columns.EndNs[index], (AttemptOutcome)columns.Outcome[index], isLate, lagNs);
        }
    }
}
