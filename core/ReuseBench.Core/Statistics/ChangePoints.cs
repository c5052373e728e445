using ReuseBench.Core.Statistics.Blocks;

namespace ReuseBench.Core.Statistics;

/// <summary>A place in a series from which on its level is another one.</summary>
/// <param name="At">The first value after the change, from 1 on.</param>
/// <param name="Before">Mean of the values between the change before, or the begin, and this one.</param>
/// <param name="After">Mean of the values up to the next change, or the end.</param>
/// <param name="P">Of the test that found it, over 0 to 1.</param>
public sealed record ChangePoint(int At, double Before, double After, double P);

/// <summary>
/// Finds changes of level in several series at once. The statistic of a series is the largest weighted difference of means over all places where it can be
/// cut, as of CUSUM; its p-value comes from permutations of the order, so no distribution is assumed. A series with a change is cut there, and both parts
/// are tested at half the level each. Over all series together a change is claimed where none is with at most the error rate; series that are too short to
/// reach their part of it are not tested (<see cref="Tarone"/>).
/// </summary>
public static class ChangePoints
{
    /// <summary>One value is no level: a single odd run is no change.</summary>
    public const int FewestOnASide = 2;

    /// <summary>A p-value is known well enough once so many permutations reached the statistic (Besag and Clifford, Biometrika 78, 1991).</summary>
    private const int EnoughExceedances = 10;

    private const int FewestPermutations = 1000;

    /// <summary>Values that are moved for one test, so that 500 runs are tested in a fraction of a second.</summary>
    private const int MostMoves = 10_000_000;

    /// <summary>The least p-value that a series of that many values can have: of one that rises or falls in a single step.</summary>
    public static double SmallestP(int count)
    {
        if (count < 2 * FewestOnASide)
        {
            return 1;
        }

        double orders = 1;
        for (int i = 1; i <= count / 2; i++)
        {
            orders *= (double)(count - (count / 2) + i) / i;
        }

        return 2 / orders;
    }

    /// <summary>What each series is held against, where the rate is shared by those that can reach their part.</summary>
    /// <param name="counts">Values of each series.</param>
    /// <param name="alpha">Error rate of all together.</param>
    public static double Level(IReadOnlyCollection<int> counts, double alpha) => alpha / Tarone.Counted([.. counts.Select(SmallestP)], alpha);

    /// <summary>The fewest values in which a change can be found at that level.</summary>
    public static int FewestValues(double level)
    {
        int count = 2 * FewestOnASide;
        while (SmallestP(count) > level)
        {
            count++;
        }

        return count;
    }

    /// <param name="series">Each in the order of time.</param>
    /// <param name="alpha">Error rate of all together, above 0 and below 1.</param>
    /// <param name="seed">Of the permutations: equal series give equal results.</param>
    /// <returns>In the order of the series: their changes, the earliest first; none where none was found or none could be.</returns>
    public static IReadOnlyList<IReadOnlyList<ChangePoint>> Find(IReadOnlyList<IReadOnlyList<double>> series, double alpha, int seed)
    {
        double level = Level([.. series.Select(s => s.Count)], alpha);
        return [.. series.Select((values, i) => Of([.. values], level, new Random(unchecked((seed * 397) + i))))];
    }

    private static ChangePoint[] Of(double[] values, double level, Random random)
    {
        SortedDictionary<int, double> cuts = [];
        Search(values, 0, values.Length, level, random, cuts);
        int[] ends = [0, .. cuts.Keys, values.Length];
        double MeanOf(int part) => values[ends[part]..ends[part + 1]].Average();
        return [.. cuts.Select((cut, i) => new ChangePoint(cut.Key, MeanOf(i), MeanOf(i + 1), cut.Value))];
    }

    private static void Search(double[] values, int from, int to, double level, Random random, SortedDictionary<int, double> cuts)
    {
        if (SmallestP(to - from) > level)
        {
            return;
        }

        double[] part = values[from..to];
        (double largest, int at) = Largest(part);
        double p = largest > 0 ? PValue(part, largest, level, random) : 1;
        if (p > level)
        {
            return;
        }

        cuts[from + at] = p;
        Search(values, from, from + at, level / 2, random, cuts);
        Search(values, from + at, to, level / 2, random, cuts);
    }

    /// <summary>The largest difference of means over all cuts, each weighted by how well its parts determine it; and where it is.</summary>
    private static (double Largest, int At) Largest(ReadOnlySpan<double> values)
    {
        double mean = 0;
        foreach (double value in values)
        {
            mean += value / values.Length;
        }

        (double largest, int at, double sum) = (0, 0, 0);
        for (int i = 1; i <= values.Length - FewestOnASide; i++)
        {
            sum += values[i - 1] - mean;
            double weighted = Math.Abs(sum) / Math.Sqrt((double)i * (values.Length - i) / values.Length);
            if (i >= FewestOnASide && weighted > largest)
            {
                (largest, at) = (weighted, i);
            }
        }

        // What is left of a sum over equal values is no difference.
        return largest > 1e-12 * values.Length * (1 + Math.Abs(mean)) ? (largest, at) : (0, 0);
    }

    private static double PValue(double[] values, double observed, double level, Random random)
    {
        double[] order = [.. values];
        int most = (int)Math.Max(Math.Ceiling(2 / level), Math.Min(Math.Max(FewestPermutations, Math.Ceiling(20 / level)), MostMoves / values.Length));
        int reached = 0;
        for (int tried = 1; tried <= most; tried++)
        {
            random.Shuffle(order);
            if (Largest(order).Largest >= observed * (1 - 1e-9))
            {
                reached++;
                if (reached == EnoughExceedances)
                {
                    return (double)reached / tried;
                }
            }
        }

        return (reached + 1.0) / (most + 1);
    }
}
