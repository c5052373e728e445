using System.Collections.Concurrent;
using MathNet.Numerics.Distributions;

namespace ReuseBench.Core.Statistics;

/// <summary>
/// Whether a window measured one thing from its beginning to its end: the last third against the first, and the step that divides it best.
/// </summary>
/// <remarks>
/// The window's intervals are put together to <see cref="Parts"/> parts or a few more. The step is where the means before and after (of the
/// logarithms: a latency that settles falls by factors) lie furthest apart, in standard errors. How often chance makes a step as wide is simulated
/// (fixed seed) for parts of which each goes with the one before by <see cref="Correlation"/>: what a machine does lasts, and a test for independent
/// values would call far too many windows unsteady. Where a part goes with the one before by more, such a step comes more often than
/// <see cref="P"/> says: at 0.5 ten times as often.
/// </remarks>
/// <param name="Drift">Geometric mean of the last third over that of the first, less 1.</param>
/// <param name="Step">Geometric mean after the step over that before it, less 1.</param>
/// <param name="StepAt">Where the step is, as a share of the window.</param>
/// <param name="P">How often chance alone makes a step as wide.</param>
public sealed record SteadyState(double Drift, double Step, double StepAt, double P)
{
    /// <summary>With fewer parts nothing is said.</summary>
    public const int FewestParts = 8;

    public const int Parts = 20;

    /// <summary>Of a part with the one before, in what chance is taken to do.</summary>
    public const double Correlation = 0.3;

    private const int FewestAside = 2;

    /// <summary>Squares of logarithms of equal values, as they are rounded.</summary>
    private const double Rounding = 1e-24;

    private const int Runs = 50_000;

    private const int Seed = 1;

    private static readonly ConcurrentDictionary<int, double[]> ByChance = new();

    /// <summary>The greater of drift and step.</summary>
    public double LevelChange => Math.Abs(Drift) > Math.Abs(Step) ? Drift : Step;

    /// <param name="intervals">Positive, in the order of time, of equal length.</param>
    /// <returns>Null with fewer than <see cref="FewestParts"/>.</returns>
    public static SteadyState? Of(IReadOnlyList<double> intervals)
    {
        if (intervals.Count < FewestParts)
        {
            return null;
        }

        int size = Math.Max(1, intervals.Count / Parts);
        double[] parts = [.. intervals.Chunk(size).Where(c => c.Length == size).Select(c => Math.Log(c.Average()))];
        (double width, int before) = Widest(parts);
        int third = parts.Length / 3;
        return new SteadyState(
            Math.Exp(parts[^third..].Average() - parts[..third].Average()) - 1,
            Math.Exp(parts[before..].Average() - parts[..before].Average()) - 1,
            (double)before / parts.Length,
            ProbabilityOf(width, parts.Length));
    }

    private static double ProbabilityOf(double width, int parts)
    {
        double[] chance = ByChance.GetOrAdd(parts, Simulate);
        int found = Array.BinarySearch(chance, width);
        int asWide = chance.Length - (found < 0 ? ~found : found);
        return (asWide + 1.0) / (chance.Length + 1);
    }

    /// <summary>Widths of steps in windows that have none, sorted.</summary>
    private static double[] Simulate(int parts)
    {
        Random random = new(Seed + parts);
        double[] values = new double[parts];
        double[] widths = new double[Runs];
        double fresh = Math.Sqrt(1 - (Correlation * Correlation));
        for (int run = 0; run < Runs; run++)
        {
            Normal.Samples(random, values, 0, 1);
            for (int i = 1; i < parts; i++)
            {
                values[i] = (Correlation * values[i - 1]) + (fresh * values[i]);
            }

            widths[run] = Widest(values).Width;
        }

        Array.Sort(widths);
        return widths;
    }

    private static (double Width, int Before) Widest(double[] parts)
    {
        int count = parts.Length;
        double mean = parts.Average();
        double all = parts.Sum(v => (v - mean) * (v - mean));
        (double widest, int before, double sum) = (-1, FewestAside, 0);
        for (int k = 1; k <= count - FewestAside; k++)
        {
            sum += parts[k - 1] - mean;
            if (k < FewestAside)
            {
                continue;
            }

            double explained = sum * sum * count / ((double)k * (count - k));
            double left = Math.Max(0, all - explained);
            double width = explained <= Math.Max(all * 1e-12, Rounding) ? 0 : left <= all * 1e-12 ? double.MaxValue : Math.Sqrt(explained * (count - 2) / left);
            if (width > widest)
            {
                (widest, before) = (width, k);
            }
        }

        return (widest, before);
    }
}
