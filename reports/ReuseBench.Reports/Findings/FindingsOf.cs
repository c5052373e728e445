using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Findings;

/// <summary>All findings of a run: a pure function of its tables.</summary>
public static class FindingsOf
{
    public const string ThroughputTopic = "Throughput";
    public const string CpuTopic = "Server CPU per request";
    public const string LatencyTopic = "Latency under a fixed rate";
    public const string RestartTopic = "Restart";
    public const string FairnessTopic = "Who gets the connections";

    /// <summary>The percentile that latency is ranked by.</summary>
    private const double RankedPercentile = 99;

    public static IReadOnlyList<Finding> Run(RunTables tables) =>
    [
        .. Throughput(tables),
        .. Cpu(tables),
        .. Latency(tables),
        .. Restarts(tables),
        .. Chance(tables),
        .. Fairness(tables),
    ];

    private static IEnumerable<Finding> Throughput(RunTables tables)
    {
        foreach (IGrouping<Conditions, MeasuredCell> group in Groups(tables, Experiment.Throughput))
        {
            Figure figure = Figure.Throughput(group.Key);
            Estimate[] estimates = [.. group.Select(c => Estimate.OfMedian(c, figure))];
            foreach (Finding finding in Ranked(ThroughputTopic, "highest", group.Key, estimates))
            {
                yield return finding;
            }
        }
    }

    private static IEnumerable<Finding> Cpu(RunTables tables) =>
        from @group in Groups(tables, Experiment.Throughput)
        let estimates = @group.Select(c => Estimate.OfMedian(c, Figure.ServerCpuPerRequest)).ToArray()
        where estimates.Any(e => e.Value is not null)
        select RankingWords.Say(CpuTopic, Sentence(@group.Key.Label), "lowest", Ranking.Of(estimates));

    /// <summary>Only in an open loop: in a closed one the latency is the number of connections over the throughput, and no finding of its own.</summary>
    private static IEnumerable<Finding> Latency(RunTables tables)
    {
        foreach (IGrouping<Conditions, MeasuredCell> group in Groups(tables, Experiment.Latency).Where(g => g.Key.IsOpenLoop))
        {
            Estimate[] estimates = [.. group.Select(c => LatencyTail.Of(c).Percentile(RankedPercentile))];
            foreach (Finding finding in Ranked(LatencyTopic, "lowest 99th percentile", group.Key, estimates))
            {
                yield return finding;
            }
        }
    }

    private static IEnumerable<Finding> Restarts(RunTables tables) =>
        from cell in tables.Cells
        where cell.Is(Experiment.Restart)
        let gaps = GapSummary.Of(cell)
        select new Finding(RestartTopic, $"{Sentence(gaps.Label)}: nobody was served for {gaps.Text}.", gaps.Restrictions);

    /// <summary>The hash over many seeds: one sentence for each group size.</summary>
    private static IEnumerable<Finding> Chance(RunTables tables) =>
        ChanceSummary.OverSeeds(ChanceSummary.All(tables)).Where(s => s.Uniformity is not null).Select(s => new Finding(
            FairnessTopic,
            $"The kernel's hash over {s.Cell.Workers} listeners and {s.Uniformity!.Repeats} hash seeds is "
                + (s.Uniformity.Holds ? "no more and no less uneven than chance" : "not what chance would give")
                + $" (uniformity of the p-values: p = {Wording.Chance.P(s.Uniformity.PValue)}, held against an error rate of {PValueUniformity.ErrorRate:0.##}).",
            []));

    private static IEnumerable<Finding> Fairness(RunTables tables) =>
        from cell in tables.Cells
        where cell.Is(Experiment.Fairness) && !ChanceSummary.IsCensus(cell)
        let estimate = Estimate.OfMedian(cell, Figure.AcceptedMaxOverMean)
        where estimate.Value is not null
        select new Finding(
            FairnessTopic,
            $"{Sentence(cell.Label)} ({cell.Conditions.Label}): the busiest listener got {estimate.Text} times the even share.",
            estimate.Restrictions);

    /// <summary>One finding over all cells of a group, and one for each worker count at which variants meet.</summary>
    private static IEnumerable<Finding> Ranked(string topic, string best, Conditions conditions, Estimate[] estimates)
    {
        yield return RankingWords.Say(topic, Sentence(conditions.Label), best, Ranking.Of(estimates));
        IGrouping<int, Estimate>[] sizes = [.. estimates.GroupBy(e => e.Cell.Workers).OrderBy(g => g.Key)];
        foreach (IGrouping<int, Estimate> size in sizes.Where(g => sizes.Length > 1 && g.Skip(1).Any()))
        {
            string where = $"{Sentence(conditions.Label)}; with {size.Key} worker{(size.Key == 1 ? "" : "s")}";
            yield return RankingWords.Say(topic, where, best, Ranking.Of([.. size]));
        }
    }

    private static IEnumerable<IGrouping<Conditions, MeasuredCell>> Groups(RunTables tables, Experiment experiment) =>
        tables.Cells.Where(c => c.Is(experiment)).GroupBy(c => c.Conditions);

    private static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
