namespace ReuseBench.Core.Statistics.Chance;

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
