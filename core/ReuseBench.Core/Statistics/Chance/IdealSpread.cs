using MathNet.Numerics.Distributions;

namespace ReuseBench.Core.Statistics.Chance;

/// <summary>
/// Expectation and 95 % band of every evenness figure when an ideal uniform hash deals <see cref="Total"/> items to
/// <see cref="Parts"/> parts: what must be exceeded before a spread is called uneven.
/// </summary>
/// <remarks>
/// Largest and smallest count, and the band over all parts, are exact (<see cref="Multinomial"/>). The coefficient of variation and
/// Jain's index are functions of χ² (cv² = χ² / total, Jain = 1 / (1 + cv²)); its law is the χ² distribution from
/// <see cref="ChiSquareLawFrom"/> expected items per part on, and below that a seeded simulation of <see cref="Draws"/> draws.
/// </remarks>
public sealed record IdealSpread
{
    /// <summary>Expected items per part from which on the law of χ² is taken from the χ² distribution.</summary>
    public const double ChiSquareLawFrom = 50;

    /// <summary>Size of the simulation below <see cref="ChiSquareLawFrom"/>.</summary>
    public const int Draws = 10_000;

    private const int QuantileSteps = 400;
    private const int ExpectationSteps = 64;
    private const int Seed = 20_117;

    public required long Total { get; init; }

    public required int Parts { get; init; }

    public required Band MaxOverMean { get; init; }

    public required Band MinOverMean { get; init; }

    public required Band CoefficientOfVariation { get; init; }

    public required Band Jain { get; init; }

    public required Band ChiSquare { get; init; }

    /// <summary>Simultaneous over the parts.</summary>
    public required CountBand Counts { get; init; }

    /// <summary>How the law of χ² was had: <c>chi-square</c> or <c>monte-carlo:10000</c>.</summary>
    public required string Method { get; init; }

    /// <returns>Null with fewer than two parts, or nothing to deal.</returns>
    public static IdealSpread? Of(long total, int parts)
    {
        if (parts < 2 || total < 1)
        {
            return null;
        }

        Multinomial law = new(total, parts);
        double mean = (double)total / parts;
        bool simulated = mean < ChiSquareLawFrom;
        double[] chiSquares = simulated ? Simulated((int)total, parts) : Quantiles(parts - 1);
        return new IdealSpread
        {
            Total = total,
            Parts = parts,
            MaxOverMean = Largest(law, mean),
            MinOverMean = Smallest(law, mean),
            ChiSquare = OfSorted(chiSquares, x => x) with { Expected = parts - 1 },
            CoefficientOfVariation = OfSorted(chiSquares, x => Math.Sqrt(x / total)),
            Jain = Reversed(OfSorted(chiSquares, x => 1 / (1 + (x / total)))),
            Counts = Simultaneous(law),
            Method = simulated ? $"monte-carlo:{Draws}" : "chi-square",
        };
    }

    private static Band Largest(Multinomial law, double mean)
    {
        (long lowest, long highest) = law.Support;
        double expected = lowest + SumOver(lowest, highest, m => 1 - law.AllAtMost(m));
        return new Band(
            expected / mean,
            First(lowest, highest, m => law.AllAtMost(m) >= Band.LowerTail) / mean,
            First(lowest, highest, m => law.AllAtMost(m) >= Band.UpperTail) / mean);
    }

    private static Band Smallest(Multinomial law, double mean)
    {
        (long lowest, long highest) = law.Support;
        double expected = lowest + SumOver(lowest, highest, m => law.AllAtLeast(m + 1));
        return new Band(
            expected / mean,
            First(lowest, highest, m => 1 - law.AllAtLeast(m + 1) >= Band.LowerTail) / mean,
            First(lowest, highest, m => 1 - law.AllAtLeast(m + 1) >= Band.UpperTail) / mean);
    }

    private static CountBand Simultaneous(Multinomial law)
    {
        (long lowest, long highest) = law.Support;
        long low = First(lowest, highest, m => law.AllAtLeast(m + 1) < Band.UpperTail);
        long high = First(lowest, highest, m => law.AllAtMost(m) >= Band.UpperTail);
        return new CountBand(low, high, law.AllWithin(low, high));
    }

    /// <summary>The smallest count that a monotone condition holds for.</summary>
    private static long First(long low, long high, Func<long, bool> holds)
    {
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            (low, high) = holds(middle) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>
    /// Σ f(m), low ≤ m &lt; high, of a smooth monotone f: term by term where they are few, otherwise by trapezoids far narrower than the
    /// scale on which f changes.
    /// </summary>
    private static double SumOver(long low, long high, Func<long, double> term)
    {
        long step = Math.Max(1, (high - low) / ExpectationSteps);
        double sum = 0;
        for (long m = low; m < high; m += step)
        {
            long width = Math.Min(step, high - m);
            // Σ over m … m+width−1 of the line through both ends.
            double first = term(m);
            sum += width == 1 ? first : width * (first + ((term(m + width) - first) * (width - 1) / (2.0 * width)));
        }

        return sum;
    }

    private static double[] Quantiles(int degreesOfFreedom) =>
        [.. Enumerable.Range(0, QuantileSteps).Select(i => ChiSquared.InvCDF(degreesOfFreedom, (i + 0.5) / QuantileSteps))];

    private static double[] Simulated(int total, int parts)
    {
        Random random = new(Seed);
        double mean = (double)total / parts;
        double[] values = new double[Draws];
        int[] counts = new int[parts];
        for (int draw = 0; draw < Draws; draw++)
        {
            Array.Clear(counts);
            for (int item = 0; item < total; item++)
            {
                counts[random.Next(parts)]++;
            }

            values[draw] = counts.Sum(c => (c - mean) * (c - mean)) / mean;
        }

        Array.Sort(values);
        return values;
    }

    private static Band OfSorted(double[] sorted, Func<double, double> figure) => new(
        sorted.Average(figure),
        figure(sorted[(int)(Band.LowerTail * sorted.Length)]),
        figure(sorted[(int)(Band.UpperTail * sorted.Length)]));

    private static Band Reversed(Band band) => band with { Low = band.High, High = band.Low };
}
