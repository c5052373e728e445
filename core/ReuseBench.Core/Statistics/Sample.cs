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
