using CsvHelper;

namespace ReuseBench.Core.Results;

/// <summary>
/// One row of <c>latency.csv</c>: a percentile of one phase of a cell and repeat. There is none where
/// <see cref="Statistics.PercentileRule"/> does not allow it.
/// </summary>
[CsvRecord]
public sealed partial record LatencyRow : IRepeatRow
{
    public int SchemaVersion { get; init; } = Schema.Version;

    public string RunId { get; init; } = "";

    public string CellId { get; init; } = "";

    public int Repeat { get; init; }

    /// <summary>One of <see cref="Wire.Phases"/>.</summary>
    public string Phase { get; init; } = "";

    /// <summary>0 to 100; 100 is the largest value.</summary>
    public double Percentile { get; init; }

    public double LatencyUs { get; init; }

    /// <summary>Values recorded in the whole phase.</summary>
    public long Count { get; init; }
}
