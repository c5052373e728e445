using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics.Chance;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>Makes the rows of <c>chance.csv</c>: what chance has to say about a repeat.</summary>
internal static class ChanceRows
{
    public static IEnumerable<ChanceRow> Of(ResultRow result, ListenerChoices choices)
    {
        ChanceRow key = new() { RunId = result.RunId, CellId = result.CellId, Repeat = result.Repeat, Over = OverOf(choices) };
        return [.. OfListeners(key, choices), .. OfRepeat(key, choices).OfType<ChanceRow>()];
    }

    private static ChanceOver? OverOf(ListenerChoices choices) => choices.Unit switch
    {
        ChanceUnit.Tuple => ChanceOver.Tuples,
        ChanceUnit.Connection => ChanceOver.Connections,
        _ => null,
    };

    private static IEnumerable<ChanceRow> OfListeners(ChanceRow key, ListenerChoices choices)
    {
        int listeners = choices.Counts?.Count ?? choices.Meant?.Count ?? choices.Ideal?.Parts ?? 0;
        IdealSpread? ideal = choices.Ideal;
        ChoiceStatistics? statistics = choices.Statistics is { Total: > 0 } seen ? seen : null;
        return Enumerable.Range(0, listeners).Select(listener => key with
        {
            Statistic = ChanceStatistic.ChoiceShare,
            Listener = listener,
            Choices = statistics is null ? null : choices.Counts![listener],
            Value = statistics is null ? null : choices.Counts![listener] / (double)statistics.Total,
            Expected = choices.Meant?[listener],
            Low = ideal?.Counts.Low / (double?)ideal?.Total,
            High = ideal?.Counts.High / (double?)ideal?.Total,
            BandCoverage = ideal?.Counts.Coverage,
        });
    }

    /// <summary>Whether there is a test or only a yardstick.</summary>
    private static IEnumerable<ChanceRow?> OfRepeat(ChanceRow key, ListenerChoices choices)
    {
        IdealSpread? ideal = choices.Ideal;
        ChoiceStatistics? statistics = choices.Statistics;
        ChanceRow repeat = key with { Choices = statistics?.Total };

        ChanceRow? Spread(ChanceStatistic statistic, double? value, Band? band) => value is null && band is null
            ? null
            : repeat with
            {
                Statistic = statistic,
                Value = value,
                Expected = band?.Expected,
                Low = band?.Low,
                High = band?.High,
                Method = band is null ? null : ideal?.Method,
            };

        yield return Spread(ChanceStatistic.MaxOverMean, statistics?.Imbalance?.MaxOverMean, ideal?.MaxOverMean);
        yield return Spread(ChanceStatistic.MinOverMean, statistics?.Imbalance?.MinOverMean, ideal?.MinOverMean);
        yield return Spread(ChanceStatistic.Cv, statistics?.Imbalance?.CoefficientOfVariation, ideal?.CoefficientOfVariation);
        yield return Spread(ChanceStatistic.Jain, statistics?.Imbalance?.Jain, ideal?.Jain);

        ChiSquareTest test = statistics?.ChiSquare ?? new ChiSquareTest(null, null, null, choices.NoTest);
        yield return (Spread(ChanceStatistic.ChiSquare, test.Statistic, test.Statistic is null ? null : ideal?.ChiSquare)
            ?? repeat with { Statistic = ChanceStatistic.ChiSquare }) with
        {
            DegreesOfFreedom = test.DegreesOfFreedom,
            PValue = test.PValue,
            Reason = test.Reason,
        };
        if (statistics?.Deviation is { } deviation)
        {
            yield return Spread(ChanceStatistic.ShareDeviation, deviation.Largest, null)! with { Low = deviation.Low, High = deviation.High };
            yield return repeat with { Statistic = ChanceStatistic.CramersV, Value = deviation.CramersV };
        }
    }
}
