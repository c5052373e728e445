namespace ReuseBench.Semantics.Claims;

public enum ClaimVerdict
{
    Holds,
    DoesNotHold,

    /// <summary>Only under a condition, which the finding names.</summary>
    HoldsIf,
}
