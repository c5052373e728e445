namespace ReuseBench.Semantics.Claims;

/// <summary>What became of a claim.</summary>
/// <param name="Verdict">Follows from what was tried, never from what is expected.</param>
/// <param name="Evidence">What was tried and what happened; the same words on every run where the same happens.</param>
/// <param name="Condition">Of <see cref="ClaimVerdict.HoldsIf"/>: what must be so; else null.</param>
public sealed record ClaimFinding(ClaimVerdict Verdict, string Evidence, string? Condition = null)
{
    public static ClaimFinding Of(bool holds, string evidence) => new(holds ? ClaimVerdict.Holds : ClaimVerdict.DoesNotHold, evidence);
}
