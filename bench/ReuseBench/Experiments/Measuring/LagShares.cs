using HdrHistogram;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>How much of a repeat's open-loop percentiles may be the swarm's generator lag, 0 to 1; null in a closed loop.</summary>
/// <param name="Ranked">The worst of those that are ranked.</param>
/// <param name="Published">The worst of all that are published.</param>
internal sealed record LagShares(double? Ranked, double? Published)
{
    public static LagShares Of(LoadDocument swarm)
    {
        if (Histogram(swarm, Phases.Request) is not { } request || Histogram(swarm, Phases.FromSend) is not { } sent || Histogram(swarm, Phases.Lag) is not { } lag)
        {
            return new LagShares(null, null);
        }

        double? Worst(IEnumerable<double> percentiles) => GeneratorLag.Worst(request, sent, lag, swarm.RequestsFailed ?? 0, percentiles);
        return new LagShares(Worst(GeneratorLag.Ranked), Worst(GeneratorLag.Published));
    }

    private static HistogramBase? Histogram(LoadDocument swarm, string phase) =>
        swarm.Histograms.TryGetValue(phase, out string? text) ? HistogramCodec.FromBase64(text) : null;
}
