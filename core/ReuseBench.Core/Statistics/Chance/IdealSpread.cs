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

    /// <summary>Even, as Richardson's rule needs; below so many counts every term is summed.</summary>
    private const int ExpectationSteps = 64;

    /// <summary>A term of an expectation that no longer counts; below it the law itself is not computed more exactly.</summary>
    private const double Negligible = 1e-10;

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
        ChiSquareLaw chiSquare = simulated ? ChiSquareLaw.OfSimulation(Simulated((int)total, parts)) : ChiSquareLaw.OfDistribution(parts - 1);
        return new IdealSpread
        {
            Total = total,
            Parts = parts,
            MaxOverMean = Largest(law, mean),
            MinOverMean = Smallest(law, mean),
            ChiSquare = chiSquare.BandOf(x => x) with { Expected = parts - 1 },
            CoefficientOfVariation = chiSquare.BandOf(x => Math.Sqrt(x / total)),
            Jain = Reversed(chiSquare.BandOf(x => 1 / (1 + (x / total)))),
            Counts = Simultaneous(law),
            Method = simulated ? $"monte-carlo:{Draws}" : "chi-square",
        };
    }

    private static Band Largest(Multinomial law, double mean)
    {
        (long lowest, long highest) = law.Support;

        // The largest count is never below the mean: all terms there are 1, and the kink between them and the rest is left out of the sum.
        long start = Math.Max(lowest, (long)Math.Ceiling(mean));
        double expected = start + SumFrom(start, highest, m => 1 - law.AllAtMost(m));
        return new Band(
            expected / mean,
            First(lowest, highest, m => law.AllAtMost(m) >= Band.LowerTail) / mean,
            First(lowest, highest, m => law.AllAtMost(m) >= Band.UpperTail) / mean);
    }

    private static Band Smallest(Multinomial law, double mean)
    {
        (long lowest, long highest) = law.Support;

        // Downwards from the mean, for the same reason.
        long start = Math.Min(highest, (long)Math.Floor(mean));
        double expected = start - SumFrom(0, start - lowest, below => 1 - law.AllAtLeast(start - below));
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
    /// Σ f(m), low ≤ m &lt; high, of a smooth f that falls to 0: term by term where they are few, otherwise along lines between every
    /// step-th value, whose error Richardson's rule takes away (it goes with step² − 1, since lines over single steps are exact).
    /// </summary>
    private static double SumFrom(long low, long high, Func<long, double> term)
    {
        long end = First(low, high, m => term(m) < Negligible);
        if (end - low <= ExpectationSteps)
        {
            double sum = 0;
            for (long m = low; m < end; m++)
            {
                sum += term(m);
            }

            return sum;
        }

        long step = (end - low + ExpectationSteps - 1) / ExpectationSteps;
        double[] values = [.. Enumerable.Range(0, ExpectationSteps + 1).Select(i => term(low + (i * step)))];
        double fine = AlongLines(values, 1, step);
        double coarse = AlongLines(values, 2, 2 * step);
        return fine + ((fine - coarse) * ((step * step) - 1) / (3.0 * step * step));
    }

    /// <summary>Sum of all terms, those between two values read off the line between them; the last value itself is not part of it.</summary>
    private static double AlongLines(double[] values, int every, long width)
    {
        double sum = 0;
        for (int i = 0; i + every < values.Length; i += every)
        {
            sum += width * (values[i] + ((values[i + every] - values[i]) * (width - 1) / (2.0 * width)));
        }

        return sum;
    }

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

    private static Band Reversed(Band band) => band with { Low = band.High, High = band.Low };
}
