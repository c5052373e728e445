using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>Connections that stand at a port of the calling thread's namespace, by the kernel's table; those that wait to be accepted are among them.</summary>
/// <param name="Ipv4">Over IPv4, also those of a dual-stack listener.</param>
/// <param name="Ipv6">Over IPv6.</param>
/// <param name="ReadNs">CLOCK_MONOTONIC when the table had been read.</param>
internal sealed record StandingConnections(long Ipv4, long Ipv6, long ReadNs = 0)
{
    /// <param name="port">The server's.</param>
    public static StandingConnections At(int port)
    {
        ILookup<bool, TcpTable.Row> standing = TcpTable.Read().Rows.Where(row => row.State == TcpState.Established && row.Local.Port == port)
            .ToLookup(row => row.Local.IsIPv4);
        return new StandingConnections(standing[true].Count(), standing[false].Count(), MonotonicClock.NowNs());
    }
}
