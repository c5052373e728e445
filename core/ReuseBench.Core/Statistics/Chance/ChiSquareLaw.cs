using MathNet.Numerics.Distributions;

namespace ReuseBench.Core.Statistics.Chance;

/// <summary>The law of χ² as far as bands need it: values that stand for equal parts of it, and the two quantiles.</summary>
/// <param name="Values">Ascending, equally likely.</param>
/// <param name="Low">2.5 % quantile.</param>
/// <param name="High">97.5 % quantile.</param>
internal sealed record ChiSquareLaw(double[] Values, double Low, double High)
{
    private const int Parts = 400;

    /// <summary>The χ² distribution; its quantiles are exact, its values the middles of equal parts.</summary>
    public static ChiSquareLaw OfDistribution(int degreesOfFreedom) => new(
        [.. Enumerable.Range(0, Parts).Select(i => ChiSquared.InvCDF(degreesOfFreedom, (i + 0.5) / Parts))],
        ChiSquared.InvCDF(degreesOfFreedom, Band.LowerTail),
        ChiSquared.InvCDF(degreesOfFreedom, Band.UpperTail));

    /// <param name="sorted">Drawn, ascending.</param>
    public static ChiSquareLaw OfSimulation(double[] sorted) => new(
        sorted, sorted[(int)(Band.LowerTail * sorted.Length)], sorted[(int)(Band.UpperTail * sorted.Length)]);

    /// <summary>Mean and 95 % band of a monotone figure of χ².</summary>
    public Band BandOf(Func<double, double> figure) => new(Values.Average(figure), figure(Low), figure(High));
}
