using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace ReuseBench.Core.Statistics;

/// <summary>
/// The ratio of a figure between two sides that were measured in runs of their own, with its interval and two p-values. Sides have no rounds in common,
/// so repeats are compared as independent samples, on logarithms: Welch's test, whose two sides may scatter unlike. Where a side has several runs, runs
/// differ among themselves by more than their repeats do (another start of the host, another hour); then the run is the unit, and its scatter between
/// runs of one side is pooled over the sides.
/// </summary>
/// <param name="Difference">Of the means of the logarithms, other less baseline.</param>
/// <param name="Error">Its standard error.</param>
/// <param name="Freedom">Degrees of freedom of that.</param>
/// <param name="DifferenceP">Probability of so large a difference where there is none.</param>
/// <param name="EquivalenceP">Probability of so small a difference where there is one of the margin or more (two one-sided tests).</param>
/// <param name="IsBetweenRuns">Whether the scatter between runs is in it.</param>
public sealed record RatioOfSides(double Difference, double Error, double Freedom, double DifferenceP, double EquivalenceP, bool IsBetweenRuns)
{
    /// <summary>Of each side: fewer have hardly a scatter of their own.</summary>
    public const int FewestRepeats = 3;

    private const double Coverage = 0.95;

    /// <summary>
    /// Of a logarithm: what the figures themselves resolve (a histogram keeps three digits). Repeats that are equal to all digits scatter by that, not by
    /// nothing.
    /// </summary>
    private const double Resolution = 1e-3;

    /// <summary>Other over baseline, of geometric means.</summary>
    public double Ratio => Math.Exp(Difference);

    /// <summary>Lower end of its 95 % interval, by itself.</summary>
    public double Low => Math.Exp(Difference - Half);

    /// <summary>Upper end.</summary>
    public double High => Math.Exp(Difference + Half);

    private double Half => new StudentT(0, 1, Freedom).InverseCumulativeDistribution(1 - ((1 - Coverage) / 2)) * Error;

    /// <param name="baseline">The repeats of each run of the side that is compared with.</param>
    /// <param name="other">Likewise of the side that is compared.</param>
    /// <param name="margin">The relative difference from which on two sides are no longer equivalent, above 0 and below 1.</param>
    /// <returns>Null where a side has fewer than <see cref="FewestRepeats"/> repeats, or a figure has no logarithm.</returns>
    public static RatioOfSides? Of(IReadOnlyList<IReadOnlyList<double>> baseline, IReadOnlyList<IReadOnlyList<double>> other, double margin)
    {
        double[][] from = Logarithms(baseline);
        double[][] to = Logarithms(other);
        if (Count(from) < FewestRepeats || Count(to) < FewestRepeats || from.Concat(to).SelectMany(v => v).Any(v => !double.IsFinite(v)))
        {
            return null;
        }

        (double difference, double error, double freedom) = Within(from, to);
        bool isBetween = from.Length + to.Length > 2;
        if (isBetween)
        {
            (difference, double between, freedom) = Between(from, to);
            error = Math.Max(error, between);
        }

        StudentT law = new(0, 1, freedom);
        // As far below as above: a ratio of 1 − margin and its reciprocal are the same difference seen from either side.
        double bound = -Math.Log(1 - margin);
        double equivalence = Math.Max(law.CumulativeDistribution((difference - bound) / error), law.CumulativeDistribution((-difference - bound) / error));
        return new RatioOfSides(difference, error, freedom, 2 * law.CumulativeDistribution(-Math.Abs(difference) / error), equivalence, isBetween);
    }

    private static double[][] Logarithms(IReadOnlyList<IReadOnlyList<double>> runs) =>
        [.. runs.Where(r => r.Count > 0).Select(r => r.Select(v => Math.Log(v)).ToArray())];

    private static int Count(double[][] runs) => runs.Sum(r => r.Length);

    /// <summary>Welch and Satterthwaite over the repeats.</summary>
    private static (double Difference, double Error, double Freedom) Within(double[][] from, double[][] to)
    {
        (double a, int n) = (MeanVariance(from), Count(from));
        (double b, int m) = (MeanVariance(to), Count(to));
        (double left, double right) = (a / n, b / m);
        double sum = left + right;
        double freedom = sum * sum / ((left * left / (n - from.Length)) + (right * right / (m - to.Length)));
        return (to.SelectMany(r => r).Mean() - from.SelectMany(r => r).Mean(), Math.Sqrt(sum), freedom);
    }

    /// <summary>Of repeats about the mean of their run.</summary>
    private static double MeanVariance(double[][] runs)
    {
        double squares = runs.Sum(r => r.Length > 1 ? r.Variance() * (r.Length - 1) : 0);
        return Math.Max(Resolution * Resolution, squares / Math.Max(1, Count(runs) - runs.Length));
    }

    /// <summary>Over the means of runs, with one scatter for both sides.</summary>
    private static (double Difference, double Error, double Freedom) Between(double[][] from, double[][] to)
    {
        double[] a = [.. from.Select(r => r.Mean())];
        double[] b = [.. to.Select(r => r.Mean())];
        int freedom = a.Length + b.Length - 2;
        double squares = a.Sum(v => (v - a.Mean()) * (v - a.Mean())) + b.Sum(v => (v - b.Mean()) * (v - b.Mean()));
        return (b.Mean() - a.Mean(), Math.Sqrt(squares / freedom * ((1.0 / a.Length) + (1.0 / b.Length))), freedom);
    }
}

/// <summary>Holm's step-down correction: all claims of a family together are wrong with at most the level that each is then held against.</summary>
public static class HolmCorrection
{
    /// <param name="p">Of each comparison.</param>
    /// <returns>In the same order: the level at which all comparisons together would just reject this one, at most 1.</returns>
    public static double[] Adjust(IReadOnlyList<double> p)
    {
        double[] adjusted = new double[p.Count];
        double largest = 0;
        foreach ((int rank, int place) in Enumerable.Range(0, p.Count).OrderBy(i => p[i]).Index())
        {
            largest = Math.Max(largest, Math.Min(1, p[place] * (p.Count - rank)));
            adjusted[place] = largest;
        }

        return adjusted;
    }
}
