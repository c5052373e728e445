using CsvHelper;

namespace ReuseBench.Core.Results;

/// <summary>One row of <c>timeline.csv</c>: an interval of a cell and repeat; times count from the beginning of the measured window.</summary>
[CsvRecord]
public sealed partial record TimelineRow : IRepeatRow
{
    public int SchemaVersion { get; init; } = Schema.Version;

    public string RunId { get; init; } = "";

    public string CellId { get; init; } = "";

    public int Repeat { get; init; }

    public double IntervalStartMs { get; init; }

    public double IntervalMs { get; init; }

    /// <summary>Answers completed.</summary>
    public long Requests { get; init; }

    public long ConnectionsOpened { get; init; }

    public long Errors { get; init; }

    public double ThroughputRps { get; init; }

    public double? LatencyP50Us { get; init; }

    public double? LatencyP99Us { get; init; }

    public double? LatencyMaxUs { get; init; }
}
