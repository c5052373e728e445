using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace ReuseBench.Micro.Output;

/// <summary>Figures over all iterations of all rounds of one case, ns for each operation; nothing is left out.</summary>
internal sealed class RoundFigures
{
    private const double Confidence = 0.95;

    private readonly double[] _all;
    private readonly double[] _means;

    /// <param name="rounds">The iterations of each round; at least one round, none of them empty.</param>
    public RoundFigures(IReadOnlyList<double[]> rounds)
    {
        _all = [.. rounds.SelectMany(round => round)];
        _means = [.. rounds.Select(round => round.Mean())];
    }

    public int Iterations => _all.Length;

    public double Mean => _means.Mean();

    /// <summary>
    /// Half the width of the 95 % confidence interval of the mean, by Student's t over the means of the rounds, which are what is independent;
    /// null for one round, whose iterations saw one state of the machine.
    /// </summary>
    public double? Error => _means.Length > 1
        ? StudentT.InvCDF(0, 1, _means.Length - 1, (1 + Confidence) / 2) * _means.StandardDeviation() / Math.Sqrt(_means.Length)
        : null;

    /// <summary>Of the iterations; null for one.</summary>
    public double? StandardDeviation => _all.Length > 1 ? _all.StandardDeviation() : null;

    public double Min => _all.Min();

    public double Median => _all.Median();

    public double Max => _all.Max();
}
