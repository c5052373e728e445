using System.Net;
using System.Net.Sockets;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

internal sealed class FirstListenerBinds : IClaim
{
    public string Name => "first-with-reuseaddr";

    public string Sentence => "A first listener with SO_REUSEADDR binds";

    public string Source => "socket(7)";

    public ClaimFinding Check(ClaimLab lab) => lab.Script(site =>
    {
        using ProbeSocket first = ProbeSocket.Open("first", Transport.Tcp, AddressFamily.InterNetwork, trace: null).With(ReuseOptions.Reuseaddr);
        int bind = first.Bind(IPAddress.Loopback, site.NextPort());
        int listen = bind == 0 ? first.Listen() : bind;
        return ClaimFinding.Of(listen == 0, $"bind {ObservationText.Result(bind)}, listen {ObservationText.Result(listen)}");
    });
}
