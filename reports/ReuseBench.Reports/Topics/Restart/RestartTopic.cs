using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Restart;

/// <summary>What a restart costs: the gap, what failed in it, why, and whether that was to be expected.</summary>
public sealed class RestartTopic : ITopic
{
    private const string Heading = "Restart";

    /// <summary>Methods that lost nothing, in one sentence by name.</summary>
    private const int MostNamed = 4;

    public string Name => "restart";

    public IReadOnlyCollection<Experiment> Experiments { get; } = [Experiment.Restart];

    public IEnumerable<IChart> Charts { get; } = [new RestartGapChart(), new RestartFailuresChart(), new RestartTimelineChart()];

    public IEnumerable<Finding> Find(RunAnalysis run) =>
        run.Cells.Where(c => c.Is(Experiment.Restart)).Select(c => GapFinding.Of(Name, run.Of(c, GapSummary.Of)));

    public Statement Describe(Finding finding) => new(Heading, $"{Words.Sentence(((GapFinding)finding).Gaps.Label)}: "
        + $"{Said(((GapFinding)finding).Gaps)}.");

    /// <summary>
    /// All methods under the one stop and load that most of them were tried under, those that lost nothing first; then what stands in a loop of its own.
    /// </summary>
    public IEnumerable<Headline> Headlines(RunAnalysis run, IReadOnlyList<Finding> found)
    {
        GapSummary[] all = [.. found.OfType<GapFinding>().Select(f => f.Gaps).Where(g => g.Median is not null)];
        GapSummary[] methods = [.. all.Where(g => !RestartLabel.IsLoop(g.Cell))];
        if (methods.GroupBy(g => RestartLabel.Circumstances(g.Cell)).MaxBy(g => g.Count()) is { } beside)
        {
            GapSummary[] queued = beside.First().Cell.Cell.Restart!.Load == RestartLoad.Idle
                ? [.. methods.Where(g => RestartLabel.Circumstances(g.Cell, RestartLoad.Idle) == beside.Key && g.Cell.Cell.Restart!.Load == RestartLoad.Queued)]
                : [];
            int others = methods.Length - beside.Count() - queued.Length;
            yield return new Headline(
                HeadlineKind.Restart,
                $"Restart ({beside.Key}): {Compared([.. beside])}"
                    + (queued.Length > 0 ? $". With connections waiting in the queue: {Compared(queued)}" : "")
                    + (others > 0 ? $". {Words.Count(others, "other combination")} of method, stop and load below." : ".")
                    + (beside.Concat(queued).Any(g => g.Cell.Cell.Restart?.MigrateReq is not null)
                        ? " With migrate_req 1 the kernel moves queued connections to another listener." : ""));
        }

        if (all.Length == 0 && InvalidRepeats.Describe(found.OfType<GapFinding>().Select(f => (f.Gaps.Cell, Figures.Gap))) is { } lost)
        {
            yield return new Headline(HeadlineKind.Restart, $"No restart gap is known: {lost}.") { IsResult = false };
        }

        foreach (GapSummary loop in all.Where(g => RestartLabel.IsLoop(g.Cell)))
        {
            yield return new Headline(HeadlineKind.Restart, $"{Words.Sentence(loop.Label)}: {Said(loop)}.");
        }
    }

    public IEnumerable<Section> Sections(TopicMaterial material) => [new Section("What does a restart cost?", [.. Blocks(material)])];

    /// <summary>
    /// A gap is about connections by when they were begun: one that waits in a queue until the successor takes it is served. How long nobody
    /// had an answer is another figure, and stands beside it.
    /// </summary>
    private static string Said(GapSummary gaps)
    {
        if (RestartLabel.IsLoop(gaps.Cell))
        {
            return $"no response came for {gaps.Text}";
        }

        // Restarts of invalid repeats alone say neither that connections were lost nor that none was.
        string lost = gaps.NoneLost is { } bound ? $"{gaps.Text}; {bound}"
            : gaps.WhyNoGap is { } why ? $"no gap is known ({why})"
            : $"{Lacked([gaps])} for {gaps.Text}";
        string queued = gaps.TimedOutQueued > 0
            ? $"; {Words.Count(gaps.TimedOutQueued, "connection")} that waited in the queue had no response when the client gave up"
            : "";
        return lost + queued
            + (gaps.LongestSilenceMs is double silence ? $"; the longest time without a response was {Quantity.Milliseconds.Text(silence)}" : "");
    }

