using System.Collections.Concurrent;
using MathNet.Numerics.Distributions;
using ReuseBench.Core.Statistics;

namespace ReuseBench.Reports.Findings;

/// <summary>
/// How often a ranking calls a cell behind although all of its cells are equal. The leader is the best of many, so this grows with the
/// number of cells: two of three repeats are told apart by chance in one run of ten, ten of them in every second.
/// </summary>
/// <remarks>
/// Simulated with a fixed seed, by the rule of <see cref="Ranking"/> itself. Only the order of the repeats matters where the median is
/// one of them; with an even number it is not, and the repeats are taken as normally distributed.
/// </remarks>
public static class SeparationByChance
{
    /// <summary>The standard error of the share is then at most 0.0016: said in whole runs of a hundred, it is off by one at most.</summary>
    private const int Runs = 100_000;

    private const int Seed = 1;

    private static readonly ConcurrentDictionary<string, double> Known = new();

    /// <param name="repeats">The number of repeats of each ranked cell, the leader among them.</param>
    /// <returns>The share of runs in which at least one of these cells, all equal, is called behind; 0 to 1.</returns>
    public static double Of(IEnumerable<int> repeats)
    {
        int[] counts = [.. repeats.Order()];
        return counts.Length < 2 ? 0 : Known.GetOrAdd(string.Join(' ', counts), _ => Simulate(counts));
    }

    private static double Simulate(int[] counts)
    {
        Random random = new(Seed);
        int separated = 0;
        for (int run = 0; run < Runs; run++)
        {
            Sample[] cells = [.. counts.Select(n => Drawn(random, n))];
            Sample leader = cells.MaxBy(c => c.Median)!;
            separated += cells.Any(c => !Spread.Overlap(leader, c)) ? 1 : 0;
        }

        return (double)separated / Runs;
    }

    private static Sample Drawn(Random random, int count)
    {
        double[] values = new double[count];
        Normal.Samples(random, values, 0, 1);
        return Sample.Of(values)!;
    }
}
