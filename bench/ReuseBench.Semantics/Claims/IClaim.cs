using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

/// <summary>A sentence that is said about the two options, and a way to try it.</summary>
internal interface IClaim
{
    /// <summary>Stable, in kebab-case.</summary>
    string Name { get; }

    /// <summary>What is said, in a few words.</summary>
    string Sentence { get; }

    /// <summary>Where it is said.</summary>
    string Source { get; }

    /// <summary>Why it cannot be tried with what the lab has; null where it can.</summary>
    string? WhyNot(ClaimLab lab) => null;

    ClaimFinding Check(ClaimLab lab);
}

/// <summary>What became of a claim.</summary>
/// <param name="Verdict">Follows from what was tried, never from what is expected.</param>
/// <param name="Evidence">What was tried and what happened; the same words on every run where the same happens.</param>
/// <param name="Condition">Of <see cref="ClaimVerdict.HoldsIf"/>: what must be so; else null.</param>
public sealed record ClaimFinding(ClaimVerdict Verdict, string Evidence, string? Condition = null)
{
    public static ClaimFinding Of(bool holds, string evidence) => new(holds ? ClaimVerdict.Holds : ClaimVerdict.DoesNotHold, evidence);
}

public enum ClaimVerdict
{
    Holds,
    DoesNotHold,

    /// <summary>Only under a condition, which the finding names.</summary>
    HoldsIf,
}

/// <summary>A claim and what became of it.</summary>
/// <param name="Name">Stable, in kebab-case.</param>
/// <param name="Sentence">What is said, in a few words.</param>
/// <param name="Source">Where it is said.</param>
/// <param name="Finding">Null where it was not tried.</param>
/// <param name="Untried">Why not; null where it was.</param>
public sealed record ClaimResult(string Name, string Sentence, string Source, ClaimFinding? Finding, Untried? Untried);

/// <summary>A case that a claim rests on was not tried, so that nothing can be said about the claim.</summary>
internal sealed class CaseUntriedException(string caseName, Untried untried) : Exception($"{caseName}: {untried.Reason}")
{
    /// <summary>Why the claim was not tried; names the case.</summary>
    public Untried Untried => untried with { Reason = Message };
}
