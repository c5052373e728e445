using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Running;

/// <summary>
/// Holds the whole-life counts of swarm, server and kernel against each other. Without failures they are equal, worker by worker; what
/// failed in flight may have been counted by the server only, so the server's count lies between the swarm's and the swarm's plus its
/// failures. Where a listen queue overflowed nothing can be said.
/// </summary>
internal static class Reconciliation
{
    /// <returns>Null where the counts could not be compared; otherwise what disagrees, empty if nothing does.</returns>
    public static IReadOnlyList<string>? Differences(Measurement m)
    {
        if (m.Kernel.ListenOverflows > 0 || m.Kernel.ListenDrops > 0)
        {
            return null;
        }

        List<string> differences = [];
        LifeCounts life = m.Swarm.Life;
        Within(differences, "answers", life.Answers, m.Stats.Requests, life.FailedRequests);
        Within(differences, "connections", life.ConnectionsOpened, m.Stats.Accepted, Abandoned(m));
        foreach (WorkerStats worker in m.Stats.Workers)
        {
            long seen = m.Swarm.AnswersByWorker.GetValueOrDefault($"{worker.Worker}");
            Within(differences, $"answers of worker {worker.Worker}", seen, worker.Requests, life.FailedRequests);
        }

        if (m.Isolated && m.Kernel.PassiveOpens is long passive)
        {
            // The kernel counts a handshake when it completes, the server when it accepts: what a closing listener resets is the difference.
            Within(differences, "connections of server and kernel", m.Stats.Accepted, passive, m.Cell.Server.Variant == Variant.Restart ? Abandoned(m) : 0);
        }

        return differences;
    }

    /// <summary>Connections that one side may have counted and the other not: those that failed while they were being made or used.</summary>
    private static long Abandoned(Measurement m) => m.Swarm.Life.FailedConnects + m.Swarm.Life.FailedRequests;

    private static void Within(List<string> differences, string what, long lower, long count, long slack)
    {
        if (count < lower || count > lower + slack)
        {
            differences.Add(slack == 0 ? $"{what}: {lower} and {count}" : $"{what}: {count} is not within {lower} to {lower + slack}");
        }
    }
}
