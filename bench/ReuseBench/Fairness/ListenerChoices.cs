using ReuseBench.Bench.Running;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Fairness;

/// <summary>What of a repeat may be held against chance, and what it says.</summary>
/// <param name="Over"><c>tuples</c> or <c>connections</c>; null where nothing is independent, or it is not known what was.</param>
/// <param name="Counts">Choices by listener; null where they are not known.</param>
/// <param name="Shares">What each listener is meant to get; null where chance has no part in it.</param>
/// <param name="NoTest">Why there is no χ²; null where there may be one.</param>
internal sealed record ListenerChoices(string? Over, IReadOnlyList<long>? Counts, IReadOnlyList<double>? Shares, string? NoTest)
{
    private const string Tuples = "tuples";
    private const string Connections = "connections";

    /// <summary>The figures; null without counts or expected shares.</summary>
    public ChoiceStatistics? Statistics { get; } = Counts is null || Shares is null ? null : ChoiceStatistics.Of(Counts, Shares);

    /// <summary>Of a server that answered a swarm: connections are known by worker, tuples only where each was used once.</summary>
    public static ListenerChoices OfServed(Measurement m)
    {
        ServerSettings server = m.Cell.Server;
        long[] accepted = [.. m.Stats.Workers.Select(w => w.Accepted)];
        if (server.Variant != Variant.Reuseport)
        {
            return new ListenerChoices(
                null, accepted, Even(accepted.Length), "workers of one listener take connections when they are free: there is no chance in it, the band is a yardstick");
        }

        long? tuples = m.Swarm.Life.DistinctTuples;
        bool eachOnce = tuples is long distinct && distinct == m.Swarm.Life.ConnectsStarted;
        return SelectorShares.UnitOf(server.Selector) == ChanceUnit.Tuple && !eachOnce
            ? new ListenerChoices(null, null, null, tuples is null
                ? "the kernel chose the ports, so that it is not known which tuples came twice; use a census, or a plan that binds"
                : $"{m.Swarm.Life.ConnectsStarted} connections came from {tuples} tuples, and the same tuple always meets the same listener; use a census, or more --sources")
            : Of(server.Selector, accepted, accepted);
    }

    /// <summary>Of a group whose listeners recorded both.</summary>
    public static ListenerChoices Of(Selector selector, IReadOnlyList<long> connections, IReadOnlyList<long> tuples) =>
        SelectorShares.UnitOf(selector) switch
        {
            ChanceUnit.Tuple => new ListenerChoices(Tuples, tuples, SelectorShares.Expected(selector, tuples.Count), null),
            ChanceUnit.Connection => new ListenerChoices(Connections, connections, SelectorShares.Expected(selector, connections.Count), null),
            _ => new ListenerChoices(
                null, connections, Even(connections.Count), $"{Names.Of(selector)} leaves nothing to chance; the band is a yardstick"),
        };

    private static double[] Even(int listeners) => [.. Enumerable.Repeat(1.0 / listeners, listeners)];
}
