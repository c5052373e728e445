using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>Counters of the calling thread's network namespace; a counter that this kernel does not have is null.</summary>
internal sealed record KernelCounts(
    long? PassiveOpens,
    long? ResetsSent,
    long? Retransmits,
    long? SynRetransmits,
    long? ListenOverflows,
    long? ListenDrops,
    long? MigrateSuccess,
    long? MigrateFailure)
{
    /// <summary>What was lost elsewhere; all unknown where nobody read it.</summary>
    public KernelLosses Losses { get; init; } = KernelLosses.Unknown;

    public static KernelCounts Unknown { get; } = new(null, null, null, null, null, null, null, null);

    /// <summary>Handshakes that a listener dropped.</summary>
    public long Dropped => Math.Max(ListenOverflows ?? 0, ListenDrops ?? 0);

    public static KernelCounts Read()
    {
        SnmpCounters snmp = SnmpCounters.Read();
        TcpExtCounters ext = TcpExtCounters.Read();
        return new KernelCounts(
            snmp.PassiveOpens,
            snmp.OutRsts,
            snmp.RetransSegs,
            ext.SynRetransmits,
            ext.ListenOverflows,
            ext.ListenDrops,
            ext.MigrateReqSuccess,
            ext.MigrateReqFailure)
        {
            Losses = KernelLosses.Read(snmp, ext),
        };
    }

    public static KernelCounts operator -(KernelCounts after, KernelCounts before) => new(
        after.PassiveOpens - before.PassiveOpens,
        after.ResetsSent - before.ResetsSent,
        after.Retransmits - before.Retransmits,
        after.SynRetransmits - before.SynRetransmits,
        after.ListenOverflows - before.ListenOverflows,
        after.ListenDrops - before.ListenDrops,
        after.MigrateSuccess - before.MigrateSuccess,
        after.MigrateFailure - before.MigrateFailure)
    {
        Losses = after.Losses - before.Losses,
    };
}

/// <summary>Packets that the kernel lost on their way, or sent again, and how full its connection tracking table is; null as there.</summary>
/// <param name="SegmentsSent">By TCP, without those sent again.</param>
/// <param name="Timeouts">Times that a retransmission timer ran out.</param>
/// <param name="SynQueueDrops">SYNs dropped because a queue of half-open connections was full.</param>
/// <param name="SynCookies">SYNs answered with cookies for the same reason.</param>
/// <param name="BacklogDrops">Segments dropped because a socket's backlog was full.</param>
/// <param name="SoftnetDrops">Packets dropped because a CPU's receive queue was full: of the whole machine, whoever's they were.</param>
/// <param name="ConntrackEntries">In the table: a level, not a count.</param>
/// <param name="ConntrackMax">Most that it holds.</param>
/// <param name="ConntrackDrops">Packets dropped because it was full.</param>
internal sealed record KernelLosses(
    long? SegmentsSent,
    long? Timeouts,
    long? SynQueueDrops,
    long? SynCookies,
    long? BacklogDrops,
    long? SoftnetDrops,
    long? ConntrackEntries,
    long? ConntrackMax,
    long? ConntrackDrops)
{
    public static KernelLosses Unknown { get; } = new(null, null, null, null, null, null, null, null, null);

    public static KernelLosses Read(SnmpCounters snmp, TcpExtCounters ext)
    {
        ConntrackCounters conntrack = ConntrackCounters.Read();
        return new KernelLosses(
            snmp.OutSegs,
            ext.Timeouts,
            ext.RequestQueueFullDrop,
            ext.RequestQueueFullCookies,
            ext.BacklogDrops,
            SoftnetCounters.ReadDrops(),
            conntrack.Entries,
            conntrack.Max,
            conntrack.Drops);
    }

    /// <summary>Entries stay for a minute and more after their connection: those at the end are nearly the most that there were.</summary>
    public static KernelLosses operator -(KernelLosses after, KernelLosses before) => new(
        after.SegmentsSent - before.SegmentsSent,
        after.Timeouts - before.Timeouts,
        after.SynQueueDrops - before.SynQueueDrops,
        after.SynCookies - before.SynCookies,
        after.BacklogDrops - before.BacklogDrops,
        after.SoftnetDrops - before.SoftnetDrops,
        after.ConntrackEntries,
        after.ConntrackMax,
        after.ConntrackDrops - before.ConntrackDrops);
}

/// <summary>The queue of connections that a listener has not accepted yet.</summary>
internal static class AcceptQueue
{
    /// <summary>What the kernel makes of a backlog: no more than <c>net.core.somaxconn</c> of the thread's namespace, listen(2).</summary>
    public static int Length(int backlog) =>
        int.TryParse(Sysctl.TryRead("net.core.somaxconn"), out int limit) ? Math.Min(limit, backlog) : backlog;
}
