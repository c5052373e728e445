using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

/// <summary>
/// A claim that cases of the matrix decide. It does not hold if one of the cases it speaks of comes out otherwise; it holds
/// under the condition if that is all that is wrong with it; else it holds.
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

    public ClaimFinding Check(ClaimLab lab)
    {
        (bool asSaid, string said) = All(lab, Says);
        (bool needsCondition, string exceptions) = All(lab, But);
        string evidence = But.Count == 0 ? said : $"{said}; but {exceptions}";
        return (asSaid, But.Count > 0 && needsCondition) switch
        {
            (false, _) => new ClaimFinding(ClaimVerdict.DoesNotHold, evidence),
            (true, true) => new ClaimFinding(ClaimVerdict.HoldsIf, evidence, Condition),
            _ => new ClaimFinding(ClaimVerdict.Holds, evidence),
        };
    }

    private static (bool AllMatch, string Evidence) All(ClaimLab lab, IReadOnlyList<(string Case, string Expected)> cases)
    {
        bool allMatch = true;
        List<string> evidence = [];
        foreach ((string name, string expected) in cases)
        {
            Outcome outcome = lab.Try(name);
            string happened = outcome.Observation is { } observed ? ObservationText.Of(observed) : outcome.Untried!.Reason;
            allMatch &= happened.StartsWith(expected, StringComparison.Ordinal);
            evidence.Add($"{name}: {happened}");
        }

        return (allMatch, string.Join("; ", evidence));
    }
}
