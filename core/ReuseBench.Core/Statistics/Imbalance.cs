using MathNet.Numerics.Statistics;

namespace ReuseBench.Core.Statistics;

/// <summary>How evenly a total is spread over its parts.</summary>
/// <param name="MaxOverMean">1 is even.</param>
/// <param name="MinOverMean">1 is even.</param>
/// <param name="CoefficientOfVariation">Population standard deviation over the mean; 0 is even.</param>
/// <param name="Jain">Jain's fairness index, 1/n to 1 (Jain, Chiu, Hawe, DEC-TR-301, 1984).</param>
public sealed record Imbalance(double MaxOverMean, double MinOverMean, double CoefficientOfVariation, double Jain)
{
    /// <returns>Null with fewer than two parts, or where all are 0: nothing was spread.</returns>
    public static Imbalance? Of(IReadOnlyCollection<long> parts)
    {
        double[] counts = [.. parts.Select(p => (double)p)];
        double sum = counts.Sum();
        if (counts.Length < 2 || sum == 0)
        {
            return null;
        }

        double mean = sum / counts.Length;
        return new Imbalance(
            counts.Max() / mean,
            counts.Min() / mean,
            counts.PopulationStandardDeviation() / mean,
            sum * sum / (counts.Length * counts.Sum(c => c * c)));
    }
}
