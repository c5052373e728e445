using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Sections;

/// <summary>What others have published about unevenness, and whether it comes out here.</summary>
public sealed class PublishedShapesSection : ISection
{
    /// <summary>Up to here turns are called strict.</summary>
    private const double StrictTurns = 1.05;

    /// <summary>From this part of all connections on, one worker is said to take most.</summary>
    private const double MostOfAll = 0.5;

    /// <summary>Fewer repeats on a side separate nothing; the same rule as for rankings.</summary>
    private const int LeastRepeats = 3;

    private const double RankedPercentile = 99;

    public string Title => "Published shapes";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        string[] items =
        [
            .. material.Tables.Cells
                .Where(c => c.Is(Experiment.Fairness) && !ChanceSummary.CountedWithoutServer(c) && c.Settings.Locality != "on")
                .GroupBy(c => c.Conditions)
                .SelectMany(g => g.Key.IsOpenLoop && g.First().Settings.ServiceTimeUs == 0 ? Spaced(g.Key, [.. g]).Concat(Tail(g.Key, [.. g])) : Tail(g.Key, [.. g])),
        ];
        if (items.Length > 0)
        {
            yield return new Bullets(items);
        }
    }

    /// <summary>Spaced connections: blocking accept takes turns, epoll gives most to one (Cloudflare, 2017).</summary>
    private static IEnumerable<string> Spaced(Conditions conditions, MeasuredCell[] cells)
    {
        foreach (MeasuredCell cell in cells.Where(c => c.Settings.Variant == Series.Shared && c.Workers > 1))
        {
            Estimate busiest = Estimate.OfMedian(cell, Figure.AcceptedMaxOverMean);
            bool blocking = cell.Settings.Accept == Names.Of(AcceptMode.Blocking);
            string published = blocking ? "strict turns with blocking accept" : $"the busiest worker takes most with {cell.Settings.Accept}";
            string outcome = busiest.Value is not double value
                ? $"cannot be said here ({busiest.WhyNone})"
                : (blocking ? value <= StrictTurns : value >= MostOfAll * cell.Workers) ? "comes out" : "does not come out here";
            yield return $"{conditions.Load}, {cell.Workers} workers: {published}, as published, {outcome}: busiest over mean {busiest.Text}.";
        }
    }

    /// <summary>CPU-heavy requests make the tail of a group worse than that of a shared queue, small ones the opposite.</summary>
    private static IEnumerable<string> Tail(Conditions conditions, MeasuredCell[] cells)
    {
        foreach (IGrouping<int, MeasuredCell> size in cells.GroupBy(c => c.Workers))
        {
            Estimate[] shared = [.. size.Where(c => c.Settings.Variant == Series.Shared).Select(Percentile)];
            Estimate? group = size.Where(c => c.Series is { Variant: "reuseport", Selector: "", Processes: 1 }).Select(Percentile).FirstOrDefault();
            if (group is null || shared.Length == 0)
            {
                continue;
            }

            bool heavy = size.First().Settings.ServiceTimeUs > 0;
            string what = $"{conditions.Load}, {size.Key} workers, {(heavy ? "CPU-heavy" : "small")} requests: a {(heavy ? "longer" : "shorter")} tail with reuseport than with a shared listener";
            Estimate[] believed = [.. shared.Where(e => e.Repeats is not null)];
            yield return group.Repeats is not { } own || believed.Length == 0
                ? $"{what} cannot be said here ({group.WhyNone ?? shared[0].WhyNone})."
                : $"{what}, as published, {Outcome(heavy, own, believed)}: reuseport {group.Text}; {string.Join("; ", believed.Select(e => $"{e.Cell.Series.Label} {e.Text}"))}.";
        }
    }

    private static string Outcome(bool heavy, Core.Statistics.Sample own, Estimate[] shared)
    {
        if (own.Count < LeastRepeats || shared.Any(e => e.Repeats!.Count < LeastRepeats))
        {
            return $"is not separated here: that needs {LeastRepeats} believed repeats on each side";
        }

        bool longer = shared.All(e => own.Min > e.Repeats!.Max);
        bool shorter = shared.All(e => own.Max < e.Repeats!.Min);
        return (heavy ? longer : shorter) ? "comes out"
            : (heavy ? shorter : longer) ? "comes out the other way round here"
            : "is not separated here: the ranges overlap";
    }

    private static Estimate Percentile(MeasuredCell cell) => LatencyTail.Of(cell).Percentile(RankedPercentile);
}
