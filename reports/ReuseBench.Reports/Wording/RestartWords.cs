using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Reports.Wording;

/// <summary>What each way to restart loses, and why.</summary>
internal static class RestartWords
{
    /// <returns>One sentence or two; null for a name that is no way of this version.</returns>
    public static string? Of(string? way) => Names.TryParse(way ?? "", out RestartWay known) ? Of(known) : null;

    private static string Of(RestartWay way) => way switch
    {
        RestartWay.Loop => "loop: within one process the listener is closed and opened again over its own TIME_WAITs; what queued on it is reset, what comes in between is refused.",
        RestartWay.None => "none: without SO_REUSEADDR bind(2) fails with EADDRINUSE while the old server's connections are in TIME_WAIT, 60 s from the last close; every connection until then is refused.",
        RestartWay.NoneSameTuples => "none-same-tuples: the same, but the probes come from the addresses and ports that TIME_WAIT remembers. A SYN onto one draws an ACK, the client answers with RST, and that ends the TIME_WAIT: the clients free the port themselves, and the wait is shorter than TIME_WAIT lasts.",
        RestartWay.Reuseaddr => "reuseaddr: SO_REUSEADDR lets the successor bind over TIME_WAITs. What is queued on the closing listener is reset; what comes while no process listens is refused, so that the gap is the start of a process.",
        RestartWay.ReuseportOverlap => "reuseport-overlap: the successor listens in the same SO_REUSEPORT group first, so nothing is refused; but what is queued on the old listener when it closes is reset, unless tcp_migrate_req moves it to the successor. After a kill nobody listened beforehand, and it costs what reuseaddr costs.",
        RestartWay.Handoff => "handoff: the successor is given the listening socket itself, with its queue; nothing queued is lost. Where a supervisor keeps a copy that holds under SIGKILL too: connections wait for the successor, and only those in flight are reset.",
        RestartWay.SocketActivation => "socket-activation: the supervisor holds the listening socket from the start; as with handoff, connections wait in its queue for the successor. A queue that overflows meanwhile loses SYNs.",
        RestartWay.ReuseportDrain => "reuseport-drain: a selector sends every new connection to the successor, open handshakes are waited for, and the old queue is accepted to its end before the listener closes: nothing is lost.",
        _ => "",
    };
}
