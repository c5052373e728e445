using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Analysis;

/// <summary>Counts verdicts: report, terminal, summary and index have the same numbers.</summary>
internal static class VerdictTally
{
    /// <summary>Every repeat of the cells once, by what its experiment is about; one that was skipped is in no grade.</summary>
    public static VerdictCounts Of(IEnumerable<MeasuredCell> cells)
    {
        ILookup<bool, MeasuredRepeat> repeats = cells.SelectMany(c => c.Repeats).ToLookup(r => r.Row.IsSkipped);
        int Count(Grade grade) => repeats[false].Count(r => r.Grade == grade);
        return new VerdictCounts(Count(Grade.Ok), Count(Grade.Limited), Count(Grade.Invalid), repeats[true].Count());
    }
}

/// <summary>How many repeats have a reason. First screen and section of the verdicts count by this, and so have equal numbers.</summary>
/// <param name="Rule">The reason.</param>
/// <param name="Affected">Repeats that it counts against: their experiment is about a figure that it affects.</param>
/// <param name="All">Repeats that have it, as in <c>verdict_reasons</c> of the CSV: a restart, say, has no latency to lose.</param>
internal sealed record ReasonCount(VerdictRule Rule, int Affected, int All)
{
    /// <param name="cells">Those of a run; what was skipped has no reason.</param>
    /// <returns>The worst grade first; of a grade the one that counts against most.</returns>
    public static IReadOnlyList<ReasonCount> Of(IEnumerable<MeasuredCell> cells) =>
    [
        .. cells.SelectMany(c => c.Repeats).Where(r => !r.Row.IsSkipped)
            .SelectMany(r => r.Verdict.Reasons.DistinctBy(x => x.Code), (r, x) => (Rule: x, IsAffected: (x.Affects & r.About) != 0))
            .GroupBy(r => r.Rule.Code).Select(g => new ReasonCount(g.First().Rule, g.Count(r => r.IsAffected), g.Count()))
            .OrderByDescending(r => r.Rule.Grade).ThenByDescending(r => r.Affected).ThenBy(r => r.Rule.Code, StringComparer.Ordinal),
    ];
}

/// <summary>How many repeats are invalid, and by what.</summary>
internal static class InvalidRepeats
{
    private const int MostReasons = 3;

    /// <summary>Such as <c>22 of 24 repeats of these cells are invalid: cpu-too-slow, generator-stalled</c>; null where none is.</summary>
    /// <param name="cells">Each with the figures that count.</param>
    public static string? Describe(IEnumerable<(MeasuredCell Cell, Figures Affects)> cells)
    {
        (MeasuredRepeat Repeat, Figures Affects)[] repeats = [.. cells.SelectMany(c => c.Cell.Repeats.Select(r => (r, c.Affects)))];
        (MeasuredRepeat Repeat, Figures Affects)[] invalid = [.. repeats.Where(r => !r.Repeat.IsValid(r.Affects))];
        string[] codes =
        [
            .. invalid.SelectMany(r => r.Repeat.Verdict.Reasons.Where(x => x.Grade == Grade.Invalid && (x.Affects & r.Affects) != 0).DistinctBy(x => x.Code))
                .CountBy(x => x.Code).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Key),
        ];
        string more = codes.Length > MostReasons ? $" and {codes.Length - MostReasons} more" : "";
        return invalid.Length == 0 ? null
            : $"{invalid.Length} of {Words.Count(repeats.Length, "repeat")} of these cells {(invalid.Length == 1 ? "is" : "are")} invalid: "
                + $"{string.Join(", ", codes.Take(MostReasons))}{more}";
    }
}

/// <summary>What tables say of a cell beside its figures.</summary>
internal static class CellWords
{
    /// <summary>Such as <c>3</c>, or <c>2 of 3</c> where one is not valid.</summary>
    public static string Repeats(MeasuredCell cell, Figures touches)
    {
        int valid = cell.Repeats.Count(r => r.IsValid(touches));
        return valid == cell.Repeats.Count ? $"{valid}" : $"{valid} of {cell.Repeats.Count}";
    }

    /// <summary>
    /// Such as <c>ok</c>, or <c>limited (throughput, latency): too-few-cpus (3 of 3)</c>: a reason spoils only the figures it names.
    /// </summary>
    public static string Verdict(MeasuredCell cell)
    {
        Grade worst = cell.Repeats.Max(r => r.Grade);
        if (worst == Grade.Ok)
        {
            return "ok";
        }

        IEnumerable<string> parts = cell.Repeats.SelectMany(r => r.Verdict.Reasons.Where(x => (x.Affects & r.About) != 0).DistinctBy(x => x.Code))
            .GroupBy(r => (r.Grade, r.Affects))
            .OrderByDescending(g => g.Key.Grade).ThenBy(g => g.Key.Affects)
            .Select(g => $"{Core.Units.Names.Of(g.Key.Grade)} ({Names(g.Key.Affects)}): {Codes(g, cell.Repeats.Count)}");
        return string.Join("; ", parts);
    }

    /// <summary>
    /// The grade of the figures that stand, of which figures: as <see cref="GradeText"/>. How many of its repeats they are from is <see cref="Repeats"/>.
    /// </summary>
    public static string Grades(MeasuredCell cell) => GradeText.Of(cell.Cell.Experiment, figures => GradeOf(cell, figures));

    /// <summary>The worst grade of the valid repeats; invalid where these are too few for a figure.</summary>
    public static Grade GradeOf(MeasuredCell cell, Figures figures) =>
        cell.IsValid(figures) ? cell.Valid(figures).Max(r => r.Verdict.GradeFor(figures)) : Grade.Invalid;

    /// <summary>The figures that the cell was measured for.</summary>
    public static Figures MeasuredFor(MeasuredCell cell) => VerdictRules.PurposeOf(cell.Cell.Experiment);

    private static string Codes(IEnumerable<VerdictRule> reasons, int repeats) => string.Join(
        ", ", reasons.GroupBy(r => r.Code).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} ({g.Count()} of {repeats})"));

    private static string Names(Figures figures) => figures == Figures.All ? "all figures" : figures.ToString().ToLowerInvariant();

    public static string Cpus(string list) => list.Length == 0 ? "not pinned" : list;
}

/// <summary>What restricts the figures of a chart or table, by its code; what a code means is said once, under the verdicts.</summary>
internal static class RestrictionWords
{
    public static IEnumerable<string> Say(IEnumerable<Estimate> estimates)
    {
        Estimate[] all = [.. estimates];
        foreach (string restriction in Say(all.Where(e => e.Value is not null).Select(e => e.Restrictions)))
        {
            yield return restriction;
        }

        int invalid = all.Sum(e => e.Invalid);
        if (invalid > 0)
        {
            yield return $"{invalid} invalid repeat{(invalid == 1 ? " is" : "s are")} marked and in no median.";
        }
    }

    /// <param name="restrictions">The restrictions of each cell.</param>
    public static IEnumerable<string> Say(IEnumerable<IReadOnlyList<VerdictRule>> restrictions)
    {
        IReadOnlyList<VerdictRule>[] cells = [.. restrictions];
        string[] codes =
        [
            .. cells.SelectMany(c => c).GroupBy(r => r.Code).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => $"{g.Key} ({g.Count()} of {cells.Length} cells)"),
        ];
        return codes.Length == 0 ? [] : [$"Limited: {string.Join(", ", codes)}; the verdicts below say what that means."];
    }
}
