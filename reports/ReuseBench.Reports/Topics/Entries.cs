using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics;

/// <summary>Entries of tables: a number in the unit of its column, and its verdict as a mark whose reason is said on hover.</summary>
internal static class Entries
{
    private const string None = "–";

    /// <summary>The value of an estimate, marked where it is limited; a dash whose mark says why where there is none.</summary>
    /// <param name="e">The estimate.</param>
    /// <param name="factor">To the unit of the column.</param>
    public static Entry Value(Estimate e, double factor) => e.Value is not double value
        ? new Entry(None) { Marks = WhyNone(e) }
        : new Entry(Quantity.Number(value, factor)) { Sort = value, Marks = [.. Restricted(e.Restrictions), .. Unpublished(e)] };

    /// <summary>The median of the single repeats.</summary>
    public static Entry Median(Estimate e, double factor) => e is { Value: not null, Repeats: { } repeats }
        ? new Entry(Quantity.Number(repeats.Median, factor)) { Sort = repeats.Median, Marks = [.. Restricted(e.Restrictions), .. Unpublished(e)] }
        : new Entry(None) { Marks = WhyNone(e) };

    /// <summary>The 95 % interval of the median, or all repeats where they are too few for one; a dash for one repeat.</summary>
    public static Entry Range(Estimate e, double factor) => e is { Value: not null, Repeats: { } repeats } && Spread.Of(repeats) is { } spread
        ? new Entry($"{Quantity.Number(spread.Low, factor)} to {Quantity.Number(spread.High, factor)}") { Sort = spread.Low }
        : new Entry(None);

    /// <summary>
    /// Every reason against what the cell's experiment is about, as marks with their codes and, where not all repeats have it, of how many. What the figure
    /// that stands is itself comes first: what made other repeats invalid is no part of it.
    /// </summary>
    public static Entry Verdict(MeasuredCell cell)
    {
        (VerdictRule Rule, int Count)[] reasons =
        [
            .. cell.Repeats.SelectMany(r => r.Verdict.Reasons.Where(x => (x.Affects & r.About) != 0).DistinctBy(x => x.Code)).GroupBy(r => r.Code)
                .Select(g => (g.First(), g.Count())).OrderByDescending(r => r.Item1.Grade).ThenBy(r => r.Item1.Code, StringComparer.Ordinal),
        ];
        Grade standing = CellWords.GradeOf(cell, CellWords.MeasuredFor(cell));
        VerdictMark[] marks = [.. reasons.Select(r => MarkOf(r.Rule, r.Count, cell.Repeats.Count))];
        return new Entry("")
        {
            Marks = standing == Grade.Invalid
                ? marks
                :
                [
                    .. standing == Grade.Ok && marks.All(m => m.Grade != Grade.Limited) ? [new VerdictMark(Grade.Ok, Names.Of(Grade.Ok), "")]
                        : Array.Empty<VerdictMark>(),
                    .. marks.OrderBy(m => m.Grade),
                ],
        };
    }

    private static VerdictMark MarkOf(VerdictRule rule, int count, int repeats) => new(
        rule.Grade, count == repeats ? rule.Code : $"{rule.Code} ({count} of {repeats})", $"{count} of {Words.Count(repeats, "repeat")}. {rule.Text}");

    /// <summary>One mark for all that restricts a figure; none where nothing does.</summary>
    public static IEnumerable<VerdictMark> Restricted(IReadOnlyList<VerdictRule> restrictions) => restrictions.Count == 0 ? [] :
    [
        new VerdictMark(Grade.Limited, string.Join(", ", restrictions.Select(r => r.Code)), string.Join(" ", restrictions.Select(r => r.Meaning))),
    ];

    private static IReadOnlyList<VerdictMark> WhyNone(Estimate e) => e.WhyNone is not { } why ? []
        : [new VerdictMark(e.Invalid > 0 ? Grade.Invalid : Grade.Limited, e.Invalid > 0 ? "invalid" : "no value", why)];

    private static IEnumerable<VerdictMark> Unpublished(Estimate e) =>
        e.WhyUnpublished is { } why ? [new VerdictMark(Grade.Limited, "not to be published", why)] : [];
}
