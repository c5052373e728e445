using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Topics.Latency;

/// <summary>Latency percentiles, closed and open loop apart.</summary>
public sealed class LatencyTopic : ITopic
{
    /// <summary>The percentile that latency is ranked by.</summary>
    private const double RankedPercentile = 99;

    private const int MostLeftOutNamed = 4;

    private static readonly double[] Percentiles = [50, 90, 99, 99.9, 99.99];

    public string Name => "latency";

    public IReadOnlyCollection<Experiment> Experiments { get; } = [Experiment.Latency];

    public IEnumerable<IChart> Charts { get; } = [new LatencyTailChart(), new LatencyByRateChart()];

    /// <summary>
    /// By the percentile of the single repeats. Only in an open loop: in a closed one the latency is the number of connections over the throughput, and no
    /// finding of its own.
    /// </summary>
    public IEnumerable<Contest> Contests(RunAnalysis run) =>
        from @group in run.Groups(Experiment.Latency)
        where @group.Key.IsOpenLoop
        select ContestOf(@group, run);

    /// <summary>Cells under equal conditions, by the percentile that latency is ranked by.</summary>
    internal static Contest ContestOf(IEnumerable<MeasuredCell> cells, RunAnalysis run) => new(
        LatencyTail.Key(RankedPercentile), [.. cells.Select(c => run.Latency(c).Percentile(RankedPercentile))], e => run.IsBeyondCores(e.Cell));

    public IEnumerable<Finding> Find(RunAnalysis run) =>
        Contests(run).Select(contest => RankingFinding.Of(Name, contest, "99th percentile of latency", run));

    public Statement Describe(Finding finding) => RankingWords.Say((RankingFinding)finding, "Latency under a fixed rate", "lowest 99th percentile");

    public IEnumerable<Section> Sections(TopicMaterial material) => [new Section("Latency", [.. Blocks(material)])];

    private IEnumerable<Block> Blocks(TopicMaterial material)
    {
        RunAnalysis run = material.Run;
        foreach (Block picture in material.Pictures(Charts.Select(c => c.Name)))
        {
            yield return picture;
        }

        IEnumerable<IGrouping<Conditions, MeasuredCell>> groups =
            run.Cells.Where(c => c.Is(Experiment.Latency) || c.Is(Experiment.Throughput)).GroupBy(c => c.Conditions);
        foreach (IGrouping<Conditions, MeasuredCell> group in groups)
        {
            yield return group.Key.IsOpenLoop ? OpenLoop(group, run) : Closed(group, run);
            foreach (string note in PublishingNotes([.. group.Select(c => (c, run.Latency(c)))], PercentilesOf(group.Key)))
            {
                yield return new Paragraph(note);
            }

            foreach (string restriction in RestrictionWords.Say(group.Select(c => run.Latency(c).Percentile(50))))
            {
                yield return new Paragraph(restriction);
            }
        }
    }

    private static IReadOnlyList<double> PercentilesOf(Conditions conditions) => [.. Percentiles.Where(p => LatencyTail.IsLatency(conditions, p))];

    private static Table OpenLoop(IGrouping<Conditions, MeasuredCell> group, RunAnalysis run) => new(
        $"{group.Key.Label}: latency by percentile, merged over the repeats; for the 99th also the median and spread of the single "
            + $"repeats, since one of them may rule what is merged. {run.Provenance.Of(group)}",
        ["Variant", "Workers", "50", "90", "99", "99.9", "99.99", "99th, single repeats", "Lengthened by generator lag, 99th", "Repeats", "Verdict"],
        [.. group.Select(c => Row(c, run.Latency(c)))]);

    private static Table Closed(IGrouping<Conditions, MeasuredCell> group, RunAnalysis run) => new(
        $"{group.Key.Label}: time from request to response by percentile, merged over the repeats. It follows from connections and throughput; beyond the "
            + $"90th percentile a closed loop shows no latency. {run.Provenance.Of(group)}",
        ["Variant", "Workers", "50", "90", "Repeats", "Verdict"],
        [
            .. group.Select(c => (IReadOnlyList<string>)
            [
                c.Series.Label,
                $"{c.Workers}",
                .. PercentilesOf(group.Key).Select(p => run.Latency(c).Percentile(p).ShortOrWhy),
                CellWords.Repeats(c, Figures.Latency),
                CellWords.Verdict(c),
            ]),
        ]);

    private static IReadOnlyList<string> Row(MeasuredCell cell, LatencyTail tail) =>
    [
        cell.Series.Label,
        $"{cell.Workers}",
        .. Percentiles.Select(p => tail.Percentile(p).Short),
        Single(tail.Percentile(99)),
        tail.GeneratorLagShare(99) is double part ? string.Create(CultureInfo.InvariantCulture, $"≤ {100 * part:0} %") : "–",
        CellWords.Repeats(cell, Figures.Latency),
        CellWords.Verdict(cell),
    ];

    /// <summary>What of a table may not be published, and why percentiles are left out of it.</summary>
    private static IEnumerable<string> PublishingNotes(
        IReadOnlyList<(MeasuredCell Cell, LatencyTail Tail)> cells, IReadOnlyList<double> percentiles)
    {
        (MeasuredCell Cell, LatencyTail Tail)[] measured = [.. cells.Where(c => c.Tail.HasValues)];
        if (measured.Any(c => c.Tail.Percentile(50).WhyUnpublished is not null))
        {
            yield return $"° of fewer than {EpisodeRule.FewestRepeats} valid repeats: shown as measured, not to be published and not ranked.";
        }

        if (measured.Any(c => !c.Tail.AreEpisodesKnown))
        {
            yield return "Episodes unknown: an earlier version measured this run and did not record when the slow requests came. What lies beyond a "
                + "percentile may be a single stall.";
        }

        foreach (double percentile in percentiles)
        {
            string[] left =
            [
                .. measured.Select(c => (c.Cell, Estimate: c.Tail.Percentile(percentile))).Where(c => c.Estimate.Value is null)
                    .GroupBy(c => c.Estimate.WhyNone, c => c.Cell.Label).Select(g => $"{string.Join(" and ", g)} ({g.Key})"),
            ];
            if (left.Length > 0)
            {
                string more = left.Length > MostLeftOutNamed ? $" and {left.Length - MostLeftOutNamed} more" : "";
                yield return string.Create(
                    CultureInfo.InvariantCulture, $"Left out at {percentile:0.###}: {string.Join("; ", left.Take(MostLeftOutNamed))}{more}.");
            }
        }
    }

    /// <summary>Median and spread of the single repeats; where there is no percentile, why.</summary>
    private static string Single(Estimate e) => e.Value is null ? e.Text : e.RepeatsText;
}
