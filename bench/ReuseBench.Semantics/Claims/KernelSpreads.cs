using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Claims;

internal sealed class KernelSpreads : IClaim
{
    private const int Members = 4;
    private const int Connections = 400;

    // A fair share is 100, its standard deviation 8.7: half of it is missed by chance once in 10^8.
    private const int AtLeast = Connections / Members / 2;

    public string Name => "kernel-spreads-connections";

    public string Sentence => "The kernel spreads the connections over the listeners of a SO_REUSEPORT group";

    public string Source => "Linux 3.9, 'soreuseport' commits";

    public ClaimFinding Check(ClaimLab lab) => lab.Script(site =>
    {
        using ReuseportGroup group = ReuseportGroup.Listen(site, Members, ReuseOptions.Reuseport);
        int[] got = new int[Members];
        for (int i = 0; i < Connections; i++)
        {
            int who = group.WhoGetsConnection();
            if (who >= 0)
            {
                got[who]++;
            }
        }

        int fair = got.Count(n => n >= AtLeast);
        return ClaimFinding.Of(
            fair == Members, $"{Connections} connections to {Members} listeners: {fair} of them got at least half an even share");
    });
}
