using System.Collections.Concurrent;
using MathNet.Numerics.Distributions;

namespace ReuseBench.Core.Statistics;

/// <summary>
/// A sample of repeats that falls into two groups: such as two connections of which both meet one listener in a third of the repeats. Its median is a
/// value that says nothing of either.
/// </summary>
/// <remarks>
/// The sorted values (their logarithms, where all are positive) are cut where the two means lie furthest apart, in standard deviations within the
/// groups; each has two values at least, since a single one is an outlier and no group. The distance is held against what chance makes of as many
/// values of a uniform distribution, the flattest that has one mode: from one of those, or a normal one, two groups are found in one sample of a
/// thousand or fewer (<see cref="FalseAlarms"/>; simulated with a fixed seed).
/// </remarks>
/// <param name="Low">Median of the lower group.</param>
/// <param name="InLow">Values in it.</param>
/// <param name="High">Median of the upper group.</param>
/// <param name="InHigh">Values in it.</param>
public sealed record Modes(double Low, int InLow, double High, int InHigh)
{
    /// <summary>Of samples with one mode, this share is said to have two.</summary>
    public const double FalseAlarms = 0.001;

    /// <summary>With fewer values nothing is said.</summary>
    public const int FewestValues = 6;

    /// <summary>Groups that are nearer to each other, relative to the lower one, are of no interest to anybody.</summary>
    public const double LeastDifference = 0.10;

    private const int FewestInGroup = 2;

    private const int Runs = 50_000;

    private const int Seed = 1;

    /// <summary>The distance that chance exceeds falls with the number of values; for more than this the last one is used.</summary>
    private const int MostDrawn = 60;

    /// <summary>Below the critical distance of any number of values: most samples are done with here.</summary>
    private const double NeverEnough = 4;

    private static readonly ConcurrentDictionary<int, double> Critical = new();

    /// <returns>Null where there is one group, or too few values to tell.</returns>
    public static Modes? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length < FewestValues)
        {
            return null;
        }

        double[] scaled = sorted[0] > 0 ? [.. sorted.Select(v => Math.Log(v))] : sorted;
        (double distance, int below) = Widest(scaled);
        double low = Sample.Of(sorted[..below])!.Median;
        double high = Sample.Of(sorted[below..])!.Median;
        return distance > NeverEnough && high - low > LeastDifference * Math.Abs(low) && distance > CriticalDistance(sorted.Length)
            ? new Modes(low, below, high, sorted.Length - below)
            : null;
    }

    /// <summary>Such a sample of one mode has a wider distance in <see cref="FalseAlarms"/> of all cases.</summary>
    private static double CriticalDistance(int values) => Critical.GetOrAdd(Math.Min(values, MostDrawn), Simulate);

    private static double Simulate(int values)
    {
        Random random = new(Seed + values);
        double[] sample = new double[values];
        double[] widest = new double[Runs];
        for (int run = 0; run < Runs; run++)
        {
            ContinuousUniform.Samples(random, sample, 0, 1);
            Array.Sort(sample);
            widest[run] = Widest(sample).Distance;
        }

        Array.Sort(widest);
        return widest[(int)(Runs * (1 - FalseAlarms))];
    }

    private static (double Distance, int Below) Widest(double[] sorted)
    {
        int count = sorted.Length;
        double mean = sorted.Average();
        double all = sorted.Sum(v => (v - mean) * (v - mean));
        (double widest, int below, double lower) = (-1, FewestInGroup, 0);
        for (int k = 1; k <= count - FewestInGroup; k++)
        {
            lower += sorted[k - 1] - mean;
            if (k < FewestInGroup)
            {
                continue;
            }

            // The deviations of the two groups cancel out; what they explain of the squares is taken off all of them.
            double apart = (-lower / (count - k)) - (lower / k);
            double within = Math.Max(0, all - (lower * lower * count / ((double)k * (count - k))));
            double distance = apart <= 0 ? 0 : within <= all * 1e-12 ? double.PositiveInfinity : apart / Math.Sqrt(within / (count - 2));
            if (distance > widest)
            {
                (widest, below) = (distance, k);
            }
        }

        return (widest, below);
    }
}
