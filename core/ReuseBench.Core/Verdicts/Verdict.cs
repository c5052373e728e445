using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Verdicts;

/// <summary>How far a repeat is valid: the reasons why it is not in full. Two are equal where their codes are.</summary>
public sealed record Verdict(IReadOnlyList<VerdictRule> Reasons)
{
    private const char Separator = ';';

    public static Verdict Ok { get; } = new([]);

    /// <summary>The worst grade of the reasons.</summary>
    public Grade Grade => GradeFor(Figures.All);

    /// <summary>The <c>verdict_reasons</c> column: codes, separated by semicolons.</summary>
    public string Codes => string.Join(Separator, Reasons.Select(r => r.Code));

    /// <summary>The grade as far as these figures go: reasons that affect none of them do not count.</summary>
    public Grade GradeFor(Figures figures) =>
        Reasons.Where(r => (r.Affects & figures) != 0).Select(r => r.Grade).DefaultIfEmpty(Grade.Ok).Max();

    /// <summary>Reads <see cref="Codes"/>; a code that this version does not know invalidates everything.</summary>
    public static Verdict Parse(string? codes) =>
        string.IsNullOrEmpty(codes) ? Ok : new([.. codes.Split(Separator, StringSplitOptions.RemoveEmptyEntries).Select(VerdictRules.Find)]);

    public bool Equals(Verdict? other) => other is not null && Codes == other.Codes;

    public override int GetHashCode() => Codes.GetHashCode(StringComparison.Ordinal);
}

/// <summary>A verdict in words, the same in log, table and report: of which figures it is.</summary>
public static class GradeText
{
    /// <summary>
    /// Such as <c>limited</c>; where throughput and latency differ, each that is not ok by its name: <c>invalid latency, limited throughput</c>.
    /// </summary>
    /// <param name="experiment">What was measured.</param>
    /// <param name="gradeFor">Of one sort of figure.</param>
    public static string Of(Experiment experiment, Func<Figures, Grade> gradeFor)
    {
        (Figures Figure, Grade Grade)[] grades = [.. VerdictRules.ShownOf(experiment).Select(f => (f, gradeFor(f))).OrderByDescending(g => g.Item2)];
        return grades[0].Grade == grades[^1].Grade
            ? Names.Of(grades[0].Grade)
            : string.Join(", ", grades.Where(g => g.Grade != Grade.Ok).Select(g => $"{Names.Of(g.Grade)} {g.Figure.ToString().ToLowerInvariant()}"));
    }

    /// <summary>The same of one repeat, with the codes of its reasons in brackets; those that touch none of these figures are left out.</summary>
    public static string WithReasons(Experiment experiment, Verdict verdict)
    {
        IReadOnlyList<Figures> shown = VerdictRules.ShownOf(experiment);
        string[] codes = [.. verdict.Reasons.Where(r => shown.Any(f => (r.Affects & f) != 0)).Select(r => r.Code)];
        string grade = Of(experiment, verdict.GradeFor);
        return codes.Length == 0 ? grade : $"{grade} ({string.Join(", ", codes)})";
    }
}

/// <summary>How far a figure of a repeat is valid.</summary>
public enum Grade
{
    Ok,

    /// <summary>Ranked, but marked, and the claim is restricted in words.</summary>
    Limited,

    /// <summary>Kept in the CSV, marked, never ranked.</summary>
    Invalid,
}

/// <summary>The figures that a reason can touch.</summary>
[Flags]
public enum Figures
{
    None = 0,
    Throughput = 1,
    Latency = 2,
    Fairness = 4,
    Gap = 8,
    All = Throughput | Latency | Fairness | Gap,
}
