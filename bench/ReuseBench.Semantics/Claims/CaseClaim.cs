using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

/// <summary>
/// A claim that cases of the matrix decide. It does not hold if one of the cases it speaks of comes out otherwise; it holds
/// under the condition if an exception comes out as one; else it holds. If a case was not tried, nor was the claim.
/// </summary>
internal sealed class CaseClaim : IClaim
{
    public required string Name { get; init; }

    public required string Sentence { get; init; }

    public required string Source { get; init; }

    /// <summary>Cases that the sentence speaks of, each with the beginning of what it says will happen.</summary>
    public required IReadOnlyList<(string Case, string Expected)> Says { get; init; }

    /// <summary>Cases that the sentence covers too, taken at its word, with what happens there if it needs the condition.</summary>
    public IReadOnlyList<(string Case, string Happens)> But { get; init; } = [];

    /// <summary>Goes with <see cref="But"/>.</summary>
    public string? Condition { get; init; }

    public Func<Rights, string?> Needs { get; init; } = _ => null;

    public string? WhyNot(ClaimLab lab) => Needs(lab.Rights);

    /// <exception cref="CaseUntriedException">One of the cases was not tried.</exception>
    public ClaimFinding Check(ClaimLab lab)
    {
        Tried[] said = All(lab, Says);
        Tried[] exceptions = All(lab, But);
        string evidence = But.Count == 0 ? Text(said) : $"{Text(said)}; but {Text(exceptions)}";
        Tried[] otherwise = [.. exceptions.Where(e => !e.AsSaid)];
        if (!said.All(s => s.AsSaid))
        {
            return new ClaimFinding(ClaimVerdict.DoesNotHold, evidence);
        }

        // No exception came out as one: the sentence holds without its condition.
        if (otherwise.Length == exceptions.Length)
        {
            return new ClaimFinding(ClaimVerdict.Holds, evidence);
        }

        string? condition = otherwise.Length == 0 ? Condition : $"{Condition}; but no exception is {Text(otherwise)}";
        return new ClaimFinding(ClaimVerdict.HoldsIf, evidence, condition);
    }

    private static Tried[] All(ClaimLab lab, IReadOnlyList<(string Case, string Expected)> cases) =>
        [.. cases.Select(c => Try(lab, c.Case, c.Expected))];

    private static Tried Try(ClaimLab lab, string name, string expected)
    {
        Outcome outcome = lab.Try(name);
        if (outcome.Observation is not { } observed)
        {
            throw new CaseUntriedException(name, outcome.Untried!);
        }

        string happened = ObservationText.Of(observed);
        return new Tried(name, happened, happened.StartsWith(expected, StringComparison.Ordinal));
    }

    private static string Text(IEnumerable<Tried> cases) => string.Join("; ", cases.Select(c => $"{c.Case}: {c.Happened}"));

    private sealed record Tried(string Case, string Happened, bool AsSaid);
}
