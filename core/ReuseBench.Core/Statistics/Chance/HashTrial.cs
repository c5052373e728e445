using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace ReuseBench.Core.Statistics.Chance;

/// <summary>
/// A group size over repeats with independent hash seeds, held against an ideal uniform hash by two tests: the p-values of the repeats are
/// spread evenly, and χ² over all of them is neither too large nor too small.
/// </summary>
/// <param name="Uniformity">Of the p-values.</param>
/// <param name="Pooled">χ² over all repeats.</param>
/// <param name="ErrorRateOfOneTest">What each of the two is held against, 0 to 1.</param>
public sealed record HashTrial(PValueUniformity Uniformity, ChiSquareTest Pooled, double ErrorRateOfOneTest)
{
    /// <summary>The error rate of the whole statement: an ideal hash is accused, at any group size and by any test, in at most one run of a hundred.</summary>
    public const double ErrorRate = 0.01;

    public const int TestsOfASize = 2;

    /// <summary>χ² has its degrees of freedom as its mean.</summary>
    public bool IsMoreUneven => Pooled.Statistic > Pooled.DegreesOfFreedom;

    public bool IsUniform => Uniformity.Holds(ErrorRateOfOneTest);

    /// <summary>Two-sided: too even is no more what chance gives than too uneven.</summary>
    public bool IsChiSquareOfChance => Pooled.TwoSidedPValue >= ErrorRateOfOneTest;

    public bool IsWhatChanceGives => IsUniform && IsChiSquareOfChance;

    /// <param name="uniformity">Of the p-values.</param>
    /// <param name="pooled">χ² over the same repeats.</param>
    /// <param name="sizes">Group sizes that are tested in the run, at least 1: the error rate is divided by all tests of the run (Bonferroni), so that
    /// it is that of the whole statement.</param>
    public static HashTrial Of(PValueUniformity uniformity, ChiSquareTest pooled, int sizes) =>
        new(uniformity, pooled, ErrorRate / (TestsOfASize * Math.Max(1, sizes)));
}

/// <summary>
/// Are p-values of independent repeats spread evenly from 0 to 1, as they are where the hypothesis holds? Kolmogorov and Smirnov's
/// greatest distance, its p-value by the exact law, so that it is right for few repeats too.
/// </summary>
/// <param name="Repeats">p-values taken in.</param>
/// <param name="Distance">Greatest distance of their distribution function from the diagonal, 0 to 1.</param>
/// <param name="PValue">How often chance alone is as far off, 0 to 1.</param>
public sealed record PValueUniformity(int Repeats, double Distance, double PValue)
{
    /// <summary>Fewer repeats could hardly tell anything from anything.</summary>
    public const int LeastRepeats = 8;

    /// <summary>Expected items per part that the p-values must have been made of; below, counts are too coarse for an even spread.</summary>
    public const double LeastExpected = 50;

    /// <returns>Null with fewer than <see cref="LeastRepeats"/> values.</returns>
    public static PValueUniformity? Of(IReadOnlyCollection<double> pValues)
    {
        if (pValues.Count < LeastRepeats)
        {
            return null;
        }

        double distance = DistanceOf([.. pValues.Order()]);
        return new PValueUniformity(pValues.Count, distance, KolmogorovSmirnov.PValue(pValues.Count, distance));
    }

    /// <summary>Whether an even spread is compatible with these values.</summary>
    /// <param name="errorRate">How often a sound hash may fail, 0 to 1; <see cref="HashTrial.ErrorRateOfOneTest"/> where more than this is tested.</param>
    public bool Holds(double errorRate) => PValue >= errorRate;

    private static double DistanceOf(double[] sorted)
    {
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            distance = Math.Max(distance, Math.Max(((i + 1.0) / sorted.Length) - sorted[i], sorted[i] - ((double)i / sorted.Length)));
        }

        return distance;
    }
}

/// <summary>
/// The law of Kolmogorov and Smirnov's greatest distance between the distribution function of n independent values, spread evenly from 0
/// to 1, and the diagonal (Marsaglia, Tsang, Wang, "Evaluating Kolmogorov's Distribution", Journal of Statistical Software 8 (18), 2003).
/// </summary>
internal static class KolmogorovSmirnov
{
    /// <summary>From here on, n · distance² being this, their closed form is good to seven digits, and one less than the law is all rounding.</summary>
    private const double ClosedFormFrom = 7.24;

    /// <summary>How often chance alone is at least as far off, 0 to 1; exact to about 1e-10.</summary>
    /// <param name="count">Number of values, at least 1.</param>
    /// <param name="distance">0 to 1.</param>
    public static double PValue(int count, double distance)
    {
        double scaled = count * distance * distance;
        return scaled > ClosedFormFrom
            ? Math.Min(1, 2 * Math.Exp(-(2.000071 + (0.331 / Math.Sqrt(count)) + (1.409 / count)) * scaled))
            : Math.Clamp(1 - Below(count, distance), 0, 1);
    }

    private static double Below(int count, double distance)
    {
        int half = (int)(count * distance) + 1;
        double rest = half - (count * distance);
        int size = (2 * half) - 1;
        Matrix<double> steps = Matrix<double>.Build.Dense(size, size, (row, column) => row - column + 1 < 0 ? 0 : 1);
        for (int i = 0; i < size; i++)
        {
            steps[i, 0] -= Math.Pow(rest, i + 1);
            steps[size - 1, i] -= Math.Pow(rest, size - i);
        }

        steps[size - 1, 0] += rest > 0.5 ? Math.Pow((2 * rest) - 1, size) : 0;

        // The power grows like e^n: one e is taken out of every factor, and put back by its logarithm.
        steps.MapIndexedInplace((row, column, value) => value / SpecialFunctions.Factorial(Math.Max(0, row - column + 1)) / Math.E);
        double logOfRest = count + SpecialFunctions.FactorialLn(count) - (count * Math.Log(count));
        return steps.Power(count)[half - 1, half - 1] * Math.Exp(logOfRest);
    }
}
