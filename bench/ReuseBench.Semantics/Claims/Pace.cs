namespace ReuseBench.Semantics.Claims;

/// <summary>Whether claims that take a minute are tried too.</summary>
public enum Pace
{
    Quick,
    Slow,
}
