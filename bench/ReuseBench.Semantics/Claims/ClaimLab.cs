using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

/// <summary>What claims are tried with: cases of the matrix by name, and a loopback of one's own for scripts.</summary>
/// <param name="rights">What the caller may do.</param>
/// <param name="self">The command line that starts <see cref="SemanticsCommand"/> in a process of its own; null where there is none.</param>
/// <param name="probed">Cases that were probed already; the others are probed when a claim needs them.</param>
internal sealed class ClaimLab(Rights rights, IReadOnlyList<string>? self, IReadOnlyList<Outcome> probed)
{
    private readonly MatrixRun _matrix = new(rights);
    private readonly CaseNames _cases = new(CaseMatrix.Enumerate().Cases);

    private readonly Dictionary<string, Outcome> _probed = probed.ToDictionary(o => o.Case.Name, StringComparer.Ordinal);

    public Rights Rights => rights;

    public IReadOnlyList<string>? Self => self;

    /// <summary>What became of a case.</summary>
    public Outcome Try(string caseName) =>
        _probed.GetValueOrDefault(caseName) ?? _matrix.Run([_cases.Find(caseName)])[0];

    /// <summary>Runs a script on a thread and, where the rights allow it, in a network namespace of its own.</summary>
    public T Script<T>(Func<ProbeSite, T> script) => _matrix.AtLoopbackSite(script);
}
