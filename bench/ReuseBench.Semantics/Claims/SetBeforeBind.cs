using System.Net;
using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

internal sealed class SetBeforeBind : IClaim
{
    public string Name => "reuseport-before-bind";

    public string Sentence => "SO_REUSEPORT must be set before bind";

    public string Source => "socket(7), 'set on a socket prior to calling bind(2)'";

    public ClaimFinding Check(ClaimLab lab) => lab.Script(site =>
    {
        int afterBind = SecondAfterLateOption(site, listenFirst: ListenFirst.No);
        int afterListen = SecondAfterLateOption(site, listenFirst: ListenFirst.Yes);
        int joined = RetryAfterLateOption(site);
        string evidence = $"first set it after bind: second's bind {ObservationText.Result(afterBind)}; after listen: "
            + $"{ObservationText.Result(afterListen)}; a second that was refused without it and then set it: {ObservationText.Result(joined)}";
        return (afterBind, afterListen) switch
        {
            ( < 0, < 0) => new ClaimFinding(ClaimVerdict.Holds, evidence),
            (0, 0) => new ClaimFinding(ClaimVerdict.DoesNotHold, evidence + "; it counts from the moment it is set, on the first too"),
            _ => new ClaimFinding(ClaimVerdict.HoldsIf, evidence, "the first socket listens already"),
        };
    });

    private enum ListenFirst
    {
        No,
        Yes,
    }

    private static int SecondAfterLateOption(ProbeSite site, ListenFirst listenFirst)
    {
        ushort port = site.NextPort();
        using ProbeSocket first = Open("first");
        LinuxException.ThrowIfError(first.Bind(IPAddress.Loopback, port), "bind", "first");
        if (listenFirst == ListenFirst.Yes)
        {
            LinuxException.ThrowIfError(first.Listen(), "listen", "first");
        }

        first.Set(SocketOption.ReusePort, 1);
        using ProbeSocket second = Open("second").With(ReuseOptions.Reuseport);
        return second.Bind(IPAddress.Loopback, port);
    }

    private static int RetryAfterLateOption(ProbeSite site)
    {
        using ReuseportGroup group = ReuseportGroup.Listen(site, members: 1, ReuseOptions.Reuseport);
        using ProbeSocket second = Open("second");
        _ = second.Bind(IPAddress.Loopback, group.Port);
        second.Set(SocketOption.ReusePort, 1);
        return second.Bind(IPAddress.Loopback, group.Port);
    }

    private static ProbeSocket Open(string name) =>
        ProbeSocket.Open(name, Transport.Tcp, System.Net.Sockets.AddressFamily.InterNetwork, trace: null);
}
