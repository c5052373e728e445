using HdrHistogram;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>
/// By how much the swarm's generator lag lengthens a repeat's open-loop percentiles; null in a closed loop, and where a driver does not tell.
/// </summary>
/// <param name="Ranked">The worst of those that are ranked.</param>
/// <param name="Published">The worst of all that are published.</param>
internal sealed record LagShares(double? Ranked, double? Published)
{
    /// <param name="histograms">By phase.</param>
    /// <param name="failed">Requests that are in none of them.</param>
    public static LagShares Of(IReadOnlyDictionary<string, HistogramBase> histograms, long failed)
    {
        if (!histograms.TryGetValue(Phases.Request, out HistogramBase? request) || !histograms.TryGetValue(Phases.Net, out HistogramBase? net))
        {
            return new LagShares(null, null);
        }

        double? Worst(IEnumerable<double> percentiles) => GeneratorLag.Worst(request, net, failed, percentiles);
        return new LagShares(Worst(GeneratorLag.Ranked), Worst(GeneratorLag.Published));
    }
}
