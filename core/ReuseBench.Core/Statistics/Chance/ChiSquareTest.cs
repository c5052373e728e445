using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace ReuseBench.Core.Statistics.Chance;

/// <summary>
/// Pearson's test of counts against expected shares. Where an expected count is too small for the law to hold, every figure is null
/// and <see cref="Reason"/> says why: rather no figure than a wrong one.
/// </summary>
/// <param name="Statistic">χ²; null where it means nothing.</param>
/// <param name="DegreesOfFreedom">Parts less one.</param>
/// <param name="PValue">How often chance alone is as uneven, 0 to 1.</param>
/// <param name="Reason">Why there is no figure; otherwise null.</param>
public sealed record ChiSquareTest(double? Statistic, int? DegreesOfFreedom, double? PValue, string? Reason)
{
    /// <summary>Expected items per part below which the χ² law is no guide (Cochran's rule).</summary>
    public const double LeastExpected = 5;

    /// <summary>How often chance alone is as far off to that side, too uneven or too even, doubled: 0 to 1. Null without a figure.</summary>
    public double? TwoSidedPValue => Statistic is double statistic && DegreesOfFreedom is int degrees
        ? Math.Min(1, 2 * Math.Min(UpperTail(statistic, degrees), LowerTail(statistic, degrees)))
        : null;

    /// <summary>Against equal shares.</summary>
    public static ChiSquareTest OfUniform(IReadOnlyList<long> counts) =>
        Of(counts, [.. Enumerable.Repeat(1.0 / Math.Max(1, counts.Count), counts.Count)]);

    /// <param name="counts">Items by part.</param>
    /// <param name="shares">Expected share of each part; they add up to 1.</param>
    public static ChiSquareTest Of(IReadOnlyList<long> counts, IReadOnlyList<double> shares)
    {
        if (counts.Count != shares.Count)
        {
            throw new ArgumentException($"{counts.Count} counts cannot be held against {shares.Count} shares", nameof(shares));
        }

        if (counts.Count < 2)
        {
            return Without("one listener takes all: there is nothing to compare");
        }

        double total = counts.Sum();
        double least = total * shares.Min();
        if (least < LeastExpected)
        {
            return Without($"{total:0} choices are too few for {counts.Count} listeners: {least:0.##} expected at one of them, {LeastExpected} needed");
        }

        double statistic = counts.Zip(shares, (count, share) => (count - (share * total)) * (count - (share * total)) / (share * total)).Sum();
        int degrees = counts.Count - 1;
        return new ChiSquareTest(statistic, degrees, UpperTail(statistic, degrees), null);
    }

    /// <summary>Independent repeats taken together: the sum of χ² over the sum of the degrees of freedom. Repeats without a figure do not count.</summary>
    public static ChiSquareTest Pooled(IEnumerable<ChiSquareTest> repeats)
    {
        ChiSquareTest[] tests = [.. repeats.Where(t => t.Statistic is not null)];
        if (tests.Length == 0)
        {
            return Without("no repeat has enough choices for each listener");
        }

        double statistic = tests.Sum(t => t.Statistic!.Value);
        int degrees = tests.Sum(t => t.DegreesOfFreedom!.Value);
        return new ChiSquareTest(statistic, degrees, UpperTail(statistic, degrees), null);
    }

    /// <summary>P(χ² ≥ statistic); not 1 − CDF, which loses every small p to rounding.</summary>
    private static double UpperTail(double statistic, int degrees) =>
        statistic <= 0 ? 1 : SpecialFunctions.GammaUpperRegularized(degrees / 2.0, statistic / 2);

    /// <summary>P(χ² ≤ statistic).</summary>
    private static double LowerTail(double statistic, int degrees) =>
        statistic <= 0 ? 0 : SpecialFunctions.GammaLowerRegularized(degrees / 2.0, statistic / 2);

    private static ChiSquareTest Without(string reason) => new(null, null, null, reason);
}

/// <summary>The law of χ² as far as bands need it: values that stand for equal parts of it, and the two quantiles.</summary>
/// <param name="Values">Ascending, equally likely.</param>
/// <param name="Low">2.5 % quantile.</param>
/// <param name="High">97.5 % quantile.</param>
internal sealed record ChiSquareLaw(double[] Values, double Low, double High)
{
    private const int Parts = 400;

    /// <summary>The χ² distribution; its quantiles are exact, its values the middles of equal parts.</summary>
    public static ChiSquareLaw OfDistribution(int degreesOfFreedom) => new(
        [.. Enumerable.Range(0, Parts).Select(i => ChiSquared.InvCDF(degreesOfFreedom, (i + 0.5) / Parts))],
        ChiSquared.InvCDF(degreesOfFreedom, Band.LowerTail),
        ChiSquared.InvCDF(degreesOfFreedom, Band.UpperTail));

    /// <param name="sorted">Drawn, ascending.</param>
    public static ChiSquareLaw OfSimulation(double[] sorted) => new(
        sorted, sorted[(int)(Band.LowerTail * sorted.Length)], sorted[(int)(Band.UpperTail * sorted.Length)]);

    /// <summary>Mean and 95 % band of a monotone figure of χ².</summary>
    public Band BandOf(Func<double, double> figure) => new(Values.Average(figure), figure(Low), figure(High));
}
