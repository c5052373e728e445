using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Runs;

/// <summary>
/// Whether a run could fill the kernel's connection tracking table, said before it begins: a full table drops packets, and no figure of the
/// server shows that. It counts only in the host's namespace, since in a fresh one no rule asks for tracking.
/// </summary>
internal static class ConntrackForecast
{
    /// <summary>Of the table; from here on the run says so beforehand.</summary>
    public const double WarnedShare = 0.8;

    /// <summary>Seconds that an entry outlives its connection, unless the host says otherwise (nf_conntrack_tcp_timeout_time_wait).</summary>
    private const double DefaultHoldS = 120;

    /// <summary>Ports of one source address, where none are named: the kernel's own range is 28,232 by default, and never larger than all.</summary>
    private const int MostPorts = 65_535;

    /// <returns>One sentence; null where there is nothing to warn of, or nobody asks for tracking.</returns>
    public static string? Warning(RunOptions options)
    {
        if (options.Isolate)
        {
            return null;
        }

        string? hold = Sysctl.TryRead("net.netfilter.nf_conntrack_tcp_timeout_time_wait");
        double holdS = double.TryParse(hold, CultureInfo.InvariantCulture, out double seconds) ? seconds : DefaultHoldS;
        return Warning(ReadAfterAConnection(), holdS, options.Matrix.Cells);
    }

    /// <summary>With a connection of our own in it, the table of a host that is quiet shows whether a rule asks for tracking.</summary>
    public static ConntrackCounters ReadAfterAConnection()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient client = new();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        return ConntrackCounters.Read();
    }

    /// <param name="table">As it is now; without any entry nobody asks for tracking.</param>
    /// <param name="holdS">How long an entry outlives its connection.</param>
    /// <param name="cells">Of the run.</param>
    public static string? Warning(ConntrackCounters table, double holdS, IReadOnlyList<MatrixCell> cells)
    {
        if (table is not { Entries: > 0 and long now, Max: long max })
        {
            return null;
        }

        double most = now + cells.Max(c => EntriesOf(c, holdS));
        return most > max * WarnedShare
            ? FormattableString.Invariant(
                $"the kernel tracks connections here and its table may fill: up to {most:0} entries of {max}, and what finds no room is dropped; ")
                + "raise net.netfilter.nf_conntrack_max, exempt the traffic (notrack), or run as root to have namespaces without tracking"
            : null;
    }

    /// <summary>A server's port differs from repeat to repeat: the entries of those within one hold time add up.</summary>
    private static double EntriesOf(MatrixCell planned, double holdS)
    {
        LoadSettings load = planned.Cell.LoadOfSwarm;
        double repeatS = Math.Max(0.1, RunPlan.EstimateOf(planned.Cell).Seconds);
        return EntriesOfRepeat(load, holdS) * Math.Clamp(holdS / repeatS, 1, planned.Repeats);
    }

    private static double EntriesOfRepeat(LoadSettings load, double holdS)
    {
        if (load.Workload.IsKeepalive)
        {
            return load.Connections;
        }

        // An entry belongs to a tuple: there are never more, however fast a closed loop turns out to be.
        double tuples = (double)Math.Max(1, load.Sources.Count) * MostPorts;
        double opened = load.Rate / load.Workload.RequestsPerConnection * Math.Min(holdS, (load.Warmup + load.Duration).Seconds) ?? tuples;
        return Math.Min(tuples, load.Connections + opened);
    }
}
