using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>
/// Holds the whole-life counts of swarm, server and kernel against each other. Without failures they are equal, worker by worker; what
/// failed in flight may have been counted by the server only, so the server's count lies between the swarm's and the swarm's plus its
/// failures; of connections a restart may have reset some before the server accepted them. Where a listen queue overflowed nothing can be said.
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
        if (!m.IsCounted)
        {
            return DifferencesOutside(m, differences);
        }

        Within(differences, "responses", life.Answers, m.Stats.Requests, life.FailedRequests);
        Within(differences, "connections", life.ConnectionsOpened - ResetInQueue(m), m.Stats.Accepted, ResetInQueue(m) + life.FailedConnects);
        foreach (WorkerStats worker in m.Stats.Workers)
        {
            long seen = m.Swarm.AnswersByWorker.GetValueOrDefault($"{worker.Worker}");
            Within(differences, $"responses of worker {worker.Worker}", seen, worker.Requests, life.FailedRequests);
        }

        if (m.Isolated && m.Kernel.PassiveOpens is long passive)
        {
            Within(differences, "connections of server and kernel", m.Stats.Accepted, passive, ResetInQueue(m));
        }

        Families(differences, m);
        return differences;
    }

    /// <summary>Clients of both families: each family is held against the server, and where connections stand against the kernel's table.</summary>
    private static void Families(List<string> differences, Measurement m)
    {
        LifeCounts life = m.Swarm.Life;
        if (life.ConnectionsOpenedIpv6 is not long opened)
        {
            return;
        }

        long slack = ResetInQueue(m) + life.FailedConnects;
        long accepted = m.Stats.Workers.Sum(w => w.AcceptedIpv6);
        Within(differences, "connections over IPv6", opened - ResetInQueue(m), accepted, slack);
        Within(differences, "connections over IPv4", life.ConnectionsOpened - opened - ResetInQueue(m), m.Stats.Accepted - accepted, slack);
        if (m.Standing is { } standing && life is { FailedConnects: 0, FailedRequests: 0 } && life.ConnectsStarted == m.Cell.Connections)
        {
            Within(differences, "standing connections over IPv6, by the kernel's table", opened, standing.Ipv6, 0);
            Within(differences, "standing connections over IPv4, by the kernel's table", life.ConnectionsOpened - opened, standing.Ipv4, 0);
        }
    }

    /// <summary>
    /// Handshakes that the kernel completed for the swarm; null where its counters are not the repeat's own, and where it is not known who else connected.
    /// </summary>
    public static long? KernelConnections(Measurement m) => !m.Isolated ? null
        : m.IsCounted ? m.Kernel.PassiveOpens
        : m.Kernel.PassiveOpens - m.Stats.Outside?.OwnConnections;

    /// <summary>
    /// A server of somebody else keeps no counts: what the kernel saw of it. A handshake may be complete for the server and have failed for the client, and
    /// is in no other way more or less than one connection.
    /// </summary>
    private static List<string>? DifferencesOutside(Measurement m, List<string> differences)
    {
        LifeCounts life = m.Swarm.Life;
        long? kernel = KernelConnections(m);
        long? accepted = m.Stats.Outside?.Accepted;
        if (kernel is long handshakes)
        {
            Within(differences, "connections of the kernel", life.ConnectionsOpened, handshakes, life.FailedConnects);
        }

        if (accepted is long taken)
        {
            Within(differences, "connections that the server accepted", life.ConnectionsOpened, taken, life.FailedConnects);
        }

        return kernel is null && accepted is null ? null : differences;
    }

    /// <summary>
    /// Connections that client and kernel saw established and the server never accepted: a listener that closes resets what is queued on
    /// it, and the client's request on it fails. Only a server that restarts closes a listener under load.
    /// </summary>
    private static long ResetInQueue(Measurement m) => m.Cell.Server.Variant == Variant.Restart ? m.Swarm.Life.FailedRequests : 0;

    private static void Within(List<string> differences, string what, long lower, long count, long slack)
    {
        if (count < lower || count > lower + slack)
        {
            differences.Add(slack == 0 ? $"{what}: {lower} and {count}" : $"{what}: {count} is not within {lower} to {lower + slack}");
        }
    }
}
