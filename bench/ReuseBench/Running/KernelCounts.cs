using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>Counters of the calling thread's network namespace; a counter that this kernel does not have is null.</summary>
internal sealed record KernelCounts(
    long? PassiveOpens, long? OutResets, long? ListenOverflows, long? ListenDrops, long? MigrateSuccess, long? MigrateFailure)
{
    public static KernelCounts Read()
    {
        SnmpCounters snmp = SnmpCounters.Read();
        TcpExtCounters ext = TcpExtCounters.Read();
        return new KernelCounts(
            snmp.PassiveOpens, snmp.OutRsts, ext.ListenOverflows, ext.ListenDrops, ext.MigrateReqSuccess, ext.MigrateReqFailure);
    }

    public static KernelCounts operator -(KernelCounts after, KernelCounts before) => new(
        after.PassiveOpens - before.PassiveOpens,
        after.OutResets - before.OutResets,
        after.ListenOverflows - before.ListenOverflows,
        after.ListenDrops - before.ListenDrops,
        after.MigrateSuccess - before.MigrateSuccess,
        after.MigrateFailure - before.MigrateFailure);
}
