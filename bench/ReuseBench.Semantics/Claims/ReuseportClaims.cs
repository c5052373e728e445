using System.Net;
using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

/// <summary>What is said about SO_REUSEPORT.</summary>
internal static class ReuseportClaims
{
    private const string Commit = "Linux 3.9, 'soreuseport' commits; socket(7)";

    public static IReadOnlyList<IClaim> All { get; } =
    [
        new AllBindAndListen(),
        new SeveralProcesses(),
        new CaseClaim
        {
            Name = "reuseport-on-all",
            Sentence = "SO_REUSEPORT must be set on all sockets of the port, the first included",
            Source = Commit,
            Says =
            [
                ("tcp/same/listening/reuseport+reuseport", "bind ok, listen ok"),
                ("tcp/same/listening/none+reuseport", "bind EADDRINUSE"),
                ("tcp/same/listening/reuseport+none", "bind EADDRINUSE"),
                ("udp/same/bound/none+reuseport", "bind EADDRINUSE"),
                ("udp/same/bound/reuseport+none", "bind EADDRINUSE"),
            ],
        },
        new SetBeforeBind(),
        new KernelSpreads(),
        new SameTupleSameListener(),
        new BoundGetsNothing(),
        new CaseClaim
        {
            Name = "other-user-cannot-join",
            Sentence = "Another user cannot join the group: the port cannot be stolen",
            Source = Commit,
            Needs = r => r.NoOtherUser,
            Says =
            [
                ("tcp/same/listening/reuseport+reuseport/other-user", "bind EADDRINUSE"),
                ("tcp/same/bound/reuseport+reuseport/other-user", "bind EADDRINUSE"),
                ("udp/same/bound/reuseport+reuseport/other-user", "bind EADDRINUSE"),
            ],
            But =
            [
                ("tcp/same/bound/reuseaddr+reuseaddr/other-user", "bind ok, listen ok, to second"),
                ("udp/same/bound/both+both/other-user", "bind ok, to second"),
            ],
            Condition = "the sockets do not have SO_REUSEADDR as well: with it on both, another user takes the port of a TCP socket that "
                + "does not listen yet, and all datagrams of a UDP socket",
        },
    ];
}

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
