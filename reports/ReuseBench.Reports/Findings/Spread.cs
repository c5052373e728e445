using ReuseBench.Core.Statistics;

namespace ReuseBench.Reports.Findings;

/// <summary>The uncertainty that is shown with a value: the 95 % interval of the median from six repeats on, below that all of them.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Name"><c>95 % interval</c> or <c>min–max</c>.</param>
public sealed record Spread(double Low, double High, string Name)
{
    /// <returns>Null for a single repeat: it has no spread that could be seen.</returns>
    public static Spread? Of(Sample sample) => sample switch
    {
        { Count: < 2 } => null,
        { Low: double low, High: double high } => new Spread(low, high, "95 % interval"),
        _ => new Spread(sample.Min, sample.Max, "min–max"),
    };

    /// <summary>Spreads of one kind are compared: intervals where both have one, otherwise all of the repeats.</summary>
    public static bool Overlap(Sample a, Sample b) => a is { Low: double aLow, High: double aHigh } && b is { Low: double bLow, High: double bHigh }
        ? aLow <= bHigh && bLow <= aHigh
        : a.Min <= b.Max && b.Min <= a.Max;
}
