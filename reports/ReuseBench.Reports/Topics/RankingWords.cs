using System.Globalization;
using ReuseBench.Core.Statistics.Blocks;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics;

/// <summary>Puts a ranking into sentences that claim no more than it shows, ratios first, above a table that holds its figures.</summary>
internal static class RankingWords
{
    /// <summary>What orders cells and gives their ratios, where medians stand beside it.</summary>
    public const string ByMean = "by the mean over the rounds, in which a drift of the host cancels out";

    private const int MostNames = 6;

    /// <param name="finding">What was found.</param>
    /// <param name="heading">It stands under.</param>
    /// <param name="best">The word for the winning end: <c>highest</c> or <c>lowest</c>.</param>
    /// <param name="more">A further sentence; null for none.</param>
    public static Statement Say(RankingFinding finding, string heading, string best, string? more = null)
    {
        string where = Words.Sentence(finding.Conditions);
        string[] sentences = [.. Ranked(where, best, finding.Over), .. Busy(finding), .. Control(finding.Over.Null), .. BySize(best, finding)];
        return new Statement(heading, string.Join(' ', [.. sentences, .. more is null ? [] : new[] { more }]))
        {
            Figures = Table(finding),
        };
    }

    /// <summary>The best cell of each variant under each conditions, best first: what a reader asks for. All cells stand in <see cref="Tables"/>.</summary>
    /// <param name="findings">Rankings of one metric.</param>
    /// <param name="name">The column of the figure, such as <c>Throughput</c>.</param>
    /// <param name="provenance">One line on host and repeats.</param>
    public static Table Best(IReadOnlyList<RankingFinding> findings, string name, string provenance)
    {
        Estimate[] all = [.. findings.SelectMany(f => f.All)];
        double largest = all.Max(e => Math.Abs(e.Repeats?.Max ?? e.Value ?? 0));
        (double factor, string unit) = all[0].Quantity.ScaleFor(largest);
        if (findings.Select(f => f.All[0].Quantity.Unit).Distinct().Skip(1).Any())
        {
            unit = unit.Split('/')[0].Split(' ')[0] is "k" or "M" ? $"{unit[0]}/s" : "1/s";
        }

        bool isCompared = findings.Any(f => f.Over.Cells.Any(c => c.ToBest is not null));
        bool hasLoads = findings.Count > 1;
        (RankingFinding Of, Ranked Cell)[] rows = [.. findings.SelectMany(f => f.Over.Cells.DistinctBy(c => c.Estimate.Cell.Series), (f, c) => (f, c))];
        return new Table(
            (isCompared ? "The best cell of each variant, best first where ranked. × best: the figure over the best one's; its 95 % interval holds for "
                + "all ratios of this report at once."
                : "The best cell of each variant by its value; nothing is ranked here.")
                + $"{OrderedBy(rows.GroupBy(r => r.Of, r => r.Cell), isCompared)} Range: 95 % interval of the median, min–max below six repeats. {provenance}",
            [
                .. hasLoads ? [new Column("Load")] : Array.Empty<Column>(),
                new Column("Variant"),
                new Column("Workers"),
                new Column(name) { Unit = unit, IsNumber = true },
                new Column("Range") { Unit = unit },
                .. isCompared ? [new Column("× best") { IsNumber = true }, new Column("95 % of × best"), new Column("Standing")] : Array.Empty<Column>(),
            ],
            [
                .. from row in rows
                   let finding = row.Of
                   let cell = row.Cell
                   select (IReadOnlyList<Entry>)
                   [
                       .. hasLoads ? [new Entry(finding.Conditions)] : Array.Empty<Entry>(),
                       new Entry(cell.Estimate.Cell.Series.Label),
                       new Entry(cell.Estimate.Value is null ? "–" : $"{cell.Estimate.Cell.Workers}"),
                       Entries.Median(cell.Estimate, factor),
                       Entries.Range(cell.Estimate, factor),
                       .. isCompared
                           ?
                           [
                               cell.ToBest is { } best ? new Entry(Ratio(best.Ratio)) { Sort = best.Ratio } : new Entry("–"),
                               new Entry(cell.ToBest is { } to ? Interval(to) : "–"),
                               new Entry(StandingWords(cell)),
                           ]
                           : Array.Empty<Entry>(),
                   ],
            ]);
    }

    /// <summary>Every cell of each ranking, folded.</summary>
    public static Block Tables(IReadOnlyList<(Findings.Finding Finding, Statement Statement)> found) => new Fold(
        $"All {found.Sum(f => ((RankingFinding)f.Finding).All.Count)} cells"
            + (found.Any(f => ((RankingFinding)f.Finding).Over.Leader is not null) ? " in the order of the ranking" : ""),
        [.. found.SelectMany(f => new Block?[] { found.Count > 1 ? new Subheading(f.Finding.Conditions) : null, f.Statement.Figures }).OfType<Block>()]);

