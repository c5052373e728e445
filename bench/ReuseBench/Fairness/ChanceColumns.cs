using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics.Chance;

namespace ReuseBench.Bench.Fairness;

/// <summary>Writes what chance has to say into the rows.</summary>
internal static class ChanceColumns
{
    public static ResultRow On(ResultRow row, ListenerChoices choices)
    {
        row = row with { ChanceOver = choices.Over, Chi2Reason = choices.NoTest };
        if (choices.Statistics is not { } statistics)
        {
            return row;
        }

        row = WithEvenness(row with { Choices = statistics.Total }, statistics);
        return choices.NoTest is null ? WithTest(row, statistics) : row;
    }

    public static FairnessRow On(FairnessRow row, ListenerChoices choices)
    {
        if (choices.Statistics is not { } statistics || statistics.Total == 0)
        {
            return row with { ChanceOver = choices.Over };
        }

        double total = statistics.Total;
        return row with
        {
            ChanceOver = choices.Over,
            Choices = choices.Counts![row.Listener],
            ChoiceShare = choices.Counts[row.Listener] / total,
            ExpectedShare = choices.Shares![row.Listener],
            BandLowShare = statistics.Ideal?.Counts.Low / total,
            BandHighShare = statistics.Ideal?.Counts.High / total,
        };
    }

    private static ResultRow WithEvenness(ResultRow row, ChoiceStatistics statistics) => row with
    {
        ChoicesMaxOverMean = statistics.Evenness?.MaxOverMean,
        ChoicesMaxOverMeanExpected = statistics.Ideal?.MaxOverMean.Expected,
        ChoicesMaxOverMeanLow = statistics.Ideal?.MaxOverMean.Low,
        ChoicesMaxOverMeanHigh = statistics.Ideal?.MaxOverMean.High,
        ChoicesMinOverMean = statistics.Evenness?.MinOverMean,
        ChoicesMinOverMeanExpected = statistics.Ideal?.MinOverMean.Expected,
        ChoicesMinOverMeanLow = statistics.Ideal?.MinOverMean.Low,
        ChoicesMinOverMeanHigh = statistics.Ideal?.MinOverMean.High,
        ChoicesCv = statistics.Evenness?.CoefficientOfVariation,
        ChoicesCvExpected = statistics.Ideal?.CoefficientOfVariation.Expected,
        ChoicesCvLow = statistics.Ideal?.CoefficientOfVariation.Low,
        ChoicesCvHigh = statistics.Ideal?.CoefficientOfVariation.High,
        ChoicesJain = statistics.Evenness?.Jain,
        ChoicesJainExpected = statistics.Ideal?.Jain.Expected,
        ChoicesJainLow = statistics.Ideal?.Jain.Low,
        ChoicesJainHigh = statistics.Ideal?.Jain.High,
        ChanceMethod = statistics.Ideal?.Method,
        BandCoverage = statistics.Ideal?.Counts.Coverage,
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
