using HdrHistogram;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;
using static ReuseBench.Core.Csv.Better;
using static ReuseBench.Core.Verdicts.Figures;

namespace ReuseBench.Core.Results;

/// <summary>
/// One row of <c>latency.csv</c>: a percentile of one phase of a cell and repeat. There is none where <see cref="PercentileRule"/> does not allow it.
/// </summary>
public sealed record LatencyRow : RepeatRow
{
    private static readonly double[] Percentiles = [0, 50, 75, 90, 95, 99, 99.9, 99.99, 99.999, 100];

    [Column(
        "connect, first_byte, request (the latency), from_send, lag (of the start), read_lag, net_of_lag (the latency less both lags) or "
        + "net_of_queue (the same, but with the wake-ups of idle client threads).")]
    public string Phase { get; init; } = "";

    [Column("0 to 100; 100 is the largest value.")]
    public double Percentile { get; init; }

    [Metric("µs", Lower, Latency, "Time of the phase at that percentile.")]
    public double LatencyUs { get; init; }

    [Column("Values recorded in the whole phase.")]
    public long Count { get; init; }

    /// <summary>Every percentile that may be given of one phase.</summary>
    /// <param name="key">Run, cell, repeat and phase.</param>
    /// <param name="histogram">In nanoseconds.</param>
    /// <param name="failed">
    /// Requests that are in no latency. The lags are evidence against the swarm and never left out.
    /// </param>
    public static IEnumerable<LatencyRow> From(LatencyRow key, HistogramBase histogram, long failed) =>
        from percentile in Percentiles
        where key.Phase is Phases.Lag or Phases.ReadLag || PercentileRule.Allows(histogram.TotalCount, failed, percentile)
        let latency = HistogramCodec.PercentileUs(histogram, percentile)
        where latency is not null
        select key with { Percentile = percentile, LatencyUs = latency.Value, Count = histogram.TotalCount };
}

/// <summary>One row of <c>histograms.csv</c>: the whole histogram of a phase, from which percentiles over repeats are merged.</summary>
public sealed record HistogramRow : RepeatRow
{
    private const int MostCharacters = 4 * 1024 * 1024;

    [Column("As in latency.csv.")]
    public string Phase { get; init; } = "";

    [Column("Client host whose part it is; empty for the sum of all, from which every percentile comes, and on one machine.")]
    public string? Host { get; init; }

    [Column("Values recorded.")]
    public long Count { get; init; }

    [Column("Base64 of the compressed HdrHistogram V2 encoding; values in nanoseconds.", MaxLength = MostCharacters)]
    public string HdrV2Base64 { get; init; } = "";

    [Column(
        "Base64 of a zlib stream of two bytes (little endian) for each 10 ms of the window: the bucket (three digits, from 1 ns) of the longest value "
        + "that was complete in it, 0 for none; values that came after the window are in one more. Of the phases request and connect.",
        MaxLength = MostCharacters)]
    public string? SlotPeaksBase64 { get; init; }
}

/// <summary>One row of <c>timeline.csv</c>: an interval of a cell and repeat.</summary>
public sealed record TimelineRow : RepeatRow
{
    [Column("Start of the interval, from the beginning of the measured window; negative in the warm-up.")]
    public double IntervalStartMs { get; init; }

    [Column("Length of the interval.")]
    public double IntervalMs { get; init; }

    [Metric("count", Higher, Throughput, "Responses completed in the interval.")]
    public long Requests { get; init; }

    [Metric("count", Higher, Throughput, "Connections established in the interval.")]
    public long ConnectionsOpened { get; init; }

    [Metric("count", Lower, All, "Connects and requests that failed in the interval.")]
    public long Errors { get; init; }

    [Metric("requests/s", Higher, Throughput, "Requests per second of the interval.")]
    public double ThroughputRps { get; init; }

    [Metric("µs", Lower, Latency,
        "Median latency of the responses completed in the interval; empty without any, or where the interval is shorter than 10 ms.")]
    public double? LatencyP50Us { get; init; }

    [Metric("µs", Lower, Latency, "99th percentile likewise.")]
    public double? LatencyP99Us { get; init; }

    [Metric("µs", Lower, Latency, "Longest latency likewise.")]
    public double? LatencyMaxUs { get; init; }
}
