using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;

namespace ReuseBench.Reports.Analysis;

/// <summary>
/// The repeats of a cell that count for a figure, those that do not, and why. Where fewer than half of a cell's repeats is valid
/// none counts: its figure would be that of the few that came out on the good side of a threshold.
/// </summary>
internal sealed record RepeatSelection(Figures Affects, IReadOnlyList<MeasuredRepeat> Valid, IReadOnlyList<MeasuredRepeat> Invalid, int WithoutFigure)
{
    /// <summary>Valid repeats that do not count, since they are the lesser part.</summary>
    public int Survivors { get; init; }

    public static RepeatSelection Of(MeasuredCell cell, Figures touches, Func<MeasuredRepeat, bool> hasFigure)
    {
        List<MeasuredRepeat> valid = [.. cell.Repeats.Where(r => r.IsValid(touches))];
        MeasuredRepeat[] invalid = [.. cell.Repeats.Where(r => !r.IsValid(touches))];
        if (!cell.IsValid(touches))
        {
            return new RepeatSelection(touches, [], invalid, 0) { Survivors = valid.Count };
        }

        List<MeasuredRepeat> usable = [.. valid.Where(hasFigure)];
        return new RepeatSelection(touches, usable, invalid, valid.Count - usable.Count);
    }

    /// <summary>The repeats of a cell that count for a metric of theirs.</summary>
    public static RepeatSelection Of(MeasuredCell cell, Figure figure) => Of(cell, figure.Affects, r => figure.Of(r.Row) is not null);

    /// <summary>What limits the repeats that count, by code.</summary>
    public IEnumerable<VerdictRule> Restrictions => Reasons(Valid).Where(r => r.Grade == Grade.Limited);

    /// <summary>Codes of what makes the others invalid, in their order.</summary>
    public IEnumerable<string> InvalidCodes => Reasons(Invalid).Where(r => r.Grade == Grade.Invalid).Select(r => r.Code);

    /// <summary>Adds grade, restrictions and, without a value, the reason.</summary>
    public Estimate Describe(Estimate estimate) => estimate with
    {
        Invalid = Invalid.Count,
        FellOut = Invalid.Count(r => BiasingReasons([r]).Any()),
        FellOutBy = [.. BiasingReasons(Invalid).Select(r => r.Code)],
        Grade = estimate.Value is null ? Grade.Invalid : Valid.Max(r => r.Verdict.GradeFor(Affects)),
        Restrictions = [.. Restrictions],
        WhyNone = estimate.Value is null ? estimate.WhyNone ?? WhyNone() : null,
    };

    private string WhyNone()
    {
        List<string> parts = [];
        if (Invalid.Count > 0)
        {
            string codes = string.Join(", ", InvalidCodes);
            string of = Survivors > 0 ? $" of {Invalid.Count + Survivors}, more than half," : "";
            parts.Add($"{Invalid.Count}{of} invalid: {codes}");
        }

        if (WithoutFigure > 0)
        {
            parts.Add($"{WithoutFigure} without this figure");
        }

        return parts.Count == 0 ? "not measured" : string.Join("; ", parts);
    }

    private IEnumerable<VerdictRule> BiasingReasons(IEnumerable<MeasuredRepeat> repeats) =>
        Reasons(repeats).Where(r => r is { Grade: Grade.Invalid, DependsOnFigure: true });

    private IEnumerable<VerdictRule> Reasons(IEnumerable<MeasuredRepeat> repeats) =>
        repeats.SelectMany(r => r.Verdict.Reasons).Where(r => (r.Affects & Affects) != 0).DistinctBy(r => r.Code)
            .OrderBy(r => r.Code, StringComparer.Ordinal);
}
