using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>What of a repeat may be held against chance, and what it says.</summary>
/// <param name="Over"><c>tuples</c> or <c>connections</c>; null where nothing is independent, or it is not known what was.</param>
/// <param name="Counts">Independent choices by listener; null where there are none, or they are not known.</param>
/// <param name="Meant">What each listener is meant to get; null where nothing in particular is.</param>
/// <param name="Yardstick">
/// What an ideal uniform hash would make of as many connections, where something else than chance has dealt them: to hold the spread
/// against, not to test it. Null where there is a test, and where the comparison would say nothing.
/// </param>
/// <param name="NoTest">Why there is no χ²; null where there may be one.</param>
internal sealed record ListenerChoices(
    string? Over, IReadOnlyList<long>? Counts, IReadOnlyList<double>? Meant, IdealSpread? Yardstick, string? NoTest)
{
    private const string Tuples = "tuples";
    private const string Connections = "connections";

    /// <summary>The figures; null without counts or expected shares.</summary>
    public ChoiceStatistics? Statistics { get; } = Counts is null || Meant is null ? null : ChoiceStatistics.Of(Counts, Meant);

    /// <summary>What an ideal hash makes of it; null where equal shares are not what is meant.</summary>
    public IdealSpread? Ideal => Statistics is null ? Yardstick : Statistics.Ideal;

    /// <summary>Of a server that answered a swarm: connections are known by worker, tuples only where each was used once.</summary>
    public static ListenerChoices OfServed(Measurement m)
    {
        ServerSettings server = m.Cell.Server;
        long[] accepted = [.. m.Stats.Workers.Select(w => w.Accepted)];
        if (server.Variant == Variant.Restart)
        {
            return None("workers of one listener take connections when they are free, and these come and go: no hash dealt them, and none could have");
        }

        if (server.Variant == Variant.Single)
        {
            return Compared(accepted, null, "one acceptor deals connections to the workers in turn: there is no chance in it, the band is a yardstick");
        }

        if (server.Variant != Variant.Reuseport)
        {
            return Compared(accepted, null, "workers of one listener take connections when they are free: there is no chance in it, the band is a yardstick");
        }

        long? tuples = m.Swarm.Life.DistinctTuples;
        bool eachOnce = (tuples is long distinct && distinct == m.Swarm.Life.ConnectsStarted) || AllStood(m);
        return SelectorShares.UnitOf(server.Selector) == ChanceUnit.Tuple && !eachOnce
            ? None(tuples is null
                ? "the kernel chose the ports, so that it is not known which tuples came twice; use an accept-only probe, or a plan that binds"
                : $"{m.Swarm.Life.ConnectsStarted} connections came from {tuples} tuples, and the same tuple always meets the same listener; use an accept-only probe, or more --sources")
            : Of(server.Selector, accepted, accepted);
    }

    /// <summary>
    /// Whether all connections stood at once: then each has a tuple of its own, whoever chose the ports, since no two connections of one time
    /// share a 4-tuple. So it is where no persistent connection was ever replaced, and none failed.
    /// </summary>
    private static bool AllStood(Measurement m) =>
        m.Cell is { Load.Workload.IsKeepalive: true, Server.Close: ServerClose.Client }
        && m.Swarm.Life is { FailedConnects: 0, FailedRequests: 0 } life
        && life.ConnectsStarted == m.Cell.Load.Connections
        && life.ConnectionsOpened == life.ConnectsStarted;

    /// <summary>Of a group whose listeners recorded both.</summary>
    public static ListenerChoices Of(Selector selector, IReadOnlyList<long> connections, IReadOnlyList<long> tuples) =>
        SelectorShares.UnitOf(selector) switch
        {
            ChanceUnit.Tuple => new ListenerChoices(Tuples, tuples, SelectorShares.Expected(selector, tuples.Count), null, null),
            ChanceUnit.Connection => new ListenerChoices(Connections, connections, SelectorShares.Expected(selector, connections.Count), null, null),
            _ => Compared(connections, SelectorShares.Expected(selector, connections.Count), $"{Names.Of(selector)} leaves nothing to chance; the band is a yardstick"),
        };

    /// <summary>Nothing to say.</summary>
    public static ListenerChoices None(string why) => new(null, null, null, null, why);

    private static ListenerChoices Compared(IReadOnlyList<long> connections, IReadOnlyList<double>? meant, string why) =>
        new(null, null, meant, IdealSpread.Of(connections.Sum(), connections.Count), why);
}

