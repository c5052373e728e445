using ReuseBench.Linux;
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
