using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

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
