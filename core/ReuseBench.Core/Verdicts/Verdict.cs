namespace ReuseBench.Core.Verdicts;

/// <summary>May this repeat be valid? The worst grade of its reasons, and the reasons.</summary>
public sealed record Verdict(IReadOnlyList<VerdictReason> Reasons)
{
    private const char Separator = ';';

    public static Verdict Ok { get; } = new([]);

    public Grade Grade => GradeFor(Figures.All);

    /// <summary>The <c>verdict_reasons</c> column: codes, separated by semicolons.</summary>
    public string Codes => string.Join(Separator, Reasons.Select(r => r.Code));

    /// <summary>The grade as far as these figures go: reasons that touch none of them do not count.</summary>
    public Grade GradeFor(Figures figures) =>
        Reasons.Where(r => (r.Affects & figures) != 0).Select(r => r.Grade).DefaultIfEmpty(Grade.Ok).Max();

    /// <summary>Reads <c>verdict_reasons</c>; a code that this version does not know spoils everything.</summary>
    public static Verdict Parse(string? codes) => new(
    [
        .. (codes ?? "").Split(Separator, StringSplitOptions.RemoveEmptyEntries)
            .Select(code => VerdictReason.Find(code)
                ?? new VerdictReason(code, Figures.All, Grade.Invalid, "A reason that this version does not know.")),
    ]);
}
