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
            ext.MigrateReqFailure);
    }

    public static KernelCounts operator -(KernelCounts after, KernelCounts before) => new(
        after.PassiveOpens - before.PassiveOpens,
        after.ResetsSent - before.ResetsSent,
        after.Retransmits - before.Retransmits,
        after.SynRetransmits - before.SynRetransmits,
        after.ListenOverflows - before.ListenOverflows,
        after.ListenDrops - before.ListenDrops,
        after.MigrateSuccess - before.MigrateSuccess,
        after.MigrateFailure - before.MigrateFailure);
}

/// <summary>The queue of connections that a listener has not accepted yet.</summary>
internal static class AcceptQueue
{
    /// <summary>What the kernel makes of a backlog: no more than <c>net.core.somaxconn</c> of the thread's namespace, listen(2).</summary>
    public static int Length(int backlog) =>
        int.TryParse(Sysctl.TryRead("net.core.somaxconn"), out int limit) ? Math.Min(limit, backlog) : backlog;
}
