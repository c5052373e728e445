using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Latency;

/// <summary>Latency percentiles, closed and open loop apart.</summary>
public sealed class LatencyTopic : ITopic
{
    /// <summary>The percentile that latency is ranked by.</summary>
    private const double RankedPercentile = 99;

    private const int MostLeftOutNamed = 4;

    /// <summary>What the percentages of a rate are of, where they are named first.</summary>
    private const string Capacity = "Capacity: the best throughput of a closed loop in this run";

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
        Contests(run).Select(contest => RankingFinding.Of(Name, contest, "p99 latency", run));

    public Statement Describe(Finding finding) => RankingWords.Say((RankingFinding)finding, "Latency under a fixed rate", "lowest p99 latency");

    public IEnumerable<Headline> Headlines(RunAnalysis run, IReadOnlyList<Finding> found)
    {
        RankingFinding[] rankings = [.. found.OfType<RankingFinding>()];
        string capacity = rankings.Any(r => IsOfCapacity(r.All[0].Cell)) ? $" {Capacity}." : "";
        return RankingHeadlines.Of(rankings, HeadlineKind.Latency, "p99 latency", "lowest", Figures.Latency)
            .Select((headline, i) => i == 0 ? headline with { Text = headline.Text + capacity } : headline);
    }

    public IEnumerable<Section> Sections(TopicMaterial material) => [new Section("How long do requests take?", [.. Blocks(material)])];

    private IEnumerable<Block> Blocks(TopicMaterial material)
    {
        RunAnalysis run = material.Run;
        IGrouping<Conditions, MeasuredCell>[] groups =
            [.. run.Cells.Where(c => c.Is(Experiment.Latency) || c.Is(Experiment.Throughput)).GroupBy(c => c.Conditions)];
        IGrouping<Conditions, MeasuredCell>[] open = [.. groups.Where(g => g.Key.IsOpenLoop)];
        IGrouping<Conditions, MeasuredCell>[] closed = [.. groups.Where(g => !g.Key.IsOpenLoop)];
        if (groups.Length == 0)
        {
            yield break;
        }

        Picture[] pictures = [.. material.Pictures(Charts.Select(c => c.Name)).OfType<Picture>()];
        HashSet<string> stems =
        [
            .. from picture in pictures
               where !closed.Any(g => picture.Svg.Contains($"-{Words.Slug(g.Key.LoopName)}-", StringComparison.Ordinal))
               select picture.Svg,
        ];
        (Finding Finding, Statement Statement)[] rankings = [.. material.Found.Where(f => f.Finding.Topic == Name)];
        Picture? shown = material.Pictures(Charts.Skip(1).Select(c => c.Name)).OfType<Picture>().FirstOrDefault()
            ?? pictures.FirstOrDefault(p => stems.Contains(p.Svg));
        if (open.Length > 0)
        {
            foreach (Picture picture in shown is null ? [] : new[] { shown })
            {
                yield return picture;
            }

            if (open.SelectMany(g => g).Any(IsOfCapacity))
            {
                yield return new Paragraph(string.Join("; ", (run.Data.Manifest?.Capacities ?? [])
                    .Select(c => $"{(c.IsLowerBound ? "≥ " : "")}{Quantity.RequestsPerSecond.Text(c.Rps)} with {c.Work}").Prepend(Capacity)) + ".");
            }

            yield return open.SelectMany(g => g).Any(c => run.Latency(c).HasValues)
                ? Shortest(open, [.. rankings.Select(f => (RankingFinding)f.Finding)], run)
                : new Paragraph("No cell under a fixed rate (open loop) has a valid percentile: "
                    + string.Join("; ", open.SelectMany(g => g).Select(c => run.Latency(c).Percentile(50).WhyNone).Distinct()) + ".");
        }
        else
        {
            yield return new Paragraph(
                "The run has no cell under a fixed rate (open loop). A closed loop shows how the loop slows down, not how long users wait.");
        }

        foreach (Block full in material.InFull(Name))
        {
            yield return full;
        }

        if (rankings.Length > 0)
        {
            yield return RankingWords.Tables(rankings);
        }

        if (open.Length > 0)
        {
            yield return new Fold("All percentiles under a fixed rate",
                [.. pictures.Where(p => p != shown && stems.Contains(p.Svg)), .. open.SelectMany(g => Group(g, run))]);
        }

        if (closed.Length > 0)
        {
            yield return new Fold("Closed loop: time from request to response",
                [.. pictures.Where(p => !stems.Contains(p.Svg)), .. closed.SelectMany(g => Group(g, run))]);
        }
    }

    private static bool IsOfCapacity(MeasuredCell cell) => cell.Cell.Load.RatePercent is not null;

