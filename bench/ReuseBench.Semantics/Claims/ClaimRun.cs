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
    public static IReadOnlyList<ClaimResult> Run(Rights rights, Pace pace)
    {
        ClaimLab lab = new(new MatrixRun(rights), new CaseNames(CaseMatrix.Enumerate().Cases));
        IClaim[] claims = pace == Pace.Slow ? [.. Quick, new TimeWaitEnds()] : Quick;
        return [.. claims.Select(c => Check(c, lab, rights))];
    }

    private static ClaimResult Check(IClaim claim, ClaimLab lab, Rights rights)
    {
        if (claim.WhyNot(rights) is { } reason)
        {
            return new ClaimResult(claim.Name, claim.Sentence, claim.Source, null, Untried.Skipped(reason));
        }

        try
        {
            return new ClaimResult(claim.Name, claim.Sentence, claim.Source, claim.Check(lab), null);
        }
        catch (LinuxException e)
        {
            return new ClaimResult(claim.Name, claim.Sentence, claim.Source, null, Untried.Failed(e));
        }
    }
}
