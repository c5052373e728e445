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
