using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace ReuseBench.Core.Statistics.Chance;

/// <summary>
/// The law of Kolmogorov and Smirnov's greatest distance between the distribution function of n independent values, spread evenly from 0
/// to 1, and the diagonal (Marsaglia, Tsang, Wang, "Evaluating Kolmogorov's Distribution", Journal of Statistical Software 8 (18), 2003).
/// </summary>
internal static class KolmogorovSmirnov
{
    /// <summary>From here on, n · distance² being this, their closed form is good to seven digits, and one less than the law is all rounding.</summary>
    private const double ClosedFormFrom = 7.24;

    /// <summary>How often chance alone is at least as far off, 0 to 1; exact to about 1e-10.</summary>
    /// <param name="count">Number of values, at least 1.</param>
    /// <param name="distance">0 to 1.</param>
    public static double PValue(int count, double distance)
    {
        double scaled = count * distance * distance;
        return scaled > ClosedFormFrom
            ? Math.Min(1, 2 * Math.Exp(-(2.000071 + (0.331 / Math.Sqrt(count)) + (1.409 / count)) * scaled))
            : Math.Clamp(1 - Below(count, distance), 0, 1);
    }

    private static double Below(int count, double distance)
    {
        int half = (int)(count * distance) + 1;
        double rest = half - (count * distance);
        int size = (2 * half) - 1;
        Matrix<double> steps = Matrix<double>.Build.Dense(size, size, (row, column) => row - column + 1 < 0 ? 0 : 1);
        for (int i = 0; i < size; i++)
        {
            steps[i, 0] -= Math.Pow(rest, i + 1);
            steps[size - 1, i] -= Math.Pow(rest, size - i);
        }

        steps[size - 1, 0] += rest > 0.5 ? Math.Pow((2 * rest) - 1, size) : 0;

        // The power grows like e^n: one e is taken out of every factor, and put back by its logarithm.
        steps.MapIndexedInplace((row, column, value) => value / SpecialFunctions.Factorial(Math.Max(0, row - column + 1)) / Math.E);
        double logOfRest = count + SpecialFunctions.FactorialLn(count) - (count * Math.Log(count));
        return steps.Power(count)[half - 1, half - 1] * Math.Exp(logOfRest);
    }
}
