using HdrHistogram;

namespace ReuseBench.Core.Statistics;

/// <summary>
/// By how much the swarm's generator lag lengthens an open-loop percentile. The lag of a request is what the swarm started it later than it could
/// (start lag) and read its response later than the kernel had it (read lag). It is taken from each latency by itself, not from the percentiles:
/// those of a sum are no sum of percentiles. What is left is held against what is published.
/// </summary>
public static class GeneratorLag
{
    /// <summary>The percentiles that <c>results.csv</c> and the report's rankings give.</summary>
    public static IReadOnlyList<double> Ranked { get; } = [50, 90, 99];

    /// <summary>Those and the tail's, where there are values enough.</summary>
    public static IReadOnlyList<double> Published { get; } = [50, 90, 99, 99.9, 99.99];

    /// <param name="request">Latencies from the intended start.</param>
    /// <param name="net">The same latencies, each without its generator lag.</param>
    /// <param name="percentile">0 to 100.</param>
    /// <returns>From 0 on; null where one of them is empty.</returns>
    public static double? ShareAt(HistogramBase request, HistogramBase net, double percentile) =>
        ShareOf(HistogramCodec.PercentileUs(request, percentile), HistogramCodec.PercentileUs(net, percentile));

    /// <summary>The same from the two percentiles in microseconds.</summary>
    /// <param name="requestUs">As in <see cref="ShareAt"/>.</param>
    /// <param name="netUs">As there.</param>
    /// <returns>From 0 on; null where one of them is missing.</returns>
    public static double? ShareOf(double? requestUs, double? netUs) =>
        requestUs is double latency && netUs is double without && without > 0 ? Math.Max(0, (latency - without) / without) : null;

    /// <summary>The greatest share at any of these percentiles that may be published; null where none may.</summary>
    /// <param name="request">As in <see cref="ShareAt"/>.</param>
    /// <param name="net">As there.</param>
    /// <param name="failed">Requests that are not in the histograms, for <see cref="PercentileRule"/>.</param>
    /// <param name="percentiles">Such as <see cref="Ranked"/>.</param>
    public static double? Worst(HistogramBase request, HistogramBase net, long failed, IEnumerable<double> percentiles) =>
        percentiles.Where(p => PercentileRule.Allows(request.TotalCount, failed, p)).Max(p => ShareAt(request, net, p));
}
