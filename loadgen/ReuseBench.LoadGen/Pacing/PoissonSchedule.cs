namespace ReuseBench.LoadGen.Pacing;

/// <summary>
/// Arrivals with independent, exponentially distributed gaps. The processes of several threads add up to one Poisson process of the sum
/// of their rates, so each thread draws its own.
/// </summary>
internal sealed class PoissonSchedule(double ratePerThread, SplitMix64 random) : ArrivalSchedule
{
    private const double NanosecondsPerSecond = 1e9;

    // A mutable generator: it must not be read-only.
    private SplitMix64 _random = random;
    private double _dueNs;

    public override long NextNs()
    {
        _dueNs += GapNs(_random.NextOpenUnit(), ratePerThread);
        return (long)_dueNs;
    }

    /// <summary>The gap whose probability of being exceeded is <paramref name="unit"/>.</summary>
    /// <param name="unit">Above 0, at most 1.</param>
    /// <param name="rate">Per second.</param>
    public static double GapNs(double unit, double rate) => -Math.Log(unit) * NanosecondsPerSecond / rate;
}
