using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics.Blocks;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>
/// CPU-heavy requests make the tail of a group worse than that of one shared queue, since they wait behind a busy worker while another is
/// idle (Cloudflare, 2017); small ones the opposite (NGINX 1.9.1, "Socket Sharding"). Said by the 99th percentiles of repeats with the same arrivals.
/// </summary>
/// <param name="Group">The group with a listener for each worker.</param>
/// <param name="Shared">The shared listener, under the same conditions and with as many workers.</param>
/// <param name="Paired">Null where the two have no pair of repeats.</param>
public sealed record TailShape(MeasuredCell Group, MeasuredCell Shared, PairedTail? Paired)
{
    /// <summary>From here on a request counts as CPU-heavy: it keeps its worker for many times what its connection costs.</summary>
    private const double HeavyFromUs = 500;

    private const double RankedPercentile = 99;

    public const string HeavyPublished = "CPU-heavy requests give reuseport a longer tail than a shared queue";
    public const string SmallPublished = "small requests give reuseport a shorter tail than a shared queue";

    public static bool IsHeavy(MeasuredCell cell) => cell.Conditions.ServiceTimeUs >= HeavyFromUs;

    /// <summary>
    /// Every shared listener against the group under the same conditions with as many workers. By io_uring a shared listener is no shared queue: one ring
    /// has it all.
    /// </summary>
    internal static IEnumerable<TailShape> All(IEnumerable<MeasuredCell> cells) =>
        from alike in cells.GroupBy(c => (c.Conditions, c.Workers))
        let @group = alike.FirstOrDefault(c => c.Series is { Variant: Variant.Reuseport, Accept: null, Selector: null, Processes: 1 })
        where @group is not null && LatencyTail.IsLatency(alike.Key.Conditions, RankedPercentile)
        from shared in alike
        where shared.Cell.Server is { Variant: Variant.Shared, Accept: not AcceptMode.IoUring }
        select new TailShape(@group, shared, PairedTail.Of(@group, shared, RankedPercentile));

    /// <param name="comparisons">Pairs of cells that are compared in the run, at least 1: the error rate is that of all of them together
    /// (Bonferroni).</param>
    /// <param name="all">The same with those that have too few pairs to be decided.</param>
    /// <param name="run">Knows the merged percentiles.</param>
    public string Say(int comparisons, int all, RunAnalysis run)
    {
        Estimate own = run.Latency(Group).Percentile(RankedPercentile);
        Estimate queue = run.Latency(Shared).Percentile(RankedPercentile);
        return $"{Group.Conditions.Load}{ServiceWords.After(Group.Conditions)}, {Group.Workers} workers, against {Shared.Series.Label}: "
            + $"{Outcome(own, queue, comparisons, all)}; "
            + $"p99 reuseport {own.Text}, {Shared.Series.Label} {queue.Text}.";
    }

    /// <summary>Whether the workers had fewer CPUs than they are: then a request behind a busy worker waits for a CPU in any queue.</summary>
    public static string? WhyHidden(MeasuredCell cell)
    {
        int cpus = cell.Cell.Server.Cpus.Count;
        return cpus > 0 && cpus < cell.Workers
            ? $"{cell.Workers} workers took turns on {cpus} CPU{(cpus == 1 ? "" : "s")}, so that an idle worker had no CPU of its own to help with"
            : null;
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private string Outcome(Estimate own, Estimate queue, int comparisons, int all)
    {
        if (own.Value is null || queue.Value is null)
        {
            return $"cannot be said here, because there is no figure ({(own.Value is null ? own : queue).WhyNone})";
        }

        if (Paired is not { } paired)
        {
            return "cannot be said here, because no repeat has a 99th percentile of its own on both sides";
        }

        double errorRate = PairedTail.ErrorRate / comparisons;
        string together = comparisons > 1 ? Say($" ({PairedTail.ErrorRate} over all {comparisons} comparisons of tails that can be decided)") : "";
        string slower = $"reuseport slower in {paired.Slower} of {paired.Pairs} repeats with the same arrivals";
        if (paired.LeastPValue > errorRate)
        {
            return $"could not have been decided: {slower}, and the sign test needs {PairedTail.PairsNeeded(PairedTail.ErrorRate / all)} that differ"
                + (WhyHidden(Group) is { } hidden ? $" ({hidden})" : "");
        }

        string outcome = paired.PValue > errorRate ? "is not separated here"
            : paired.IsSlower == IsHeavy(Group) ? "comes out"
            : "is reversed here";
        string heldAgainst = Say($"p = {Words.P(paired.PValue)} by the sign test, held against {errorRate:0.####}{together}");
        return $"{outcome}: {slower}, {heldAgainst}"
            + (WhyHidden(Group) is { } why ? $" ({why})" : "");
    }
}

/// <summary>
/// Two cells compared repeat by repeat: in one run all cells have the same seed, and so the same arrivals, in repeats of the same number:
/// the repeats are pairs, and what the arrivals do to both drops out. The sign test: exact, and without a word on how latencies are distributed.
/// </summary>
/// <param name="Slower">Pairs in which the first cell's percentile is higher.</param>
/// <param name="Pairs">Pairs that differ; ties say nothing and are left out.</param>
public sealed record PairedTail(int Slower, int Pairs)
{
    /// <summary>Of all comparisons of a run together.</summary>
    public const double ErrorRate = 0.05;

