using System.Net;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

internal sealed class BoundGetsNothing : IClaim
{
    private const int Connections = 48;

    public string Name => "bound-gets-nothing";

    public string Sentence => "A socket of the group that is bound but does not listen gets nothing";

    public string Source => "Linux, inet_hashtables.c";

    public ClaimFinding Check(ClaimLab lab) => lab.Script(site =>
    {
        using ReuseportGroup group = ReuseportGroup.Listen(site, members: 1, ReuseOptions.Reuseport);
        ProbeSocket bound = group.Open(ReuseOptions.Reuseport);
        int bind = bound.Bind(IPAddress.Loopback, group.Port);
        int toListener = Enumerable.Range(0, Connections).Count(_ => group.WhoGetsConnection() == 0);
        return ClaimFinding.Of(
            bind == 0 && toListener == Connections,
            $"bind {ObservationText.Result(bind)}; of {Connections} connections {toListener} went to the one that listens");
    });
}
