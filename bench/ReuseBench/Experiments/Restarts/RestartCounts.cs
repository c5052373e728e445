using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>
/// The whole-life counts of both servers, the kernel and the clients of one restart, held against each other. What failed in flight may have been
/// answered all the same; a connection that was reset in a queue no server has accepted, and one whose last ACK found no listener the kernel has not
/// counted; a kill takes the counts of its last turn with it.
/// </summary>
/// <param name="Answers">Of both servers to the swarm; null for a server of somebody else, which does not count.</param>
/// <param name="Accepted">Connections that both servers accepted; null where nobody counted.</param>
/// <param name="KernelConnections">
/// Handshakes that the kernel completed for both servers, of somebody else's without the trial's own; null where its counters are not the repeat's own.
/// </param>
/// <param name="Differences">One clause each; empty where all counts agree.</param>
internal sealed record RestartCounts(long? Answers, long? Accepted, long? KernelConnections, IReadOnlyList<string> Differences)
{
    /// <summary>Null where nothing was counted that could be held against anything.</summary>
    public bool? Agree => Accepted is null && KernelConnections is null ? null : Differences.Count == 0;

    public static RestartCounts Of(RestartMeasurement m)
    {
        LifeCounts life = m.Swarm.Life;
        bool isKill = m.Planned.Restart!.Stop == StopSignal.Kill;
        long answers = m.Workers.Sum(w => w.Requests) - m.OwnRequests;
        long? accepted = m.IsCounted ? m.Workers.Sum(w => w.Accepted) : m.Stats?.Outside?.Accepted;

        // A server of somebody else does not count, and what counts for it leaves out the trial's own connections: so does all that it is held against.
        int own = m.IsCounted ? m.OwnConnections : 0;
        long opened = life.ConnectionsOpened + own;
        long? kernel = m.Isolated ? m.Handshakes - (m.OwnConnections - own) : null;
        List<string> differences = [];
        if (m.IsCounted)
        {
            Within(differences, "responses", isKill ? 0 : life.Answers, answers, life.Answers + life.FailedRequests);
        }

        if (accepted is long taken)
        {
            Within(differences, "connections of the servers", m.IsCounted ? 0 : AnsweredConnections(m), taken, opened + life.FailedConnects);
        }

        if (m.IsCounted && life.ConnectionsOpenedIpv6 is long ipv6)
        {
            // The trial's own connections go to the address that the server names, which is of IPv6.
            long overIpv6 = m.Workers.Sum(w => w.AcceptedIpv6);
            Within(differences, "connections of the servers over IPv6", 0, overIpv6, ipv6 + m.OwnConnections + life.FailedConnects);
            Within(differences, "connections of the servers over IPv4", 0, (accepted ?? 0) - overIpv6, life.ConnectionsOpened - ipv6 + life.FailedConnects);
        }

        if (kernel is long handshakes)
        {
            Within(differences, "connections of the kernel", opened - life.FailedRequests, handshakes, opened + life.FailedConnects);
            Within(differences, "connections of the servers, beside the kernel's", 0, accepted ?? 0, handshakes);
        }

        return new RestartCounts(m.IsCounted ? answers : null, accepted, kernel, differences);
    }

    /// <summary>What was answered was accepted, where each connection carries one request.</summary>
    private static long AnsweredConnections(RestartMeasurement m) => m.Cell.Load.Workload.IsConnect ? m.Swarm.Life.Answers : 0;

    private static void Within(List<string> differences, string what, long least, long count, long most)
    {
        if (count < least || count > most)
        {
            differences.Add($"counts differ: {what}: {count} is not within {least} to {most}");
        }
    }
}
