using CsvHelper;

namespace ReuseBench.Core.Results;

/// <summary>One row of <c>histograms.csv</c>: a phase's whole histogram, from which percentiles over repeats are merged.</summary>
[CsvRecord]
public sealed partial record HistogramRow : IRepeatRow
{
    public int SchemaVersion { get; init; } = Schema.Version;

    public string RunId { get; init; } = "";

    public string CellId { get; init; } = "";

    public int Repeat { get; init; }

    public string Phase { get; init; } = "";

    public long Count { get; init; }

    /// <summary>Base64 of the compressed HdrHistogram V2 encoding; values in nanoseconds.</summary>
    public string HdrV2Base64 { get; init; } = "";
}
