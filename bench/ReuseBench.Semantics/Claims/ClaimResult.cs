using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

/// <summary>A claim and what became of it.</summary>
/// <param name="Name">Stable, in kebab-case.</param>
/// <param name="Sentence">What is said, in a few words.</param>
/// <param name="Source">Where it is said.</param>
/// <param name="Finding">Null where it was not tried.</param>
/// <param name="Untried">Why not; null where it was.</param>
public sealed record ClaimResult(string Name, string Sentence, string Source, ClaimFinding? Finding, Untried? Untried);