    /// <summary>Such as <c>1.31 × single, 2 workers (95 % 1.24 to 1.39)</c>: the leader's figure over the other's.</summary>
    public static string RatioOver(Ranking ranking, Estimate leader, Estimate other, string name) => ranking.Ratio(leader, other) is { } ratio
        ? $"{Ratio(ratio.Ratio)} × {name} (95 % {Ratio(ratio.Low)} to {Ratio(ratio.High)})"
        : name;

    /// <summary>Two digits after the point, three where the ratio is close to 1 and two would hide it.</summary>
    public static string Ratio(double ratio) => double.IsInfinity(ratio)
        ? "∞"
        : ratio.ToString(ratio switch { 1 => "0", >= 100 => "0", >= 10 => "0.0", > 0.99 and < 1.01 => "0.000", _ => "0.00" }, CultureInfo.InvariantCulture);

    /// <summary>That it cannot be decided, and what could.</summary>
    public static string Undecidable(params IReadOnlyList<Ranking> rankings) =>
        $"cannot be decided with {Words.Count(rankings.Min(r => r.Repeats), "repeat")}; needs {rankings.Max(r => r.RepeatsNeeded)} of each cell";

    /// <summary>Such as <c>With 2 workers alone: highest is reuseport, 2 workers. It is …</c>.</summary>
    private static IEnumerable<string> BySize(string best, RankingFinding finding) => finding.BySize.SelectMany(s => Ranked(
        $"With {Words.Count(s.Workers, "worker")} alone{(s.IsBeyondCores ? " (more than the server has cores; in no overall ranking)" : "")}",
        best,
        s.Ranking));

    /// <summary>Where others took the CPUs in half of the repeats or more: that is why there is no ranking, or one of what is left.</summary>
    private static IEnumerable<string> Busy(RankingFinding finding)
    {
        VerdictRule[] busy = [VerdictRules.HeavyBackgroundLoad, VerdictRules.HeavyCpuSteal];
        MeasuredRepeat[] repeats = [.. finding.All.SelectMany(e => e.Cell.Repeats)];
        foreach (VerdictRule rule in busy)
        {
            int spoiled = repeats.Count(r => r.Verdict.Reasons.Any(x => x.Code == rule.Code));
            if (2 * spoiled >= repeats.Length && spoiled > 0)
            {
                yield return $"The host was too busy: {rule.Code} in {spoiled} of {repeats.Length} repeats. {rule.Text}";
            }
        }
    }

    /// <summary>What no difference at all looks like here.</summary>
    private static IEnumerable<string> Control(NullControl? control) => control is null
        ? []
        : [$"Largest difference between identical cells: {Rounded(100 * control.Largest)} % ({control.Best.Cell.Label} and {control.Worst.Cell.Label} are the "
            + "same program); no smaller one is claimed."];

    /// <summary>Who is ahead, and by how much.</summary>
    private static IEnumerable<string> Leading(string where, string best, Ranking ranking)
    {
        if (ranking.IsUndecidable)
        {
            yield return $"{where}: {Undecidable(ranking)}.";
            yield break;
        }

        if (ranking.Leader is not { } leader)
        {
            yield return ranking.Cells.Any(c => c.Standing == Standing.BeyondCores)
                ? $"{where}: no overall ranking, every cell that could be in it has more workers than the server has cores."
                : ranking.Unranked.FirstOrDefault(e => e.Modes is not null) is { } twofold
                ? $"{where}: not ranked, {twofold.Cell.Label} has {twofold.WhyNone}."
                : $"{where}: not ranked, fewer than {Contest.FewestRepeats} valid repeats of each cell.";
            yield break;
        }

        yield return $"{where}: {best} is {leader.Cell.Label}.";
        if (ranking.Behind.Count > 0)
        {
            yield return $"It is {List(ranking.Behind, e => RatioOver(ranking, leader, e, e.Cell.Label))}.";
        }
    }

    private static IEnumerable<string> Ranked(string where, string best, Ranking ranking)
    {
        foreach (string sentence in Leading(where, best, ranking))
        {
            yield return sentence;
        }

        if (ranking.Leader is { } leader)
        {
            if (ranking.NotSeparated.Count > 0)
            {
                yield return $"Not separated from it here: {List(ranking.NotSeparated, e => RatioOver(ranking, leader, e, e.Cell.Label))}.";
            }

            if (ranking.WithinNull.Count > 0)
            {
                string within = List(ranking.WithinNull, e => RatioOver(ranking, leader, e, e.Cell.Label));
                yield return $"Apart from it, but within the null control, so nothing is claimed: {within}.";
            }
        }

        Ranked[] unranked = [.. ranking.Cells.Where(c => c.Standing == Standing.NotRanked)];
        if (unranked.Length > 0 && (ranking.Leader is not null || unranked.Any(c => c.Estimate.FellOut > 0 && c.Estimate.Value is not null)))
        {
            yield return $"Not ranked: {List(unranked, c => $"{c.Estimate.Cell.Label} ({c.Why})")}.";
        }
    }

