using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace ReuseBench.Core.Statistics;

/// <summary>
/// A small sample of repeats: its median, with a distribution-free interval. The interval is that of the order statistics that cover
/// the population's median with at least 95 %; under six values no pair of them does, and there is none.
/// </summary>
/// <param name="Count">Number of values.</param>
/// <param name="Median">Median.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
/// <param name="Low">Lower end of the 95 % interval of the median; null with fewer than six values.</param>
/// <param name="High">Upper end.</param>
public sealed record Sample(int Count, double Median, double Min, double Max, double? Low, double? High)
{
    private const double Coverage = 0.95;

    /// <returns>Null without values.</returns>
    public static Sample? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
        {
            return null;
        }

        int? rank = LowestRank(sorted.Length);
        return new Sample(
            sorted.Length,
            SortedArrayStatistics.Median(sorted),
            sorted[0],
            sorted[^1],
            rank is int low ? sorted[low] : null,
            rank is int high ? sorted[sorted.Length - 1 - high] : null);
    }

    /// <summary>The largest r for which (x[r], x[n-1-r]) still covers: 1 - 2 P(Binomial(n, ½) ≤ r) ≥ 95 %.</summary>
    private static int? LowestRank(int count)
    {
        int? best = null;
        for (int rank = 0; rank < count / 2 && 1 - (2 * Binomial.CDF(0.5, count, rank)) >= Coverage; rank++)
        {
            best = rank;
        }

        return best;
    }
}

/// <summary>How evenly a total is spread over its parts.</summary>
/// <param name="MaxOverMean">1 is even.</param>
/// <param name="MinOverMean">1 is even.</param>
/// <param name="CoefficientOfVariation">Population standard deviation over the mean; 0 is even.</param>
/// <param name="Jain">Jain's fairness index, 1/n to 1 (Jain, Chiu, Hawe, DEC-TR-301, 1984).</param>
public sealed record Imbalance(double MaxOverMean, double MinOverMean, double CoefficientOfVariation, double Jain)
{
    /// <summary>Share of the parts that got nothing, 0 to 1.</summary>
    public double NoneShare { get; init; }

    /// <returns>Null with fewer than two parts, or where all are 0: nothing was spread.</returns>
    public static Imbalance? Of(IReadOnlyCollection<long> parts)
    {
        double[] counts = [.. parts.Select(p => (double)p)];
        double sum = counts.Sum();
        if (counts.Length < 2 || sum == 0)
        {
            return null;
        }

        double mean = sum / counts.Length;
        return new Imbalance(
            counts.Max() / mean,
            counts.Min() / mean,
            counts.PopulationStandardDeviation() / mean,
            sum * sum / (counts.Length * counts.Sum(c => c * c)))
        {
            NoneShare = counts.Count(c => c == 0) / (double)counts.Length,
        };
    }
}
