namespace ReuseBench.Semantics.Claims;

/// <summary>The one claim that is text only: this kernel cannot try other systems.</summary>
internal sealed class MeansTheSameElsewhere : IClaim
{
    public string Name => "reuseaddr-is-portable";

    public string Sentence => "SO_REUSEADDR means the same on every system";

    public string Source => "the systems' own manuals";

    public ClaimFinding Check(ClaimLab lab) => new(
        ClaimVerdict.DoesNotHold,
        "not tried, by their manuals: on Windows it lets a second socket take a port that another listens on (SO_EXCLUSIVEADDRUSE guards "
        + "against it); on FreeBSD and macOS it does not matter whether the first had it, a wildcard and a specific address may then both "
        + "listen, and SO_REUSEPORT there shares without spreading (FreeBSD spreads with SO_REUSEPORT_LB); Solaris is like BSD");
}
