using HdrHistogram;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>
/// By how much the swarm's generator lag lengthens a repeat's open-loop percentiles; null in a closed loop, and where a driver does not tell.
/// </summary>
/// <param name="Ranked">The worst of those that are ranked.</param>
/// <param name="Published">The worst of all that are published.</param>
/// <param name="Queued">As <paramref name="Ranked"/>, of the lag without the wake-ups of idle threads.</param>
internal sealed record LagShares(double? Ranked, double? Published, double? Queued)
{
    public static LagShares None { get; } = new(null, null, null);

    /// <param name="histograms">By phase.</param>
    /// <param name="failed">Requests that are in none of them.</param>
    public static LagShares Of(IReadOnlyDictionary<string, HistogramBase> histograms, long failed)
    {
        if (!histograms.TryGetValue(Phases.Request, out HistogramBase? request)
            || !histograms.TryGetValue(Phases.NetOfLag, out HistogramBase? netOfLag)
            || !histograms.TryGetValue(Phases.NetOfQueue, out HistogramBase? netOfQueue))
        {
            return None;
        }

        return new LagShares(
            GeneratorLag.Worst(request, netOfLag, failed, GeneratorLag.Ranked),
            GeneratorLag.Worst(request, netOfLag, failed, GeneratorLag.Published),
            GeneratorLag.Worst(request, netOfQueue, failed, GeneratorLag.Ranked));
    }
}
