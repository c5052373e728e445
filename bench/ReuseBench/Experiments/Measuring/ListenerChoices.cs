using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>What of a repeat may be held against chance, and what it says.</summary>
/// <param name="Unit">What is independent; none where nothing is, or it is not known what was.</param>
/// <param name="Counts">Independent choices by listener; null where there are none, or they are not known.</param>
/// <param name="Meant">What each listener is meant to get; null where nothing in particular is.</param>
/// <param name="Yardstick">
/// What an ideal uniform hash would make of as many connections, where something else than chance has dealt them: to hold the spread
/// against, not to test it. Null where there is a test, and where the comparison would say nothing.
/// </param>
/// <param name="NoTest">Why there is no χ²; null where there may be one.</param>
internal sealed record ListenerChoices(
    ChanceUnit Unit, IReadOnlyList<long>? Counts, IReadOnlyList<double>? Meant, IdealSpread? Yardstick, string? NoTest)
{
    /// <summary>The figures; null without counts or expected shares.</summary>
    public ChoiceStatistics? Statistics { get; } = Counts is null || Meant is null ? null : ChoiceStatistics.Of(Counts, Meant);

    /// <summary>What an ideal hash makes of it; null where equal shares are not what is meant.</summary>
    public IdealSpread? Ideal => Statistics is null ? Yardstick : Statistics.Ideal;

    /// <summary>Of a server that answered a swarm: connections are known by worker, tuples only where each was used once.</summary>
    public static ListenerChoices OfServed(Measurement m)
    {
        if (!m.IsCounted)
        {
            return None("the server does not tell which of its workers accepts a connection");
        }

        ServerSettings server = m.Cell.Server;
        long[] accepted = [.. m.Stats.Workers.Select(w => w.Accepted)];
        if (server.Variant == Variant.Restart)
        {
            return None("workers of one listener take connections when they are free, and these come and go: no hash dispatched them, and none could have");
        }

        if (server.Variant == Variant.Single)
        {
            return Compared(accepted, null, "one acceptor dispatches connections to the workers in turn: there is no chance in it, the band is a yardstick");
        }

        if (server.Variant != Variant.Reuseport)
        {
            return Compared(accepted, null, "workers of one listener take connections when they are free: there is no chance in it, the band is a yardstick");
        }

        long? tuples = m.Swarm.Life.DistinctTuples;
        bool eachOnce = (tuples is long distinct && distinct == m.Swarm.Life.ConnectsStarted) || AllStood(m);
        return SelectorShares.UnitOf(server.Selector) == ChanceUnit.Tuple && !eachOnce
            ? None(tuples is null
                ? "the kernel chose the ports, so that it is not known which addresses and ports came twice; use an accept-only probe, or a plan that binds"
                : $"{m.Swarm.Life.ConnectsStarted} connections came from {tuples} addresses and ports, and the same one always meets the same listener; use an "
                    + "accept-only probe, or more --sources")
            : Of(server.Selector, accepted, accepted);
    }

    /// <summary>
    /// Whether all connections stood at once: then each has a tuple of its own, whoever chose the ports, since no two connections of one time
    /// share a 4-tuple. So it is where no persistent connection was ever replaced, and none failed.
    /// </summary>
    private static bool AllStood(Measurement m) =>
        m.Cell is { Load.Workload.IsKeepalive: true, Server.Close: ServerClose.Client }
        && m.Swarm.Life is { FailedConnects: 0, FailedRequests: 0 } life
        && life.ConnectsStarted == m.Cell.Connections
        && life.ConnectionsOpened == life.ConnectsStarted;

    /// <summary>Of a group whose listeners recorded both.</summary>
    public static ListenerChoices Of(Selector selector, IReadOnlyList<long> connections, IReadOnlyList<long> tuples) =>
        SelectorShares.UnitOf(selector) switch
        {
            ChanceUnit.Tuple => new ListenerChoices(ChanceUnit.Tuple, tuples, SelectorShares.Expected(selector, tuples.Count), null, null),
            ChanceUnit.Connection => new ListenerChoices(ChanceUnit.Connection, connections, SelectorShares.Expected(selector, connections.Count), null, null),
            _ => Compared(connections, SelectorShares.Expected(selector, connections.Count), $"{Names.Of(selector)} leaves nothing to chance; the "
                + "band is a yardstick"),
        };

    /// <summary>Nothing to say.</summary>
    public static ListenerChoices None(string why) => new(ChanceUnit.None, null, null, null, why);

    private static ListenerChoices Compared(IReadOnlyList<long> connections, IReadOnlyList<double>? meant, string why) =>
        new(ChanceUnit.None, null, meant, IdealSpread.Of(connections.Sum(), connections.Count), why);
}
