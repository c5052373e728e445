using System.Globalization;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics;

/// <summary>
/// What rankings of one metric offer to the first screen: a sentence for each that came out, and one for all that did not for the same reason.
/// </summary>
internal static class RankingHeadlines
{
    private const int MostNamed = 3;

    /// <param name="findings">Of one metric, each under conditions of its own.</param>
    /// <param name="kind">What they are about.</param>
    /// <param name="what">Such as <c>throughput</c>.</param>
    /// <param name="best">The word for the winning end: <c>highest</c> or <c>lowest</c>.</param>
    /// <param name="affects">The figures that an invalid repeat has lost where it has no value.</param>
    public static IEnumerable<Headline> Of(IEnumerable<RankingFinding> findings, HeadlineKind kind, string what, string best, Figures affects)
    {
        RankingFinding[] all = [.. findings];
        return
        [
            .. all.Where(f => HasRival(f.Over)).Select(f => new Headline(kind, Ranked(f, what, best))),
            .. all.Where(f => !HasRival(f.Over)).GroupBy(f => CauseOf(f.Over))
                .Select(g => new Headline(kind, Unranked([.. g], g.Key, what, affects)) { IsResult = false }),
        ];
    }

    /// <summary>A leader of nobody else tells nothing.</summary>
    private static bool HasRival(Ranking over) => over.Leader is not null && over.Behind.Count + over.NotSeparated.Count + over.WithinNull.Count > 0;

    /// <summary>Who is ahead of whom by how much, and who is not among them though its figure is better.</summary>
    private static string Ranked(RankingFinding finding, string what, string best)
    {
        Ranking over = finding.Over;
        Estimate leader = over.Leader!;
        Estimate? behind = Rival(leader, over.Behind);
        Estimate rival = behind ?? Rival(leader, [.. over.NotSeparated, .. over.WithinNull])!;
        string ratio = RankingWords.RatioOver(over, leader, rival, rival.Cell.Label);
        string text = behind is not null
            ? $"{leader.Cell.Label} has the {best} {what}: {ratio}"
            : $"{Words.Sentence(what)} tells no cells apart: {leader.Cell.Label} is {ratio}";
        string alike = behind is not null && over.NotSeparated.Count > 0
            ? $"; not separated from it: {string.Join("; ", over.NotSeparated.Take(MostNamed).Select(e => e.Cell.Label))}"
                + (over.NotSeparated.Count > MostNamed ? $"; and {over.NotSeparated.Count - MostNamed} more" : "")
            : "";
        return $"{Words.Sentence(text)}{alike}. {Words.Sentence(finding.Conditions)}.{BetterByMedian(over, leader)}{BetterUnranked(over, leader)}";
    }

    /// <summary>The chart beside it shows medians: where one that is ranked has a better one than the leader, that is said.</summary>
    private static string BetterByMedian(Ranking over, Estimate leader)
    {
        Estimate[] better = [.. over.NotSeparated.Concat(over.WithinNull).Where(e => Ranking.Cost(e) < Ranking.Cost(leader)).OrderBy(Ranking.Cost)];
        return better.Length == 0 ? ""
            : $" This order is {RankingWords.ByMean}; by the median {better[0].Cell.Label}{(better.Length > 1 ? $" and {better.Length - 1} more" : "")} "
                + $"{(better.Length > 1 ? "are" : "is")} {(leader.Better == Core.Csv.Better.Higher ? "higher" : "lower")}.";
    }

    /// <summary>A reader takes the leader for the best of all; where one that could not be ranked has a better figure, that is said.</summary>
    private static string BetterUnranked(Ranking over, Estimate leader)
    {
        bool isHigher = leader.Better == Core.Csv.Better.Higher;
        Ranked[] better =
        [
            .. over.Cells.Where(c => c.Standing is Standing.NotRanked or Standing.BeyondCores && c.Estimate.Value is double value
                && (isHigher ? value > leader.Value : value < leader.Value)).OrderBy(c => isHigher ? -c.Estimate.Value : c.Estimate.Value),
        ];
        return better.Length == 0 ? ""
            : $" Not ranked, though {(isHigher ? "higher" : "lower")}: "
                + string.Join("; ", better.GroupBy(c => c.Why ?? "more workers than cores").Select(g => $"{g.First().Estimate.Cell.Label}"
                    + $"{(g.Count() > 1 ? $" and {g.Count() - 1} more" : "")} ({g.Key})")) + ".";
    }

    /// <summary>What a reader compares the leader with: a single listener with as many workers, else another variant with as many, else the next one.</summary>
    private static Estimate? Rival(Estimate leader, IReadOnlyList<Estimate> others) =>
        others.OrderByDescending(e => e.Cell.Workers == leader.Cell.Workers && e.Cell.Series != leader.Cell.Series)
            .ThenByDescending(e => e.Cell.Workers == leader.Cell.Workers && e.Cell.Series is { Variant: Core.Cells.Variant.Single, Program: null })
            .FirstOrDefault();

