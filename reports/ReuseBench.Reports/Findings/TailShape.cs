using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Tables;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Findings;

/// <summary>
/// CPU-heavy requests make the tail of a group worse than that of one shared queue, since they wait behind a busy worker while another is
/// idle (Cloudflare, 2017); small ones the opposite (NGINX 1.9.1, "Socket Sharding"). Said by the 99th percentiles of the repeats.
/// </summary>
public static class TailShape
{
    /// <summary>From here on a request counts as CPU-heavy: many times what its connection costs.</summary>
    private const double HeavyFromUs = 500;

    private const double RankedPercentile = 99;

    public const string HeavyPublished = "CPU-heavy requests give reuseport a longer tail than a shared queue";
    public const string SmallPublished = "small requests give reuseport a shorter tail than a shared queue";

    public static bool IsHeavy(MeasuredCell cell) => cell.Settings.ServiceTimeUs >= HeavyFromUs;

    /// <summary>Cells of one load and one number of workers; nothing where there is no group or no shared listener among them.</summary>
    /// <param name="cells">Under the same conditions.</param>
    /// <param name="workers">Of each cell.</param>
    public static IEnumerable<string> Say(IReadOnlyList<MeasuredCell> cells, int workers)
    {
        MeasuredCell? group = cells.FirstOrDefault(c => c.Series is { Variant: "reuseport", Selector: "", Processes: 1 });
        MeasuredCell[] shared = [.. cells.Where(c => c.Settings.Variant == Series.Shared)];
        if (group is null || shared.Length == 0)
        {
            yield break;
        }

        Estimate own = LatencyTail.Of(group).Percentile(RankedPercentile);
        Conditions conditions = group.Conditions;
        foreach (MeasuredCell other in shared)
        {
            Estimate queue = LatencyTail.Of(other).Percentile(RankedPercentile);
            yield return $"{conditions.Load}{ServiceWords.After(conditions)}, {workers} workers, against {other.Series.Label}: {Outcome(IsHeavy(group), own, queue)}; "
                + $"p99 reuseport {own.Text}, {other.Series.Label} {queue.Text}.";
        }
    }

    /// <summary>Whether the workers had fewer CPUs than they are: then a request behind a busy worker waits for a CPU in any queue.</summary>
    public static string? WhyHidden(MeasuredCell cell)
    {
        int cpus = cell.Settings.ServerCpuList.Length == 0 ? 0 : CpuList.Parse(cell.Settings.ServerCpuList, "server_cpus").Count;
        return cpus > 0 && cpus < cell.Workers
            ? $"{cell.Workers} workers took turns on {cpus} CPU{(cpus == 1 ? "" : "s")}, so that an idle worker had no CPU of its own to help with"
            : null;
    }

    private static string Outcome(bool heavy, Estimate own, Estimate queue)
    {
        if (own.Repeats is not { } a || queue.Repeats is not { } b)
        {
            return $"cannot be said here, because there is no figure ({(own.Repeats is null ? own : queue).WhyNone})";
        }

        if (Math.Min(a.Count, b.Count) < Ranking.FewestRepeats)
        {
            return $"is not separated here, because that needs {Ranking.FewestRepeats} believed repeats on each side";
        }

        string hidden = WhyHidden(own.Cell) is { } why ? $" ({why})" : "";
        if (Spread.Overlap(a, b))
        {
            return $"is not separated here, because the {Spread.Of(a)!.Name}s of the repeats overlap{hidden}";
        }

        string outcome = a.Median > b.Median == heavy ? "comes out" : "comes out the other way round here";
        return $"{outcome}, separated ({ByChance(a, b)}){hidden}";
    }

    private static string ByChance(Sample a, Sample b)
    {
        double percent = 100 * SeparationByChance.Of([a.Count, b.Count]);
        return percent < 1 ? "equal cells would be in fewer than 1 of 100 runs" : $"equal cells would be in {percent:0} of 100 runs";
    }
}
