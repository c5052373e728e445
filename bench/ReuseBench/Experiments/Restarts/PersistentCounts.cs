using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>What a restart meant to clients that keep their connections: from the stop to the end of the window.</summary>
/// <param name="Lost">Requests on a connection that had carried a response before, and that got none.</param>
/// <param name="SentAgain">Requests whose connection the server had closed before they came there: they went over a new one.</param>
/// <param name="Reconnects">Connections that came about in place of those that had ended.</param>
internal readonly record struct PersistentCounts(long Lost, long SentAgain, long Reconnects)
{
    /// <param name="attempts">Of a swarm that keeps its connections; without their paths there is nothing to count.</param>
    /// <param name="stopNs">CLOCK_MONOTONIC.</param>
    /// <param name="fromNs">What was due before belongs to another restart.</param>
    /// <param name="untilNs">What was due from then on belongs to another restart.</param>
    public static PersistentCounts Of(AttemptColumns attempts, long stopNs, long fromNs = long.MinValue, long untilNs = long.MaxValue)
    {
        PersistentCounts counts = default;
        for (int index = 0; index < attempts.Path.Length; index++)
        {
            if (attempts.EndNs[index] < stopNs || attempts.IntendedNs[index] < fromNs || attempts.IntendedNs[index] >= untilNs)
            {
                continue;
            }

            AttemptPath path = (AttemptPath)attempts.Path[index];
            bool isLost = (AttemptOutcome)attempts.Outcome[index] != AttemptOutcome.Served;
            bool isReconnect = path != AttemptPath.Kept && attempts.ConnectNs[index] >= stopNs && attempts.SendNs[index] > 0;
            counts = new PersistentCounts(
                counts.Lost + (path == AttemptPath.Kept && isLost ? 1 : 0),
                counts.SentAgain + (path == AttemptPath.Reopened ? 1 : 0),
                counts.Reconnects + (isReconnect ? 1 : 0));
        }

        return counts;
    }
}
