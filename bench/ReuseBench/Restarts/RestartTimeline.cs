using ReuseBench.Bench.Rows;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Restarts;

/// <summary>
/// The timeline of a restart by the millisecond where something happens: around the stop and around the return. Between them a wait that
/// fills a minute would be sixty thousand rows of nothing, so there the swarm's intervals are put together.
/// </summary>
internal static class RestartTimeline
{
    /// <summary>After the stop, and before the return.</summary>
    private const double FineMs = 1000;

    private const double CoarseMs = 100;

    /// <param name="points">The swarm's, with equal intervals, from the beginning of its window.</param>
    /// <param name="intervalMs">Their length.</param>
    /// <param name="stopMs">From the beginning of the window.</param>
    /// <param name="returnMs">When the first attempt succeeded again, likewise; null where none did: then the end is shown by the millisecond too.</param>
    public static IEnumerable<TimelineInterval> Thin(IReadOnlyList<TimelinePoint> points, double intervalMs, double stopMs, double? returnMs)
    {
        double endMs = points.Count == 0 ? 0 : points[^1].StartMs + intervalMs;
        double fromMs = stopMs + FineMs;
        double toMs = (returnMs ?? endMs) - FineMs;
        List<TimelinePoint> together = [];
        foreach (TimelinePoint point in points)
        {
            bool isBetween = point.StartMs >= fromMs && point.StartMs + intervalMs <= toMs;
            if (together.Count > 0 && (!isBetween || together.Count * intervalMs >= CoarseMs))
            {
                yield return Sum(together, intervalMs);
                together.Clear();
            }

            if (isBetween)
            {
                together.Add(point);
            }
            else
            {
                yield return new TimelineInterval(point, intervalMs);
            }
        }

        if (together.Count > 0)
        {
            yield return Sum(together, intervalMs);
        }
    }

    private static TimelineInterval Sum(List<TimelinePoint> points, double intervalMs) => new(
        new TimelinePoint
        {
            StartMs = points[0].StartMs,
            Requests = points.Sum(p => p.Requests),
            ConnectionsOpened = points.Sum(p => p.ConnectionsOpened),
            Errors = points.Sum(p => p.Errors),
        },
        points.Count * intervalMs);
}
