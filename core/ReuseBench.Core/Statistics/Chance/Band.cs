namespace ReuseBench.Core.Statistics.Chance;

/// <summary>What chance alone makes of a figure.</summary>
/// <param name="Expected">Its mean.</param>
/// <param name="Low">Lower end of the band that holds it 95 times in 100 (2.5 % quantile).</param>
/// <param name="High">Upper end (97.5 % quantile).</param>
public sealed record Band(double Expected, double Low, double High)
{
    internal const double LowerTail = 0.025;
    internal const double UpperTail = 1 - LowerTail;

    public bool Holds(double value) => value >= Low && value <= High;
}

/// <summary>The counts between which *all* parts lie at once, with at least 95 %.</summary>
/// <param name="Low">Least count.</param>
/// <param name="High">Greatest count.</param>
/// <param name="Coverage">How likely an ideal uniform hash keeps every part within; at least 0.95, more where counts are small and steps coarse.</param>
public sealed record CountBand(long Low, long High, double Coverage);