    /// <summary>The best cell of each variant at each rate.</summary>
    private static Table Shortest(IGrouping<Conditions, MeasuredCell>[] open, RankingFinding[] rankings, RunAnalysis run)
    {
        double[] shown = [.. Percentiles.Where(p => p <= 99.9)];
        Estimate[] all = [.. open.SelectMany(g => g).SelectMany(c => shown.Select(run.Latency(c).Percentile))];
        (double factor, string unit) = Quantity.Microseconds.ScaleFor(all.Max(e => e.Value ?? 0));
        bool isCompared = rankings.Any(f => f.Over.Cells.Any(c => c.ToBest is not null));
        return new Table(
            "The best cell of each variant under a fixed rate (open loop), from when a request was due to its response; percentiles of all valid repeats "
                + "merged."
                + (isCompared ? " × best: p99 of the single repeats over the best one's, with its 95 % interval." : " Nothing is ranked here.")
                + $" {run.Provenance.Of(open.SelectMany(g => g))}",
            [
                new Column("Load"), new Column("Variant"), new Column("Workers"),
                .. shown.Select(p => new Column(NameOf(p)) { Unit = unit, IsNumber = true }),
                .. isCompared ? [new Column("× best") { IsNumber = true }, new Column("95 % of × best")] : Array.Empty<Column>(),
            ],
            [
                .. from ranking in rankings
                   from cell in ranking.Over.Cells.DistinctBy(c => c.Estimate.Cell.Series)
                   select (IReadOnlyList<Entry>)
                   [
                       ranking.Conditions, cell.Estimate.Cell.Series.Label, cell.Estimate.Value is null ? "–" : $"{cell.Estimate.Cell.Workers}",
                       .. shown.Select(p => Entries.Value(run.Latency(cell.Estimate.Cell).Percentile(p), factor)),
                       .. isCompared
                           ? [cell.ToBest is { } best ? new Entry(RankingWords.Ratio(best.Ratio)) { Sort = best.Ratio } : "–",
                               cell.ToBest is { } to ? RankingWords.Interval(to) : "–"]
                           : Array.Empty<Entry>(),
                   ],
            ]);
    }

    private static IEnumerable<Block> Group(IGrouping<Conditions, MeasuredCell> group, RunAnalysis run)
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

    /// <summary>Such as <c>p99.9</c>.</summary>
    private static string NameOf(double percentile) => string.Create(CultureInfo.InvariantCulture, $"p{percentile:0.###}");

    private static IReadOnlyList<double> PercentilesOf(Conditions conditions) => [.. Percentiles.Where(p => LatencyTail.IsLatency(conditions, p))];

    private static Table OpenLoop(IGrouping<Conditions, MeasuredCell> group, RunAnalysis run)
    {
        (double factor, string unit) = ScaleOf(group, Percentiles, run);
        return new Table(
            $"{group.Key.Label}: percentiles merged over the repeats; for p99 also the median and range of the single repeats, since one of them may rule what "
                + $"is merged. {run.Provenance.Of(group)}",
            [
                new Column("Variant"), new Column("Workers"), .. Percentiles.Select(p => new Column(NameOf(p)) { Unit = unit, IsNumber = true }),
                new Column("p99, single repeats") { Unit = unit, IsNumber = true }, new Column("Range") { Unit = unit },
                new Column("Generator lag in p99"), new Column("Repeats"), new Column("Verdict"),
            ],
            [.. group.Select(c => Row(c, run.Latency(c), factor))]);
    }

    private static Table Closed(IGrouping<Conditions, MeasuredCell> group, RunAnalysis run)
    {
        IReadOnlyList<double> percentiles = PercentilesOf(group.Key);
        (double factor, string unit) = ScaleOf(group, percentiles, run);
        return new Table(
            $"{group.Key.Label}: time from request to response, merged over the repeats. It follows from connections and throughput; beyond p90 a closed loop "
                + $"shows no latency. {run.Provenance.Of(group)}",
            [
                new Column("Variant"), new Column("Workers"), .. percentiles.Select(p => new Column(NameOf(p)) { Unit = unit, IsNumber = true }),
                new Column("Repeats"), new Column("Verdict"),
            ],
            [
                .. group.Select(c => (IReadOnlyList<Entry>)
                [
                    c.Series.Label,
                    $"{c.Workers}",
                    .. percentiles.Select(p => Entries.Value(run.Latency(c).Percentile(p), factor)),
                    CellWords.Repeats(c, Figures.Latency),
                    Entries.Verdict(c),
                ]),
            ]);
    }

    private static (double Factor, string Unit) ScaleOf(IEnumerable<MeasuredCell> cells, IEnumerable<double> percentiles, RunAnalysis run) =>
        Quantity.Microseconds.ScaleFor(cells.SelectMany(c => percentiles.Select(p => run.Latency(c).Percentile(p).Value ?? 0)).Max());

    private static IReadOnlyList<Entry> Row(MeasuredCell cell, LatencyTail tail, double factor) =>
    [
        cell.Series.Label,
        $"{cell.Workers}",
        .. Percentiles.Select(p => Entries.Value(tail.Percentile(p), factor)),
        Entries.Median(tail.Percentile(99), factor),
        Entries.Range(tail.Percentile(99), factor),
        tail.GeneratorLagShare(99) is double part ? string.Create(CultureInfo.InvariantCulture, $"≤ {100 * part:0} %") : "–",
        CellWords.Repeats(cell, Figures.Latency),
        Entries.Verdict(cell),
    ];

    /// <summary>What of a table may not be published, and why percentiles are left out of it.</summary>
    private static IEnumerable<string> PublishingNotes(
        IReadOnlyList<(MeasuredCell Cell, LatencyTail Tail)> cells, IReadOnlyList<double> percentiles)
    {
        (MeasuredCell Cell, LatencyTail Tail)[] measured = [.. cells.Where(c => c.Tail.HasValues)];
        if (measured.Any(c => c.Tail.Percentile(50).WhyUnpublished is not null))
        {
            yield return $"Of fewer than {EpisodeRule.FewestRepeats} valid repeats: shown as measured, not to be published and not ranked.";
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
                    CultureInfo.InvariantCulture, $"Left out at p{percentile:0.###}: {string.Join("; ", left.Take(MostLeftOutNamed))}{more}.");
            }
        }
    }
}