    private static string Rounded(double percent) => percent.ToString(percent >= 10 ? "0" : "0.0", CultureInfo.InvariantCulture);

    private static string List<T>(IReadOnlyList<T> cells, Func<T, string> name)
    {
        string names = string.Join("; ", cells.Take(MostNames).Select(name));
        return cells.Count > MostNames ? $"{names}; and {cells.Count - MostNames} more (in the table)" : names;
    }

    /// <summary>A row for each cell, best first.</summary>
    private static Table Table(RankingFinding finding)
    {
        double largest = finding.All.Max(e => Math.Abs(e.Repeats?.Max ?? e.Value ?? 0));
        (double factor, string unit) = finding.All[0].Quantity.ScaleFor(largest);
        Estimate[] shown = [.. finding.All.Where(e => e.Value is not null)];
        bool isCompared = finding.Over.Cells.Any(c => c.ToBest is not null);
        bool isMerged = shown.Any(e => !e.IsMedian);
        return new Table(
            $"{finding.What}{(isCompared ? ": the ratio to the best cell with its 95 % interval" : "")}; the median of the repeats"
                + $"{SpreadWords(shown)}{(isMerged ? "; and the percentile of all repeats merged, which orders nothing" : "")}. "
                + (finding.Over.Leader is null ? "Not ranked; in the order of the values." : "Best first where ranked.")
                + OrderedBy([finding.Over.Cells], isCompared),
            [
                new Column("Variant"), new Column("Workers"),
                .. isCompared ? [new Column("× best") { IsNumber = true }, new Column("95 % of × best")] : Array.Empty<Column>(),
                new Column("Median") { Unit = unit, IsNumber = true }, new Column("Range") { Unit = unit },
                .. isMerged ? [new Column("Merged") { Unit = unit }] : Array.Empty<Column>(), new Column("Standing"),
            ],
            [.. finding.Over.Cells.Select(c => Row(c, factor, isCompared, isMerged))]);
    }

    private static IReadOnlyList<Entry> Row(Ranked cell, double factor, bool isCompared, bool isMerged)
    {
        Estimate e = cell.Estimate;
        return
        [
            e.Cell.Series.Label,
            $"{e.Cell.Workers}",
            .. isCompared
                ? [cell.ToBest is { } best ? new Entry(Ratio(best.Ratio)) { Sort = best.Ratio } : "–", cell.ToBest is { } to ? Interval(to) : "–"]
                : Array.Empty<Entry>(),
            Entries.Median(e, factor),
            Entries.Range(e, factor),
            .. isMerged
                ? [e is { Value: double merged, IsMedian: false } ? new Entry(Quantity.Number(merged, factor)) { Sort = merged } : "–"]
                : Array.Empty<Entry>(),
            StandingWords(cell),
        ];
    }

    /// <summary>That the medians of a table have another order than its rows, with an example; empty where they have the same.</summary>
    private static string OrderedBy(IEnumerable<IEnumerable<Ranked>> orders, bool isCompared) =>
        orders.Select(Ranking.Reversed).FirstOrDefault(r => r is not null) is not var (above, below) ? ""
            : $" The order{(isCompared ? " and × best are" : " is")} {ByMean}; a median may order otherwise (here {above.Cell.Label} stands above "
                + $"{below.Cell.Label}).";

    public static string Interval(RatioToBest to) => to is { Ratio: 1, Low: 1, High: 1 } ? "1" : $"{Ratio(to.Low)} to {Ratio(to.High)}";

    private static string StandingWords(Ranked cell) => cell.Standing switch
    {
        Standing.Leader => "best",
        Standing.NotSeparated => "not separated",
        Standing.WithinNullControl => "within the null control",
        Standing.Behind => "behind",
        Standing.Undecidable => "cannot be decided",
        Standing.BeyondCores => "more workers than cores: in no overall ranking",
        _ => $"not ranked: {cell.Why}",
    };

    private static string SpreadWords(IEnumerable<Estimate> estimates)
    {
        string[] names = [.. estimates.Select(e => e.Repeats is null ? null : Spread.Of(e.Repeats)?.Name).OfType<string>().Distinct()
            .Order(StringComparer.Ordinal)];
        return names.Length == 0 ? ", one each" : $" with their {string.Join(" or ", names)}";
    }
}
