using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Tables;
using ReuseBench.Reports.Wording;

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

    private static IEnumerable<Finding> Throughput(RunTables tables) =>
        from @group in Groups(tables, Experiment.Throughput)
        let figure = Figure.Throughput(@group.Key)
        select RankingWords.Say(ThroughputTopic, figure.Name, "highest", [.. @group.Select(c => Estimate.OfMedian(c, figure))]);

    private static IEnumerable<Finding> Cpu(RunTables tables) =>
        from @group in Groups(tables, Experiment.Throughput)
        let estimates = @group.Select(c => Estimate.OfMedian(c, Figure.ServerCpuPerRequest)).ToArray()
        where estimates.Any(e => e.Value is not null)
        select WithServiceTime(RankingWords.Say(CpuTopic, Figure.ServerCpuPerRequest.Name, "lowest", estimates), @group.Key);

    /// <summary>What the server was told to burn is no cost of its way of listening.</summary>
    private static Finding WithServiceTime(Finding finding, Conditions conditions) => ServiceTimeWords.Part(conditions) is string part
        ? finding with { Text = $"{finding.Text} Of each figure {part}." }
        : finding;

    /// <summary>Only in an open loop: in a closed one the latency is the number of connections over the throughput, and no finding of its own.</summary>
    private static IEnumerable<Finding> Latency(RunTables tables) =>
        from @group in Groups(tables, Experiment.Latency)
        where @group.Key.IsOpenLoop
        select RankingWords.Say(
            LatencyTopic, "99th percentile of latency", "lowest 99th percentile", [.. @group.Select(c => LatencyTail.Of(c).Percentile(RankedPercentile))]);

    private static IEnumerable<Finding> Restarts(RunTables tables) =>
        from cell in tables.Cells
        where cell.Is(Experiment.Restart)
        let gaps = GapSummary.Of(cell)
        select new Finding(RestartTopic, $"{Sentence(gaps.Label)}: {GapText(gaps)}.", gaps.Restrictions);

    /// <summary>
    /// A gap is about connections by when they were begun: one that waits in a queue until the successor takes it is served. How long nobody
    /// had an answer is another figure, and stands beside it.
    /// </summary>
    private static string GapText(GapSummary gaps) => gaps.Cell.Settings.RestartMethod is null || gaps.Cell.Settings.RestartMethod == Names.Of(RestartMethod.Loop)
        ? $"no answer came for {gaps.Text}"
        : $"connections were lost for {gaps.Text}"
            + (gaps.LongestSilenceMs is double silence ? $"; the longest time without any answer was {Quantity.Milliseconds.Text(silence)}" : "");

    /// <summary>The hash over many seeds: one sentence for each group size, and one where a tuple did not keep its listener.</summary>
    private static IEnumerable<Finding> Chance(RunTables tables)
    {
        IReadOnlyList<(ChanceSummary Summary, HashTrial Trial)> tested = HashOverSeeds.Of(tables);
        IEnumerable<string> contradicted = new TuplesThatCameAgain([.. ChanceSummary.All(tables).Where(s => s.IsHash)]).Contradiction is { } contradiction
            ? [$"The kernel's hash, by which a tuple keeps its listener, is contradicted: {contradiction}."]
            : [];
        return tested.Select(t => HashOverSeeds.Say(t.Summary, t.Trial, tested.Count)).Concat(contradicted).Select(text => new Finding(FairnessTopic, text, []));
    }

    private static IEnumerable<Finding> Fairness(RunTables tables) =>
        from cell in tables.Cells
        where cell.Is(Experiment.Fairness) && !ChanceSummary.IsAcceptProbe(cell)
        let estimate = Estimate.OfMedian(cell, Figure.AcceptedMaxOverMean)
        where estimate.Value is not null
        select new Finding(
            FairnessTopic,
            $"{Sentence(cell.Label)} ({cell.Conditions.Label}): the busiest worker got {estimate.Text} times the even share; {BusiestByChance.Of(cell).Sentence}.{(CpuSelection.WhyNot(cell) is { } why ? $" {Sentence(why)}" : "")}",
            estimate.Restrictions);

    private static IEnumerable<IGrouping<Conditions, MeasuredCell>> Groups(RunTables tables, Experiment experiment) =>
        tables.Cells.Where(c => c.Is(experiment)).GroupBy(c => c.Conditions);

    private static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
