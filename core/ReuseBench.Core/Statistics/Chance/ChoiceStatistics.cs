namespace ReuseBench.Core.Statistics.Chance;

/// <summary>Everything there is to say about how independent choices fell on the listeners of a group.</summary>
/// <param name="Total">Number of choices.</param>
/// <param name="Imbalance">As seen; null with one listener.</param>
/// <param name="Ideal">What chance alone makes of it; null where equal shares are not what is meant.</param>
/// <param name="ChiSquare">Against the shares that are meant.</param>
/// <param name="Deviation">Size of the effect; null where equal shares are not what is meant.</param>
public sealed record ChoiceStatistics(long Total, Imbalance? Imbalance, IdealSpread? Ideal, ChiSquareTest ChiSquare, ShareDeviation? Deviation)
{
    private const double EvenTolerance = 1e-12;

    /// <param name="choices">By listener.</param>
    /// <param name="shares">What is meant for each; they add up to 1.</param>
    public static ChoiceStatistics Of(IReadOnlyList<long> choices, IReadOnlyList<double> shares)
    {
        bool even = shares.Max() - shares.Min() < EvenTolerance;
        return new ChoiceStatistics(
            choices.Sum(),
            Imbalance.Of([.. choices]),
            even ? IdealSpread.Of(choices.Sum(), choices.Count) : null,
            ChiSquareTest.Of(choices, shares),
            even ? ShareDeviation.Of(choices) : null);
    }
}