    /// <summary>
    /// Such as <c>P99 latency is not ranked at 30, 50, 70 and 90 % of capacity (no valid figure): 23 of 24 repeats of these cells are invalid: cpu-too-slow.
    /// Connect, open loop.</c>
    /// </summary>
    private static string Unranked(RankingFinding[] findings, Cause cause, string what, Figures affects)
    {
        string reason = cause switch
        {
            Cause.Undecidable => RankingWords.Undecidable([.. findings.Select(f => f.Over)]),
            Cause.BeyondCores => "more workers than cores",
            Cause.Alone => $"only one cell has {Contest.FewestRepeats} valid repeats",
            Cause.FewRepeats => $"fewer than {Contest.FewestRepeats} valid repeats",
            _ => "no valid figure",
        };
        ConditionList conditions = ConditionList.Of([.. findings.Select(f => f.Conditions)]);
        string[] known = [.. findings.Select((f, i) => (Figures: Known(f), Of: conditions.Each[i])).Where(k => k.Figures is not null)
            .Select(k => findings.Length == 1 || k.Of.Length == 0 ? k.Figures! : $"{k.Figures} ({k.Of})")];
        string?[] said = [known.Length > 0 ? string.Join(", ", known) : null, Lost(findings, affects, known.Length == 0)];
        return $"{Words.Sentence(what)} is not ranked{conditions.Under} ({reason}): {string.Join("; ", said.OfType<string>())}."
            + (conditions.Common.Length > 0 ? $" {Words.Sentence(conditions.Common)}." : "");
    }

    private static string? Known(RankingFinding finding)
    {
        Estimate[] known = [.. finding.All.Where(e => e.Value is not null)];
        if (known.Length == 0)
        {
            return null;
        }

        (double low, double high) = (known.Min(e => e.Value!.Value), known.Max(e => e.Value!.Value));
        (string highest, string lowest, _) = known[0].Quantity.Texts(high, low, high);
        return known.Length == 1 ? highest : $"{lowest} to {highest} over {known.Length} cells";
    }

    /// <summary>What took the repeats away; where nothing is known beside, what the cells themselves say most often.</summary>
    private static string? Lost(RankingFinding[] findings, Figures affects, bool isAll) =>
        InvalidRepeats.Describe(findings.SelectMany(f => f.All).Select(e => (e.Cell, affects)))
            ?? (!isAll ? null
                : findings.SelectMany(f => f.All).Select(e => e.WhyNone).OfType<string>().CountBy(w => w).OrderByDescending(c => c.Value)
                    .Select(c => c.Key).FirstOrDefault() ?? "not measured");

    private static Cause CauseOf(Ranking over) => over.IsUndecidable ? Cause.Undecidable
        : over.Cells.Any(c => c.Standing == Standing.BeyondCores) ? Cause.BeyondCores
        : over.Leader is not null ? Cause.Alone
        : over.Unranked.Any(e => e.Value is not null) ? Cause.FewRepeats
        : Cause.NoFigure;

    /// <summary>Why nothing is ranked.</summary>
    private enum Cause
    {
        Undecidable,
        BeyondCores,
        Alone,
        FewRepeats,
        NoFigure,
    }
}

/// <summary>Several conditions in one sentence: what they share is said once.</summary>
/// <param name="Common">What all of them have, such as <c>connect, open loop, service time 20 µs</c>; all of it where there is one.</param>
/// <param name="Each">What only one has, such as <c>30 % of capacity</c>; empty where there is one.</param>
internal sealed record ConditionList(string Common, IReadOnlyList<string> Each)
{
    private const int MostNamed = 4;

    private static readonly char[] OfNumbers = [.. "0123456789. "];

    /// <summary>Such as <c> at 30, 50, 70 and 90 % of capacity</c> or <c> with connect and keepalive</c>; empty where there is one.</summary>
    public string Under
    {
        get
        {
            string[] named = [.. Each.Where(e => e.Length > 0)];
            if (Each.Count < 2)
            {
                return "";
            }

            string[] units = [.. Each.Select(e => e.TrimStart(OfNumbers))];
            if (named.Length == Each.Count && units.Distinct().Count() == 1 && Each.All(e => char.IsAsciiDigit(e[0])))
            {
                return $" at {Words.Listed([.. Each.OrderBy(NumberOf).Select(e => e[..^units[0].Length].Trim())])} {units[0]}";
            }

            return named.Length <= MostNamed && named.All(n => !n.Contains(',', StringComparison.Ordinal)) ? $" with {Words.Listed(named)}"
                : $" under {Each.Count} loads";
        }
    }

    /// <param name="labels">Of conditions; at least one.</param>
    public static ConditionList Of(IReadOnlyList<string> labels)
    {
        if (labels.Count == 1)
        {
            return new ConditionList(labels[0], [""]);
        }

        string[][] parts = [.. labels.Select(l => l.Split(", "))];
        string[] common = [.. parts[0].Where(part => parts.All(p => p.Contains(part)))];
        return new ConditionList(string.Join(", ", common), [.. parts.Select(p => string.Join(", ", p.Except(common)))]);
    }

    private static double NumberOf(string text) =>
        double.TryParse(text.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.MaxValue;
}
