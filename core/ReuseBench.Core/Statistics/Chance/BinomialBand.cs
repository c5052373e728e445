using MathNet.Numerics.Distributions;

namespace ReuseBench.Core.Statistics.Chance;

/// <summary>The share of n independent items that chance lets have a property of probability p: the band that holds it 95 times in 100.</summary>
public static class BinomialBand
{
    /// <param name="probability">0 to 1; at either end the band is a point.</param>
    /// <param name="items">Number of items, at least 1.</param>
    /// <returns>Shares, 0 to 1; the quantiles are exact.</returns>
    public static Band OfShare(double probability, int items)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(items, 1);
        return probability is <= 0 or >= 1
            ? new Band(probability, probability, probability)
            : new Band(
                probability,
                Quantile(probability, items, Band.LowerTail) / (double)items,
                Quantile(probability, items, Band.UpperTail) / (double)items);
    }

    /// <summary>How often chance is at least as far to that side, doubled: the p-value of a share, 0 to 1.</summary>
    /// <param name="probability">0 to 1; at either end any other count is impossible, and its p-value 0.</param>
    /// <param name="items">Number of items, at least 1.</param>
    /// <param name="count">How many have the property.</param>
    public static double PValue(double probability, int items, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(items, 1);
        if (probability is <= 0 or >= 1)
        {
            return count == (probability <= 0 ? 0 : items) ? 1 : 0;
        }

        double atMost = Binomial.CDF(probability, items, count);
        double atLeast = count == 0 ? 1 : 1 - Binomial.CDF(probability, items, count - 1);
        return Math.Min(1, 2 * Math.Min(atMost, atLeast));
    }

    private static int Quantile(double probability, int items, double tail)
    {
        (int low, int high) = (0, items);
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = Binomial.CDF(probability, items, middle) >= tail ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}

/// <summary>What chance alone makes of a figure.</summary>
/// <param name="Expected">Its mean.</param>
/// <param name="Low">Lower end of the band that holds it 95 times in 100 (2.5 % quantile).</param>
/// <param name="High">Upper end (97.5 % quantile).</param>
public sealed record Band(double Expected, double Low, double High)
{
    internal const double LowerTail = 0.025;
    internal const double UpperTail = 1 - LowerTail;

    public bool Holds(double value) => value >= Low && value <= High;
}

/// <summary>The counts between which *all* parts lie at once, with at least 95 %.</summary>
/// <param name="Low">Least count.</param>
/// <param name="High">Greatest count.</param>
/// <param name="Coverage">How likely an ideal uniform hash keeps every part within; at least 0.95, more where counts are small and steps coarse.</param>
public sealed record CountBand(long Low, long High, double Coverage);
