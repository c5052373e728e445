using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Variants;

namespace ReuseBench.Servers.Restarts;

/// <summary>How a life of the server lets go of its listeners.</summary>
internal interface IListenerRelease
{
    /// <summary>Returns once this server's descriptors are closed; what was accepted is with its worker.</summary>
    /// <param name="listeners">One that all workers share, or one for each of them.</param>
    /// <param name="context">Of the life.</param>
    void Release(IReadOnlyList<Listener> listeners, VariantContext context);
}

/// <summary>
/// Stops accepting and closes. What is queued is reset, unless the socket has other owners (it was handed over) or the kernel moves it to
/// another listener of the group (tcp_migrate_req).
/// </summary>
internal sealed class CloseRelease : IListenerRelease
{
    public void Release(IReadOnlyList<Listener> listeners, VariantContext context)
    {
        context.Workers.StopListening();
        foreach (Listener listener in listeners)
        {
            listener.Dispose();
        }
    }
}

/// <summary>
/// Loses nothing: a selector sends every new connection to the successor; handshakes that had begun with this listener are waited for,
/// since their last ACK would find it closed; then the queue is accepted until it is empty, and only then is the listener closed. Neither
/// wait is without end; where one of them is cut, an event says so, and what it left is reset. Of several listeners the last goes
/// first: the kernel moves the group's last member to the place of one that closes, so that those of the successor stay side by side behind what is left.
/// </summary>
/// <param name="successors">Listeners of the successor: the members of the group that follow this server's.</param>
internal sealed class DrainRelease(int successors) : IListenerRelease
{
    /// <summary>
    /// A client that never finishes its handshake is not waited for any longer: the kernel sends its part again after one second, and after three.
    /// </summary>
    private const long HandshakeLimitNs = 4_000_000_000;

    /// <summary>
    /// A queue is as long as the worker is slow: where other processes take its CPU, thousands of connections may wait. Who has queued for
    /// longer than this has most likely given up (the probes have after ten seconds).
    /// </summary>
    private const long QueueLimitNs = 10_000_000_000;

    /// <summary>Between two looks at the kernel's table, which walks it: the worker that is to empty the queue needs the CPU more.</summary>
    private const int LookEveryMs = 1;

    public void Release(IReadOnlyList<Listener> listeners, VariantContext context)
    {
        long limitNs = MonotonicClock.NowNs() + QueueLimitNs;
        bool isEmpty = true;
        for (int open = listeners.Count; open > 0; open--)
        {
            Listener last = listeners[open - 1];
            Direct(listeners[0], ReuseportPrograms.AtRandom(successors, first: open));
            isEmpty &= AwaitHandshakes(last.Address.Port, limitNs);
            isEmpty &= context.Workers.TryEmptyListener(open - 1, limitNs);
            if (open == 1)
            {
                // Now the last member, and nobody's number once this one has closed: from then on the kernel's hash chooses among all of the successor's.
                Direct(last, [new CbpfInstruction(CbpfOpcode.ReturnConstant, 0, 0, (uint)successors)]);
            }

            last.Dispose();
        }

        if (!isEmpty)
        {
            context.Page.Log(ServerEventKind.DrainCut, context.Milestones.Generation);
        }
    }

    private static void Direct(Listener member, CbpfInstruction[] program) => LinuxException.ThrowIfError(
        SocketCalls.AttachReuseportCbpf(member.Fd, program), "setsockopt", $"SO_ATTACH_REUSEPORT_CBPF of {member.Address}");

    /// <summary>
    /// Those that are open now: the kernel's table does not say which listener of the port they belong to, but later ones are the
    /// successor's. /proc/net/tcp prints a half-open connection as TCP_SYN_RECV.
    /// </summary>
    /// <param name="port">Of the listeners.</param>
    /// <param name="endNs">CLOCK_MONOTONIC: when the patience with all of this server's listeners ends.</param>
    /// <returns>Whether all of them had ended before the time was up.</returns>
    private static bool AwaitHandshakes(int port, long endNs)
    {
        long limitNs = Math.Min(endNs, MonotonicClock.NowNs() + HandshakeLimitNs);
        HashSet<SockAddr> open = OpenHandshakes(port);
        while (open.Count > 0 && MonotonicClock.NowNs() < limitNs)
        {
            Thread.Sleep(LookEveryMs);
            open.IntersectWith(OpenHandshakes(port));
        }

        return open.Count == 0;
    }

    private static HashSet<SockAddr> OpenHandshakes(int port) =>
        [.. TcpTable.Read().Rows.Where(row => row.State == TcpState.SynReceived && row.Local.Port == port).Select(row => row.Remote)];
}
