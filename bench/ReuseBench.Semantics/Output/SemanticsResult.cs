using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Claims;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Output;

/// <summary>Everything that was found out.</summary>
public sealed record SemanticsResult(
    IReadOnlyList<ClaimResult> Claims,
    IReadOnlyList<SocketApiFact> SocketApi,
    CaseMatrix Matrix,
    IReadOnlyList<Outcome> Outcomes,
    Rights Rights)
{
    /// <summary>Whether some probe failed for a reason of its own: not a finding about the kernel.</summary>
    public bool HasFailures =>
        Outcomes.Any(o => o.Untried?.Kind == UntriedKind.Failed) || Claims.Any(c => c.Untried?.Kind == UntriedKind.Failed);

    /// <summary>Tries it all; within 10 s but for <see cref="Pace.Slow"/>.</summary>
    /// <param name="pace">Whether the claims that take a minute are tried too.</param>
    /// <param name="self">The command line that starts the command <c>semantics</c> again; null where there is none.</param>
    public static SemanticsResult Take(Pace pace, IReadOnlyList<string>? self)
    {
        Rights rights = Rights.OfThisProcess();
        CaseMatrix matrix = CaseMatrix.Enumerate();
        IReadOnlyList<Outcome> outcomes = new MatrixRun(rights).Run(matrix.Cases);
        return new SemanticsResult(
            ClaimRun.Run(rights, pace, self, outcomes), SocketApiFacts.Read(rights), matrix, outcomes, rights);
    }
}
