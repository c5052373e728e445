using ReuseBench.Core.Units;
using ReuseBench.Linux;
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

/// <summary>Why something was not tried.</summary>
/// <param name="Kind">Whether there was no right to, or it went wrong.</param>
/// <param name="Reason">One line.</param>
public sealed record Untried(UntriedKind Kind, string Reason)
{
    public static Untried Skipped(string reason) => new(UntriedKind.Skipped, reason);

    public static Untried Failed(Exception e) => new(UntriedKind.Failed, e.Message);
}

public enum UntriedKind
{
    /// <summary>A right is missing.</summary>
    Skipped,

    /// <summary>A call failed that has to succeed: the probe, not the kernel's rules.</summary>
    Failed,
}

/// <summary>An observation in the words of the table: <c>bind ok, listen ok, to second</c>.</summary>
internal static class ObservationText
{
    public static string Of(Observation observed) => string.Join(", ", Parts(observed));

    /// <summary><c>ok</c>, or the errno's name; null stays null.</summary>
    public static string? Result(int? result) => result is { } value ? value < 0 ? Errno.FromResult(value).Name : "ok" : null;

    private static IEnumerable<string> Parts(Observation observed)
    {
        yield return $"bind {Result(observed.Bind)}";
        if (observed.Listen is { } listen)
        {
            yield return $"listen {Result(listen)}";
        }

        if (observed.Receivers is { } receivers)
        {
            yield return $"to {Names.Of(receivers)}";
        }

        if (observed.FirstListen is { } firstListen)
        {
            yield return $"then the first's listen {Result(firstListen)}";
        }
    }
}
