using ReuseBench.Core.Results;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>Makes the rows of <c>timeline.csv</c>, for cells of every kind.</summary>
internal static class TimelineRows
{
    /// <param name="runId">Of the run.</param>
    /// <param name="cellId">Of the cell as planned.</param>
    /// <param name="repeat">From 1.</param>
    /// <param name="intervals">In the order of their starts.</param>
    public static IEnumerable<TimelineRow> Of(string runId, string cellId, int repeat, IEnumerable<TimelineInterval> intervals) =>
        intervals.Select(interval => new TimelineRow
        {
            RunId = runId,
            CellId = cellId,
            Repeat = repeat,
            IntervalStartMs = interval.Point.StartMs,
            IntervalMs = interval.LengthMs,
            Requests = interval.Point.Requests,
            ConnectionsOpened = interval.Point.ConnectionsOpened,
            Errors = interval.Point.Errors,
            ThroughputRps = interval.Point.Requests * 1000.0 / interval.LengthMs,
            LatencyP50Us = interval.Point.LatencyP50Us,
            LatencyP99Us = interval.Point.LatencyP99Us,
            LatencyMaxUs = interval.Point.LatencyMaxUs,
        });
}

/// <summary>A point of a swarm's timeline, and how much time it stands for.</summary>
internal sealed record TimelineInterval(TimelinePoint Point, double LengthMs);
