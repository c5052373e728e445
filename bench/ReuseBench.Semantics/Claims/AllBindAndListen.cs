using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Claims;

internal sealed class AllBindAndListen : IClaim
{
    private const int Members = 8;

    public string Name => "reuseport-all-listen";

    public string Sentence => "Any number of sockets of one user bind and listen on one port with SO_REUSEPORT";

    public string Source => "Linux 3.9, 'soreuseport' commits; socket(7)";

    public ClaimFinding Check(ClaimLab lab) => lab.Script(site =>
    {
        try
        {
            using ReuseportGroup group = ReuseportGroup.Listen(site, Members, ReuseOptions.Reuseport);
            return ClaimFinding.Of(true, $"{Members} sockets of one process bound and listened; the kernel compares users, not processes");
        }
        catch (LinuxException e)
        {
            return ClaimFinding.Of(false, $"{e.Call}: {e.Errno.Name}");
        }
    });
}
