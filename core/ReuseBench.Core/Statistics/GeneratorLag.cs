using HdrHistogram;

namespace ReuseBench.Core.Statistics;

/// <summary>
/// How much of an open-loop latency may be the swarm's generator lag. Without any lag a request's latency would lie between its time from
/// the actual send and its latency as recorded, and so would each percentile: the distance of the two is a bound. It holds the wait
/// for a free connection too, which is the server's doing; where that is long, the lag's own percentile is the smaller estimate.
/// </summary>
public static class GeneratorLag
{
    /// <summary>The percentiles that <c>results.csv</c> and the report's rankings give.</summary>
    public static IReadOnlyList<double> Ranked { get; } = [50, 90, 99];

    /// <summary>Those and the tail's, where there are values enough.</summary>
    public static IReadOnlyList<double> Published { get; } = [50, 90, 99, 99.9, 99.99];

    /// <param name="request">Latencies from the intended start.</param>
    /// <param name="fromSend">The same requests from their actual start.</param>
    /// <param name="lag">How much later requests were started than they could be.</param>
    /// <param name="percentile">0 to 100.</param>
    /// <returns>0 to 1; null where one of them is empty.</returns>
    public static double? ShareAt(HistogramBase request, HistogramBase fromSend, HistogramBase lag, double percentile) => ShareOf(
        HistogramCodec.PercentileUs(request, percentile), HistogramCodec.PercentileUs(fromSend, percentile), HistogramCodec.PercentileUs(lag, percentile));

    /// <summary>The same from the three percentiles in microseconds.</summary>
    /// <param name="requestUs">As in <see cref="ShareAt"/>.</param>
    /// <param name="fromSendUs">As there.</param>
    /// <param name="lagUs">As there.</param>
    /// <returns>0 to 1; null where one of them is missing.</returns>
    public static double? ShareOf(double? requestUs, double? fromSendUs, double? lagUs) =>
        requestUs is double latency and not 0 && fromSendUs is double sent && lagUs is double late
            ? Math.Clamp(Math.Min(latency - sent, late) / latency, 0, 1)
            : null;

    /// <summary>The greatest share at any of these percentiles that may be published; null where none may.</summary>
    /// <param name="request">As in <see cref="ShareAt"/>.</param>
    /// <param name="fromSend">As there.</param>
    /// <param name="lag">As there.</param>
    /// <param name="failed">Requests that are not in the histograms, for <see cref="PercentileRule"/>.</param>
    /// <param name="percentiles">Such as <see cref="Ranked"/>.</param>
    public static double? Worst(HistogramBase request, HistogramBase fromSend, HistogramBase lag, long failed, IEnumerable<double> percentiles) =>
        percentiles.Where(p => PercentileRule.Allows(request.TotalCount, failed, p)).Max(p => ShareAt(request, fromSend, lag, p));
}
