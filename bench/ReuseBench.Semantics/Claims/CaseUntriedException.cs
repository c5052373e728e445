using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

/// <summary>A case that a claim rests on was not tried, so that nothing can be said about the claim.</summary>
internal sealed class CaseUntriedException(string caseName, Untried untried) : Exception($"{caseName}: {untried.Reason}")
{
    /// <summary>Why the claim was not tried; names the case.</summary>
    public Untried Untried => untried with { Reason = Message };
}
