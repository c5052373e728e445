using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

/// <summary>What claims are tried with: cases of the matrix by name, and a loopback of one's own for scripts.</summary>
internal sealed class ClaimLab(MatrixRun matrix, CaseNames cases)
{
    /// <summary>Probes a case anew; null and a reason where it could not be.</summary>
    public Outcome Try(string caseName) => matrix.Run([cases.Find(caseName)])[0];

    /// <summary>Runs a script on a thread and, where the rights allow it, in a network namespace of its own.</summary>
    public T Script<T>(Func<ProbeSite, T> script) => matrix.AtLoopbackSite(script);
}
