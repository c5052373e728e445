using MathNet.Numerics.Distributions;

namespace ReuseBench.Core.Statistics.Chance;

/// <summary>Everything there is to say about how independent choices fell on the listeners of a group.</summary>
/// <param name="Total">Number of choices.</param>
/// <param name="Imbalance">As seen; null with one listener.</param>
/// <param name="Ideal">What chance alone makes of it; null where equal shares are not what is meant.</param>
/// <param name="ChiSquare">Against the shares that are meant.</param>
/// <param name="Deviation">Size of the effect; null where equal shares are not what is meant.</param>
public sealed record ChoiceStatistics(long Total, Imbalance? Imbalance, IdealSpread? Ideal, ChiSquareTest ChiSquare, ShareDeviation? Deviation)
{
    private const double EvenTolerance = 1e-12;

    /// <param name="choices">By listener.</param>
    /// <param name="shares">What is meant for each; they add up to 1.</param>
    public static ChoiceStatistics Of(IReadOnlyList<long> choices, IReadOnlyList<double> shares)
    {
        bool even = shares.Max() - shares.Min() < EvenTolerance;
        return new ChoiceStatistics(
            choices.Sum(),
            Imbalance.Of([.. choices]),
            even ? IdealSpread.Of(choices.Sum(), choices.Count) : null,
            ChiSquareTest.Of(choices, shares),
            even ? ShareDeviation.Of(choices) : null);
    }
}

/// <summary>
/// How far the most deviant listener is from its even share: the size of an effect, where a p-value says only that there is one.
/// </summary>
/// <param name="Largest">Greatest |share − even share| seen, 0 to 1. Chance alone makes it larger than 0.</param>
/// <param name="Low">With 95 %, the true greatest deviation is at least this; 0 where even shares are compatible with the counts.</param>
/// <param name="High">With 95 %, at most this.</param>
/// <param name="CramersV">√(χ² / (total · (parts − 1))): 0 is even, 1 is all at one listener.</param>
public sealed record ShareDeviation(double Largest, double Low, double High, double CramersV)
{
    private const double ErrorRate = 0.05;

    /// <summary>
    /// The interval is exact: Clopper and Pearson's of every share, at an error rate divided by their number (Bonferroni), so that it holds
    /// for all at once.
    /// </summary>
    /// <param name="counts">Items by part.</param>
    /// <param name="repeats">Intervals that have to hold at once; the error rate is divided by their number too.</param>
    /// <returns>Null with fewer than two parts, or where all are 0.</returns>
    public static ShareDeviation? Of(IReadOnlyList<long> counts, int repeats = 1)
    {
        long total = counts.Sum();
        if (counts.Count < 2 || total == 0)
        {
            return null;
        }

        double even = 1.0 / counts.Count;
        double largest = 0;
        double low = 0;
        double high = 0;
        double squares = 0;
        foreach (long count in counts)
        {
            double deviation = ((double)count / total) - even;
            (double from, double to) = ShareInterval(count, total, ErrorRate / repeats / counts.Count);
            largest = Math.Max(largest, Math.Abs(deviation));
            low = Math.Max(low, Math.Max(from - even, even - to));
            high = Math.Max(high, Math.Max(to - even, even - from));
            squares += deviation * deviation;
        }

        return new ShareDeviation(largest, low, high, Math.Sqrt(squares / even / (counts.Count - 1)));
    }

    /// <summary>Clopper and Pearson, Biometrika 26, 1934.</summary>
    private static (double From, double To) ShareInterval(long count, long total, double errorRate) => (
        count == 0 ? 0 : Beta.InvCDF(count, total - count + 1, errorRate / 2),
        count == total ? 1 : Beta.InvCDF(count + 1, total - count, 1 - (errorRate / 2)));
}
