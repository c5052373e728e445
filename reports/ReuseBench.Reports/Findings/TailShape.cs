using System.Globalization;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Tables;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Findings;

/// <summary>
/// CPU-heavy requests make the tail of a group worse than that of one shared queue, since they wait behind a busy worker while another is
/// idle (Cloudflare, 2017); small ones the opposite (NGINX 1.9.1, "Socket Sharding"). Said by the 99th percentiles of repeats with the same arrivals.
/// </summary>
/// <param name="Group">The group with a listener for each worker.</param>
/// <param name="Shared">The shared listener, under the same conditions and with as many workers.</param>
public sealed record TailShape(MeasuredCell Group, MeasuredCell Shared)
{
    /// <summary>From here on a request counts as CPU-heavy: many times what its connection costs.</summary>
    private const double HeavyFromUs = 500;

    private const double RankedPercentile = 99;

    public const string HeavyPublished = "CPU-heavy requests give reuseport a longer tail than a shared queue";
    public const string SmallPublished = "small requests give reuseport a shorter tail than a shared queue";

    public static bool IsHeavy(MeasuredCell cell) => cell.Settings.ServiceTimeUs >= HeavyFromUs;

    /// <summary>Null where the two have no pair of repeats.</summary>
    public PairedTail? Paired { get; } = PairedTail.Of(Group, Shared, RankedPercentile);

    /// <summary>Every shared listener against the group under the same conditions with as many workers.</summary>
    public static IEnumerable<TailShape> All(IEnumerable<MeasuredCell> cells) =>
        from alike in cells.GroupBy(c => (c.Conditions, c.Workers))
        let @group = alike.FirstOrDefault(c => c.Series is { Variant: "reuseport", Selector: "", Processes: 1 })
        where @group is not null
        from shared in alike
        where shared.Settings.Variant == Series.Shared
        select new TailShape(@group, shared);

    /// <param name="comparisons">Pairs of cells that are compared in the run, at least 1: the error rate is that of all of them together (Bonferroni).</param>
    public string Say(int comparisons)
    {
        Estimate own = LatencyTail.Of(Group).Percentile(RankedPercentile);
        Estimate queue = LatencyTail.Of(Shared).Percentile(RankedPercentile);
        return $"{Group.Conditions.Load}{ServiceWords.After(Group.Conditions)}, {Group.Workers} workers, against {Shared.Series.Label}: {Outcome(own, queue, comparisons)}; "
            + $"p99 reuseport {own.Text}, {Shared.Series.Label} {queue.Text}.";
    }

    /// <summary>Whether the workers had fewer CPUs than they are: then a request behind a busy worker waits for a CPU in any queue.</summary>
    public static string? WhyHidden(MeasuredCell cell)
    {
        int cpus = cell.Settings.ServerCpuList.Length == 0 ? 0 : CpuList.Parse(cell.Settings.ServerCpuList, "server_cpus").Count;
        return cpus > 0 && cpus < cell.Workers
            ? $"{cell.Workers} workers took turns on {cpus} CPU{(cpus == 1 ? "" : "s")}, so that an idle worker had no CPU of its own to help with"
            : null;
    }

    private string Outcome(Estimate own, Estimate queue, int comparisons)
    {
        if (own.Value is null || queue.Value is null)
        {
            return $"cannot be said here, because there is no figure ({(own.Value is null ? own : queue).WhyNone})";
        }

        if (Paired is not { } paired)
        {
            return "cannot be said here, because no repeat has a 99th percentile of its own on both sides";
        }

        double errorRate = PairedTail.ErrorRate / Math.Max(1, comparisons);
        string outcome = paired.PValue >= errorRate ? "is not separated here"
            : paired.IsSlower == IsHeavy(Group) ? "comes out"
            : "comes out the other way round here";
        string heldAgainst = string.Create(
            CultureInfo.InvariantCulture,
            $"p = {Wording.Chance.P(paired.PValue)} by the sign test, held against {errorRate:0.####}{(paired.LeastPValue >= errorRate ? ", which so few pairs cannot reach" : "")}{(comparisons > 1 ? $" ({PairedTail.ErrorRate} over all {comparisons} comparisons of tails)" : "")}");
        return $"{outcome}: reuseport slower in {paired.Slower} of {paired.Pairs} repeats with the same {(Group.Conditions.IsOpenLoop ? "arrivals" : "seed")}, {heldAgainst}"
            + (WhyHidden(Group) is { } why ? $" ({why})" : "");
    }
}
