namespace ReuseBench.Core.Statistics.Chance;

/// <summary>
/// A group size over repeats with independent hash seeds, held against an ideal uniform hash by two tests: the p-values of the repeats are
/// spread evenly, and χ² over all of them is neither too large nor too small.
/// </summary>
/// <param name="Uniformity">Of the p-values.</param>
/// <param name="Pooled">χ² over all repeats.</param>
/// <param name="ErrorRateOfOneTest">What each of the two is held against, 0 to 1.</param>
public sealed record HashTrial(PValueUniformity Uniformity, ChiSquareTest Pooled, double ErrorRateOfOneTest)
{
    /// <summary>The error rate of the whole statement: an ideal hash is accused, at any group size and by any test, in at most one run of a hundred.</summary>
    public const double ErrorRate = 0.01;

    public const int TestsOfASize = 2;

    /// <summary>χ² has its degrees of freedom as its mean.</summary>
    public bool IsMoreUneven => Pooled.Statistic > Pooled.DegreesOfFreedom;

    public bool IsUniform => Uniformity.Holds(ErrorRateOfOneTest);

    /// <summary>Two-sided: too even is no more what chance gives than too uneven.</summary>
    public bool IsChiSquareOfChance => Pooled.TwoSidedPValue >= ErrorRateOfOneTest;

    public bool IsWhatChanceGives => IsUniform && IsChiSquareOfChance;

    /// <param name="uniformity">Of the p-values.</param>
    /// <param name="pooled">χ² over the same repeats.</param>
    /// <param name="sizes">Group sizes that are tested in the run, at least 1: the error rate is divided by all tests of the run (Bonferroni), so that
    /// it is that of the whole statement.</param>
    public static HashTrial Of(PValueUniformity uniformity, ChiSquareTest pooled, int sizes) =>
        new(uniformity, pooled, ErrorRate / (TestsOfASize * Math.Max(1, sizes)));
}