    /// <summary>Such as <c>nothing lost with handoff (3 restarts; …); clients could not connect for 21.0 ms with reuseaddr, for 59.9 s with none</c>.</summary>
    private static string Compared(GapSummary[] methods)
    {
        GapSummary[] spotless = [.. methods.Where(g => g.LostNothing)];
        GapSummary[] costly = [.. methods.Where(g => !g.LostNothing).OrderBy(g => g.Median!.DrawnMs)];
        string nothing = spotless.MinBy(g => g.Rows.Count) is not { } fewest ? ""
            : $"nothing lost with {Named(spotless, methods.Length)} ({fewest.Counted}"
                + $"{(spotless.Length > 1 ? " each or more" : "")}; with 95 % certainty, at most {NoneOf.Percent(fewest.Rows.Count)} % of {fewest.Noun}s "
                + "lose any)";
        string gaps = costly.Length == 0 ? ""
            : $"{Lacked(costly)} for "
                + string.Join(", for ", costly.Select(g => $"{g.Median!.Short} with {RestartLabel.MethodAndMigration(g.Cell)}"));
        return string.Join("; ", new[] { nothing, gaps }.Where(p => p.Length > 0));
    }

    /// <summary>Many are counted, since the table below names each; those that cost something are always named.</summary>
    private static string Named(GapSummary[] spotless, int all) =>
        spotless.Length <= MostNamed ? string.Join(", ", spotless.Select(g => RestartLabel.MethodAndMigration(g.Cell)))
        : spotless.Length == all ? $"any of {all} methods"
        : $"{spotless.Length} of {all} methods";

    /// <summary>Clients that keep their connections need none: what they lack is a response.</summary>
    private static string Lacked(IEnumerable<GapSummary> gaps) =>
        gaps.Any(g => g.Rows.Any(r => r.PersistentLost is not null)) ? "clients had no response" : "clients could not connect";

    private IEnumerable<Block> Blocks(TopicMaterial material)
    {
        RunAnalysis run = material.Run;
        string[] charts = [.. Charts.Select(c => c.Name)];
        GapSummary[] gaps = [.. RestartLabel.Order(run.Cells.Where(c => c.Is(Experiment.Restart)).Select(c => run.Of(c, GapSummary.Of)), g =>
            g.Cell)];
        if (gaps.Length == 0)
        {
            yield break;
        }

        Block[] pictures = [.. material.Pictures(charts[0])];
        foreach (Block picture in pictures.Take(1))
        {
            yield return picture;
        }

        yield return Short(gaps, run);
        foreach (Block full in material.InFull(Name))
        {
            yield return full;
        }

        yield return new Fold("What each method lost, and why",
            [.. pictures.Skip(1), .. material.Pictures(charts[1]), Counts(gaps, run), .. RestartBlocks.Persistent(gaps), .. RestartBlocks.Losses(gaps)]);
        Block[] parts = [.. material.Pictures(charts[2]), .. RestartBlocks.Parts(gaps)];
        if (parts.Length > 0)
        {
            yield return new Fold("What happened when: the parts of the gap", parts);
        }

        Block[] reasons = [.. RestartBlocks.Reasons(gaps)];
        if (reasons.Length > 0)
        {
            yield return new Fold("Skipped, failed, ended by the restart timeout", reasons);
        }

        foreach (string restriction in RestrictionWords.Say(gaps.Select(g => g.Restrictions)))
        {
            yield return new Paragraph(restriction);
        }
    }

    /// <summary>The answer to the question: how long clients could not connect.</summary>
    private static Table Short(GapSummary[] gaps, RunAnalysis run)
    {
        (IReadOnlyList<string> labels, string common) = RestartLabel.Short([.. gaps.Select(g => g.Cell)]);
        return new Table(
            "Gap: for how long clients could not connect, the median of the restarts; range: 95 % interval of the median, min–max below six restarts. "
                + "A connection counts by when it was begun: those that waited in a queue and were reset with it were begun before the stop. "
                + $"{(common.Length > 0 ? $"All: {common}. " : "")}{run.Provenance.Of(gaps.Select(g => g.Cell))}",
            [
                new Column("Restart method"), new Column("Gap") { Unit = "ms", IsNumber = true }, new Column("Range") { Unit = "ms" },
                new Column("Longest time without a response") { Unit = "ms", IsNumber = true },
                new Column("Attempts lost, of those affected") { IsNumber = true },
                new Column("Restarts") { IsNumber = true }, new Column("Verdict"),
            ],
            [
                .. gaps.Zip(labels, (g, label) => (IReadOnlyList<Entry>)
                [
                    label,
                    g.Median is { } median ? new Entry(median.InMilliseconds) { Sort = median.LostNothing ? 0 : median.DrawnMs } : new Entry("–"),
                    g.Spread is { } spread && !g.LostNothing
                        ? $"{Quantity.Number(spread.LowMs, 1)} to {(spread.IsHighAtLeast ? "≥ " : "")}{Quantity.Number(spread.HighMs, 1)}" : "–",
                    g.LongestSilenceMs is double silence ? new Entry(Quantity.Number(silence, 1)) { Sort = silence } : new Entry("–"),
                    RestartLoss.Of(g.Rows) is { } loss ? $"{loss.Lost} of {loss.Touched + loss.InFlight}" : "–",
                    $"{g.Valid.Count}",
                    Entries.Verdict(g.Cell),
                ]),
            ]);
    }

