using HdrHistogram;
using ReuseBench.Core.Statistics;

namespace ReuseBench.Core.Wire;

/// <summary>Which figure of a document is which percentile of which phase: the one list for a swarm of its own and for one of several hosts.</summary>
public static class LoadPercentiles
{
    /// <param name="document">With its counts, of which <see cref="LoadFigures.RequestsFailed"/> decides which percentiles are given.</param>
    /// <param name="histogram">Of a phase (<see cref="Phases"/>), in nanoseconds; null where there is none.</param>
    /// <param name="peaks">Of a phase; null where there are none.</param>
    /// <returns>The document with the figures that are made from the histograms of the whole window.</returns>
    public static LoadDocument Fill(LoadDocument document, Func<string, HistogramBase?> histogram, Func<string, SlotPeaks?> peaks)
    {
        HistogramBase? requests = histogram(Phases.Request);
        return document with
        {
            LatencyCount = requests?.TotalCount ?? 0,
            LatencyP50Us = Percentile(Phases.Request, 50),
            LatencyP90Us = Percentile(Phases.Request, 90),
            LatencyP99Us = Percentile(Phases.Request, 99),
            LatencyP999Us = Percentile(Phases.Request, 99.9),
            LatencyMaxUs = Percentile(Phases.Request, 100),
            EpisodesP99 = Episodes(99),
            EpisodesP999 = Episodes(99.9),
            LatencyMeanUs = requests is { TotalCount: > 0 } ? requests.GetMean() * 1e-3 : null,
            FromSendP50Us = Percentile(Phases.FromSend, 50),
            FromSendP99Us = Percentile(Phases.FromSend, 99),
            FromSendMaxUs = Percentile(Phases.FromSend, 100),
            ConnectP50Us = Percentile(Phases.Connect, 50),
            ConnectP99Us = Percentile(Phases.Connect, 99),
            FirstByteP50Us = Percentile(Phases.FirstByte, 50),
            FirstByteP99Us = Percentile(Phases.FirstByte, 99),
            LagP50Us = Lag(Phases.Lag, 50),
            LagP99Us = Lag(Phases.Lag, 99),
            LagMaxUs = Lag(Phases.Lag, 100),
            ReadLagP50Us = Lag(Phases.ReadLag, 50),
            ReadLagP99Us = Lag(Phases.ReadLag, 99),
            ReadLagMaxUs = Lag(Phases.ReadLag, 100),
        };

        double? Percentile(string phase, double percentile) =>
            histogram(phase) is { } values && PercentileRule.Allows(values.TotalCount, document.RequestsFailed ?? 0, percentile)
                ? HistogramCodec.PercentileUs(values, percentile)
                : null;

        int? Episodes(double percentile) => Percentile(Phases.Request, percentile) is double us ? peaks(Phases.Request)?.EpisodesBeyond(us) : null;

        // The lags are the swarm's own: evidence, and so never left out.
        double? Lag(string phase, double percentile) => histogram(phase) is { } values ? HistogramCodec.PercentileUs(values, percentile) : null;
    }
}
