using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

/// <summary>Tries every claim.</summary>
public static class ClaimRun
{
    private static readonly IClaim[] Quick = [.. ReuseaddrClaims.All, .. ReuseportClaims.All, .. AddressClaims.All];

    /// <param name="rights">What the caller may do.</param>
    /// <param name="pace">Whether the claims that take a minute are tried too.</param>
    /// <param name="self">The command line that starts <see cref="SemanticsCommand"/> again; null where there is none.</param>
    /// <param name="probed">Cases that were probed already; the others are probed when a claim needs them.</param>
    public static IReadOnlyList<ClaimResult> Run(Rights rights, Pace pace, IReadOnlyList<string>? self, IReadOnlyList<Outcome> probed)
    {
        ClaimLab lab = new(rights, self, probed);
        IClaim[] claims = pace == Pace.Slow ? [.. Quick, new TimeWaitEnds()] : Quick;
        return [.. claims.Select(c => Check(c, lab))];
    }

    internal static ClaimResult Check(IClaim claim, ClaimLab lab)
    {
        if (claim.WhyNot(lab) is { } reason)
        {
            return new ClaimResult(claim.Name, claim.Sentence, claim.Source, null, Untried.Skipped(reason));
        }

        try
        {
            return new ClaimResult(claim.Name, claim.Sentence, claim.Source, claim.Check(lab), null);
        }
        catch (CaseUntriedException e)
        {
            return new ClaimResult(claim.Name, claim.Sentence, claim.Source, null, e.Untried);
        }
        catch (LinuxException e)
        {
            return new ClaimResult(claim.Name, claim.Sentence, claim.Source, null, Untried.Failed(e));
        }
    }
}

/// <summary>Whether claims that take a minute are tried too.</summary>
public enum Pace
{
    Quick,
    Slow,
}

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