    private static Table Counts(GapSummary[] gaps, RunAnalysis run) => new(
        $"Failed attempts by restart method; counts are sums over the valid restarts. Probes see a gap to within two of their "
            + "intervals: the true one lies between the two figures, or under the one behind \"≤\". "
            + $"{run.Provenance.Of(gaps.Select(g => g.Cell))}",
        [
            "Restart", "Gap", "Longest time without a response", "Refused", "Reset", "Timed out", "Timed out in the queue", "Late", "Lost in flight", "Repeats",
        ],
        [.. gaps.Select(Row)]);

    private static IReadOnlyList<string> Row(GapSummary gaps)
    {
        RestartRow[] rows = [.. gaps.Rows];
        return
        [
            gaps.Label,
            gaps.NoneLost is { } bound ? $"{gaps.Text}; {bound}" : gaps.Text,
            Silence(gaps),
            Sum(rows, r => r.Refused),
            Sum(rows, r => r.Reset),
            Sum(rows, r => r.TimedOut),
            Sum(rows, r => r.TimedOutQueued),
            Sum(rows, r => r.Late),
            rows.Any(r => r.InFlight > 0) ? $"{rows.Sum(r => r.InFlightLost ?? 0)} of {rows.Sum(r => r.InFlight ?? 0)}" : "–",
            CellWords.Repeats(gaps.Cell, Figures.Gap),
        ];
    }

    /// <summary>
    /// Between two answers, the stop or what follows it in between: what clients wait where connects go on succeeding. The longest of all
    /// restarts.
    /// </summary>
    private static string Silence(GapSummary gaps) => gaps.LongestSilenceMs is double ms ? Quantity.Milliseconds.Text(ms) : "–";

    private static string Sum(RestartRow[] rows, Func<RestartRow, long?> of) =>
        rows.Any(r => of(r) is not null) ? $"{rows.Sum(r => of(r) ?? 0)}" : "–";
}

/// <summary>For how long connections were lost around the restarts of one cell.</summary>
public sealed record GapFinding : Finding
{
    public required GapSummary Gaps { get; init; }

    public static GapFinding Of(string topic, GapSummary gaps)
    {
        Gap? median = gaps.Median;
        return new GapFinding
        {
            Topic = topic,
            Kind = "restart_gap",
            Conditions = gaps.Cell.Conditions.Label,
            Metric = "gap_ms",
            Claim = median is null ? "not_measured" : gaps.LostNothing ? "nothing_lost" : "lost_for",
            Gaps = gaps,
            Test = gaps.LostNothing ? new FindingTest("none_of", NoneOf.MostShare(gaps.Rows.Count), P: null, Alpha: 0.05) : null,
            Restrictions = gaps.Restrictions,
            Estimates =
            [
                new FindingEstimate(gaps.Cell.Id, gaps.Label, Quantity.Milliseconds.Unit, median?.DrawnMs)
                {
                    Bound = median is null ? null : median.IsBelowResolution ? "below" : median.IsAtLeast ? "at_least" : null,
                    Low = gaps.Spread?.LowMs ?? median?.LowMs,
                    High = gaps.Spread is { } spread ? spread.IsHighAtLeast ? null : spread.HighMs : median?.HighMs,
                    Interval = median is null ? null : gaps.Spread?.Name ?? "probe bracket",
                    Repeats = gaps.Valid.Count,
                    Invalid = gaps.Invalid.Count,
                    Grade = median is null ? Grade.Invalid : gaps.Restrictions.Count > 0 ? Grade.Limited : Grade.Ok,
                    WhyNone = gaps.WhyNoGap,
                },
            ],
        };
    }
}
