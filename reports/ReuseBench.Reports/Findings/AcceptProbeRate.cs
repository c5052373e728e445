using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Tables;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Findings;

/// <summary>How fast connections were counted without a server: client and listeners on one thread, connect to accept.</summary>
public static class AcceptProbeRate
{
    /// <returns>One sentence; null where no accept-only probe of the fairness experiment was taken.</returns>
    public static string? Say(RunTables tables) =>
        Sample.Of(tables.Cells.Where(ChanceSummary.IsAcceptProbe).SelectMany(c => c.Repeats)
            .Where(r => r.IsValid(Figures.Fairness)).Select(r => r.Row.ConnectionsPerS).OfType<double>()) is { } rate
            ? Sentence(rate)
            : null;

    private static string Sentence(Sample rate)
    {
        (string median, string low, string high) = Quantity.ConnectionsPerSecond.Texts(rate.Median, rate.Min, rate.Max);
        string over = rate.Count == 1 ? "one repeat" : $"median of {rate.Count} repeats, min–max {low} to {high}";
        return $"Rate of the accept-only probe: {median} ({over}), on one thread.";
    }
}
