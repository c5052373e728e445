using System.Globalization;
using ReuseBench.Core.Cells;

namespace ReuseBench.LoadGen.Sources;

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
                $"{available} source ports, each held {holdSeconds:0} s by --close fin, carry at most {available / holdSeconds:0} connections/s for long; {Remedy}")
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
