using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Model;

namespace ReuseBench.Semantics.Probing;

/// <summary>A case with what was predicted and what happened.</summary>
/// <param name="Case">What was tried.</param>
/// <param name="Prediction">What the rules say.</param>
/// <param name="Observation">What the kernel did; null where it was not tried.</param>
/// <param name="Untried">Why it was not tried; null where it was.</param>
public sealed record Outcome(SemanticCase Case, Prediction Prediction, Observation? Observation, Untried? Untried)
{
    /// <summary>Whether prediction and kernel agree; null where the case was not tried.</summary>
    public bool? Agrees => Observation is null ? null : Prediction.AsObservation() == Observation;
}
