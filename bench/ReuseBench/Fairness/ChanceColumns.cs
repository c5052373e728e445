using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics.Chance;

namespace ReuseBench.Bench.Fairness;

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
