namespace ReuseBench.Semantics.Probing;

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
