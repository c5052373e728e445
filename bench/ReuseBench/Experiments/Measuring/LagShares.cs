using HdrHistogram;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>How much of a repeat's open-loop percentiles may be the swarm's generator lag, 0 to 1; null in a closed loop.</summary>
/// <param name="Ranked">The worst of those that are ranked.</param>
/// <param name="Published">The worst of all that are published.</param>
internal sealed record LagShares(double? Ranked, double? Published)
{
    /// <param name="histograms">By phase.</param>
    /// <param name="failed">Requests that are in none of them.</param>
    public static LagShares Of(IReadOnlyDictionary<string, HistogramBase> histograms, long failed)
    {
        if (!histograms.TryGetValue(Phases.Request, out HistogramBase? request) || !histograms.TryGetValue(Phases.FromSend, out HistogramBase? sent)
            || !histograms.TryGetValue(Phases.Lag, out HistogramBase? lag))
        {
            return new LagShares(null, null);
        }

        double? Worst(IEnumerable<double> percentiles) => GeneratorLag.Worst(request, sent, lag, failed, percentiles);
        return new LagShares(Worst(GeneratorLag.Ranked), Worst(GeneratorLag.Published));
    }
}
