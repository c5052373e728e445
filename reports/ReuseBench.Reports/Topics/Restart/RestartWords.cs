using ReuseBench.Core.Cells;

namespace ReuseBench.Reports.Topics.Restart;

/// <summary>Why each restart method loses what it loses: the kernel's rules, which hold whether or not a run shows them.</summary>
internal static class RestartWords
{
    /// <returns>One sentence or two.</returns>
    public static string RuleOf(RestartMethod way) => way switch
    {
        RestartMethod.Loop => "loop: closing the only listener resets what is queued on it; until the next listen(2) the kernel answers a SYN with RST.",
        RestartMethod.None => "none: without SO_REUSEADDR bind(2) fails with EADDRINUSE while a connection of the old server is in TIME_WAIT, 60 s from its close; a SYN to a port that nobody listens on is answered with RST.",
        RestartMethod.NoneSameTuples => "none-same-tuples: a SYN onto the address and port that a TIME_WAIT remembers draws an ACK; the client does not know of the connection and answers RST, and that ends the TIME_WAIT: the clients free the port themselves.",
        RestartMethod.Reuseaddr => "reuseaddr: with SO_REUSEADDR on the old listener and the new one, bind(2) goes over TIME_WAITs. Closing the only listener resets what is queued on it; a SYN while nobody listens is answered with RST.",
        RestartMethod.ReuseportOverlap => "reuseport-overlap: members of one SO_REUSEPORT group have a queue each. With both listening no SYN is refused; closing one resets its queue, unless tcp_migrate_req moves it to the others. After SIGKILL no other member is there.",
        RestartMethod.Handoff => "handoff: a descriptor sent by SCM_RIGHTS is the same listening socket, with its queue; it is closed when its last owner closes it. Where a supervisor keeps a copy, connections wait in the queue while no server runs.",
        RestartMethod.SocketActivation => "socket-activation: the supervisor owns the listening socket from the start (LISTEN_FDS), so connections wait in its queue whatever its servers do. A queue that overflows meanwhile drops SYNs.",
        RestartMethod.ReuseportDrain => "reuseport-drain: the selector of a group decides for each SYN, so that the old listener gets no new handshake; one that had begun belongs to it until its last ACK. A queue that is accepted until EAGAIN after that is empty for good.",
        _ => "",
    };
}
