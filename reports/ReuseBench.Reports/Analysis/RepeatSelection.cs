using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

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
    public IEnumerable<string> InvalidCodes => InvalidReasons(Invalid).Select(r => r.Code);

    /// <summary>Adds grade, restrictions and, without a value, the reason.</summary>
    public Estimate Describe(Estimate estimate) => estimate with
    {
        Invalid = Invalid.Count,
        FellOut = Biasing.Count(),
        FellOutBy = [.. InvalidReasons(Biasing).Select(r => r.Code)],
        SpoiltByHost = Invalid.Count(r => InvalidReasons([r]).Any(VerdictRules.IsPassing)),
        Grade = estimate.Value is null ? Grade.Invalid : Valid.Max(r => r.Verdict.GradeFor(Affects)),
        Restrictions = [.. Restrictions],
        WhyNone = estimate.Value is null ? estimate.WhyNone ?? WhyNone() : null,
    };

    /// <summary>Why there is no value, such as <c>2 of 3 repeats invalid, more than half: cpu-too-slow</c>.</summary>
    public string WhyNone()
    {
        List<string> parts = [];
        if (Invalid.Count > 0)
        {
            int all = Invalid.Count + Survivors + Valid.Count + WithoutFigure;
            parts.Add($"{Invalid.Count} of {Words.Count(all, "repeat")} invalid{(Survivors > 0 ? ", more than half" : "")}: {string.Join(", ", InvalidCodes)}");
        }

        if (WithoutFigure > 0)
        {
            parts.Add($"{WithoutFigure} without this figure");
        }

        return parts.Count == 0 ? "not measured" : string.Join("; ", parts);
    }

    private IEnumerable<MeasuredRepeat> Biasing => Invalid.Where(r => InvalidReasons([r]).All(x => x.DependsOnFigure));

    private IEnumerable<VerdictRule> InvalidReasons(IEnumerable<MeasuredRepeat> repeats) => Reasons(repeats).Where(r => r.Grade == Grade.Invalid);

    private IEnumerable<VerdictRule> Reasons(IEnumerable<MeasuredRepeat> repeats) =>
        repeats.SelectMany(r => r.Verdict.Reasons).Where(r => (r.Affects & Affects) != 0).DistinctBy(r => r.Code)
            .OrderBy(r => r.Code, StringComparer.Ordinal);
}