/// <summary>Writes what chance has to say into the rows.</summary>
internal static class ChanceColumns
{
    public static ResultRow On(ResultRow row, ListenerChoices choices)
    {
        row = WithIdeal(row with { ChanceOver = choices.Over, Chi2Reason = choices.NoTest }, choices.Ideal);
        return choices.Statistics is { } statistics ? WithTest(WithEvenness(row, statistics), statistics) : row;
    }

    public static FairnessRow On(FairnessRow row, ListenerChoices choices)
    {
        row = row with
        {
            ChanceOver = choices.Over,
            ExpectedShare = choices.Meant?[row.Listener],
            BandLowShare = choices.Ideal?.Counts.Low / (double?)choices.Ideal?.Total,
            BandHighShare = choices.Ideal?.Counts.High / (double?)choices.Ideal?.Total,
        };
        return choices.Statistics is { Total: > 0 } statistics
            ? row with { Choices = choices.Counts![row.Listener], ChoiceShare = choices.Counts[row.Listener] / (double)statistics.Total }
            : row;
    }

    /// <summary>What to hold a spread against, whether there is a test or only a yardstick.</summary>
    private static ResultRow WithIdeal(ResultRow row, IdealSpread? ideal) => row with
    {
        ChoicesMaxOverMeanExpected = ideal?.MaxOverMean.Expected,
        ChoicesMaxOverMeanLow = ideal?.MaxOverMean.Low,
        ChoicesMaxOverMeanHigh = ideal?.MaxOverMean.High,
        ChoicesMinOverMeanExpected = ideal?.MinOverMean.Expected,
        ChoicesMinOverMeanLow = ideal?.MinOverMean.Low,
        ChoicesMinOverMeanHigh = ideal?.MinOverMean.High,
        ChoicesCvExpected = ideal?.CoefficientOfVariation.Expected,
        ChoicesCvLow = ideal?.CoefficientOfVariation.Low,
        ChoicesCvHigh = ideal?.CoefficientOfVariation.High,
        ChoicesJainExpected = ideal?.Jain.Expected,
        ChoicesJainLow = ideal?.Jain.Low,
        ChoicesJainHigh = ideal?.Jain.High,
        ChanceMethod = ideal?.Method,
        BandCoverage = ideal?.Counts.Coverage,
    };

    private static ResultRow WithEvenness(ResultRow row, ChoiceStatistics statistics) => row with
    {
        Choices = statistics.Total,
        ChoicesMaxOverMean = statistics.Imbalance?.MaxOverMean,
        ChoicesMinOverMean = statistics.Imbalance?.MinOverMean,
        ChoicesCv = statistics.Imbalance?.CoefficientOfVariation,
        ChoicesJain = statistics.Imbalance?.Jain,
        ShareDeviation = statistics.Deviation?.Largest,
        ShareDeviationLow = statistics.Deviation?.Low,
        ShareDeviationHigh = statistics.Deviation?.High,
        CramersV = statistics.Deviation?.CramersV,
    };

    private static ResultRow WithTest(ResultRow row, ChoiceStatistics statistics)
    {
        ChiSquareTest test = statistics.ChiSquare;
        Band? ideal = test.Statistic is null ? null : statistics.Ideal?.ChiSquare;
        return row with
        {
            Chi2 = test.Statistic,
            Chi2Df = test.DegreesOfFreedom,
            Chi2P = test.PValue,
            Chi2Expected = ideal?.Expected,
            Chi2Low = ideal?.Low,
            Chi2High = ideal?.High,
            Chi2Reason = test.Reason,
        };
    }
}
