using System.Globalization;
using ReuseBench.Core;
using ReuseBench.Core.Cells;

namespace ReuseBench.LoadGen.Sources;

/// <summary>Whether a plan's tuples carry the asked load: tuples ÷ hold time is the most connections per second that it can open.</summary>
internal static class TupleCapacity
{
    /// <summary>TIME_WAIT of Linux, fixed when the kernel is built (TCP_TIMEWAIT_LEN, include/net/tcp.h).</summary>
    public const double TimeWaitSeconds = 60;

    /// <summary>With net.ipv4.tcp_tw_reuse a tuple in TIME_WAIT may connect again after one second (tcp_twsk_unique, net/ipv4/tcp_ipv4.c).</summary>
    public const double ReusedTimeWaitSeconds = 1;

    /// <summary>How long a tuple stays taken on the client's side after its connection.</summary>
    /// <param name="close">Only the side that closes first, in order, holds a TIME_WAIT.</param>
    /// <param name="timeWaitIsReused">Whether net.ipv4.tcp_tw_reuse applies to these connections.</param>
    public static double HoldSeconds(ConnectionClose close, bool timeWaitIsReused) => (close, timeWaitIsReused) switch
    {
        (ConnectionClose.Fin, true) => ReusedTimeWaitSeconds,
        (ConnectionClose.Fin, false) => TimeWaitSeconds,
        _ => 0,
    };

    /// <summary>Connections per second that an open loop opens; null in a closed loop, whose rate is not known beforehand.</summary>
    public static double? ConnectionsPerSecond(LoadSettings settings) =>
        settings.Workload.IsKeepalive ? 0 : settings.Rate / settings.Workload.RequestsPerConnection;

    /// <exception cref="UsageException">Too few tuples; the message says how many there are, what they carry and what would do.</exception>
    public static void Check(LoadSettings settings, long tuples, int ports, double holdSeconds)
    {
        int addresses = Math.Max(1, settings.Sources.Count);
        if (tuples == 0)
        {
            throw new UsageException(
                "source-ports: the only port named is the target's own, and a socket must not connect to itself; name other ports or --sources");
        }

        if (tuples < settings.Connections)
        {
            throw new UsageException(
                $"source-plan: {settings.SourcePlan} over {Number(addresses)} address(es) and {Number(ports)} ports has {Number(tuples)} client addresses "
                + $"and ports for {Number(settings.Connections)} connections; use at most {Number(tuples)} connections, or more --sources");
        }

        // A closed loop with a FIN close may run out in flight; that is counted apart and decides the verdict.
        double needed = (ConnectionsPerSecond(settings) ?? 0) * holdSeconds;
        if (needed + settings.Connections > tuples)
        {
            double carried = (tuples - settings.Connections) / holdSeconds;
            double perAddress = (double)tuples / addresses;
            long enough = (long)Math.Ceiling((needed + settings.Connections) / Math.Max(1, perAddress));
            throw new UsageException(
                $"rate: {settings.SourcePlan} has {Number(tuples)} client addresses and ports, each held {Number(holdSeconds)} s by --close fin: "
                + $"it carries at most {Number(Math.Floor(carried))} connections/s, not {Number(ConnectionsPerSecond(settings)!.Value)}; use --close rst, "
                + $"that rate, or {Number(enough)} source addresses");
        }
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}

/// <summary>How many source tuples a load takes at once, held against those that there are.</summary>
/// <param name="settings">Of the load.</param>
/// <param name="available">Tuples that the source plan has.</param>
/// <param name="holdSeconds">How long a tuple stays taken after its connection (<see cref="TupleCapacity.HoldSeconds"/>).</param>
internal sealed class PortDemand(LoadSettings settings, long available, double holdSeconds)
{
    /// <summary>
    /// Where the kernel chooses the port, connect(2) tries every other port of the range first, and only then the rest, one by one from a
    /// random place (__inet_hash_connect, net/ipv4/inet_hashtables.c): past half of the ports it searches thousands of taken ones.
    /// </summary>
    private const double ComfortableShare = 0.5;

    public long Available => available;

    private bool HoldsAfterClose => holdSeconds > 0 && !settings.Workload.IsKeepalive;

    /// <summary>Most at once: the connections, and the TIME_WAITs of those before them.</summary>
    /// <param name="opened">Connections opened in the whole life.</param>
    /// <param name="perSecond">Opened per second.</param>
    public long Needed(long opened, double perSecond) =>
        settings.Connections + (HoldsAfterClose ? (long)Math.Min(opened, perSecond * holdSeconds) : 0);

    /// <summary>What can be said before the load begins; null for nothing.</summary>
    public string? WarningBefore()
    {
        if (settings.SourcePlan.BindsPorts)
        {
            return null;
        }

        if (TupleCapacity.ConnectionsPerSecond(settings) is double rate)
        {
            return Warning(Needed(long.MaxValue, rate));
        }

        // A closed loop opens as many as the server carries.
        return HoldsAfterClose && holdSeconds >= TupleCapacity.TimeWaitSeconds
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{available} source ports, each held {holdSeconds:0} s by --close fin, "
                + $"carry at most {available / holdSeconds:0} connections/s for long; {Remedy}")
            : Warning(settings.Connections);
    }

    /// <summary>What is to be said of a load afterwards; null for nothing.</summary>
    /// <param name="needed">Of <see cref="Needed"/>.</param>
    /// <param name="slowConnects">Calls of connect(2) in the window that took long themselves.</param>
    /// <param name="refused">Connects in the window that found no free port.</param>
    public string? Warning(long needed, long slowConnects, long refused)
    {
        if (settings.SourcePlan.BindsPorts && refused == 0)
        {
            return null;
        }

        string? nearly = Warning(refused > 0 ? Math.Max(needed, available) : needed);
        return nearly is not null && slowConnects > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{nearly} ({slowConnects} calls of connect(2) took 1 ms or more to find one)")
            : nearly;
    }

    private string Remedy => HoldsAfterClose ? "use more source addresses or --close rst" : "use more source addresses";

    private string? Warning(long needed) => needed > available * ComfortableShare
        ? string.Create(CultureInfo.InvariantCulture, $"source ports nearly used up: {Math.Min(needed, available)} of {available}; {Remedy}")
        : null;
}