    /// <summary>How often equal cells come out at least as one-sided as this, 0 to 1: binomial with ½, both sides.</summary>
    public double PValue => Pairs == 0 ? 1 : BinomialBand.PValue(0.5, Pairs, Slower);

    /// <summary>The least p that so many pairs can come to.</summary>
    public double LeastPValue => Pairs == 0 ? 1 : BinomialBand.PValue(0.5, Pairs, 0);

    /// <summary>The least number of pairs that could be decided at an error rate.</summary>
    public static int PairsNeeded(double errorRate) => 1 + (int)Math.Ceiling(Math.Log2(1 / errorRate));

    /// <summary>Comparisons that share the error rate: one that cannot reach its part, by the number of its repeats, takes nothing from the others.</summary>
    public static int Counted(IEnumerable<PairedTail> tails) => Tarone.Counted([.. tails.Select(t => t.LeastPValue)], ErrorRate);

    /// <summary>Whether the first is slower in more than half of the pairs.</summary>
    public bool IsSlower => 2 * Slower > Pairs;

    /// <param name="one">The cell that is said to be slower or not.</param>
    /// <param name="other">Under the same conditions.</param>
    /// <param name="percentile">0 to 100.</param>
    /// <returns>Null where no repeat is valid and has this percentile on both sides.</returns>
    public static PairedTail? Of(MeasuredCell one, MeasuredCell other, double percentile)
    {
        int[] signs =
        [
            .. from a in one.Repeats
               join b in other.Repeats on (a.Row.Repeat, a.Row.Seed) equals (b.Row.Repeat, b.Row.Seed)
               where a.IsValid(Figures.Latency) && b.IsValid(Figures.Latency)
               let first = a.LatencyUs(percentile)
               let second = b.LatencyUs(percentile)
               where first is not null && second is not null
               select first.Value.CompareTo(second.Value),
        ];
        return signs.Length == 0 ? null : new PairedTail(signs.Count(s => s > 0), signs.Count(s => s != 0));
    }
}

/// <summary>What a request costs and where its packets are received, for titles: what tells fairness cells of the same load apart.</summary>
internal static class ServiceWords
{
    /// <summary>After a load, such as <c>, 1 ms of CPU each on average (exponential)</c>; nothing for small requests.</summary>
    public static string After(Conditions conditions) => Service(conditions) + (conditions.Cell.Server.RxCpuMatch ? ", receiving CPU steered" : "");

    /// <summary>A constant service time is what is said; of any other only its mean is.</summary>
    private static string Service(Conditions conditions) => conditions.ServiceTimeUs <= 0
        ? ""
        : $", {Quantity.Microseconds.Tick(conditions.ServiceTimeUs)} of {(conditions.ServiceCpuUs > 0 ? "CPU" : "waiting")} each"
            + conditions.Cell.Server.ServiceTime.Spread switch
            {
                ServiceSpread.Exponential => " on average (exponential)",
                ServiceSpread.Bimodal => " on average (bimodal)",
                ServiceSpread.Pareto => " on average (bounded Pareto)",
                _ => "",
            };
}
