namespace ReuseBench.Core.Statistics.Chance;

/// <summary>
/// Are p-values of independent repeats spread evenly from 0 to 1, as they are where the hypothesis holds? Kolmogorov and Smirnov's
/// greatest distance, its p-value by a seeded simulation of <see cref="Draws"/> draws, so that it is right for few repeats too.
/// </summary>
/// <param name="Repeats">p-values taken in.</param>
/// <param name="Distance">Greatest distance of their distribution function from the diagonal, 0 to 1.</param>
/// <param name="PValue">How often chance alone is as far off; the simulation's standard error is at most 0.005.</param>
public sealed record PValueUniformity(int Repeats, double Distance, double PValue)
{
    public const int Draws = 10_000;

    /// <summary>The stated error rate: a sound hash fails the test once in a hundred experiments.</summary>
    public const double ErrorRate = 0.01;

    /// <summary>Fewer repeats could hardly tell anything from anything.</summary>
    public const int LeastRepeats = 8;

    /// <summary>Expected items per part that the p-values must have been made of; below, counts are too coarse for an even spread.</summary>
    public const double LeastExpected = 50;

    private const int Seed = 4_001;

    public bool Holds => PValue >= ErrorRate;

    /// <returns>Null with fewer than <see cref="LeastRepeats"/> values.</returns>
    public static PValueUniformity? Of(IReadOnlyCollection<double> pValues)
    {
        if (pValues.Count < LeastRepeats)
        {
            return null;
        }

        double distance = DistanceOf([.. pValues.Order()]);
        Random random = new(Seed);
        double[] draw = new double[pValues.Count];
        int asFar = 0;
        for (int i = 0; i < Draws; i++)
        {
            for (int j = 0; j < draw.Length; j++)
            {
                draw[j] = random.NextDouble();
            }

            Array.Sort(draw);
            asFar += DistanceOf(draw) >= distance ? 1 : 0;
        }

        // The observed value counts as one of the draws: a p-value is never 0.
        return new PValueUniformity(pValues.Count, distance, (asFar + 1.0) / (Draws + 1));
    }

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
