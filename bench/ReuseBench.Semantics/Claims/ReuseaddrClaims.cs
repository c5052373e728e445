using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Probing;
using SocketOption = ReuseBench.Linux.SocketOption;

namespace ReuseBench.Semantics.Claims;

/// <summary>What is said about SO_REUSEADDR.</summary>
internal static class ReuseaddrClaims
{
    private const string Folklore = "widely repeated in tutorials and answers";

    public static IReadOnlyList<IClaim> All { get; } =
    [
        new FirstListenerBinds(),
        new CaseClaim
        {
            Name = "second-without-reuseaddr",
            Sentence = "While a listener with SO_REUSEADDR has the port, a second socket without it gets EADDRINUSE",
            Source = "socket(7)",
            Says = [("tcp/same/listening/reuseaddr+none", "bind EADDRINUSE")],
        },
        new CaseClaim
        {
            Name = "second-with-reuseaddr-while-listening",
            Sentence = "A second socket with SO_REUSEADDR binds while the first, which has it too, listens",
            Source = Folklore,
            Says = [("tcp/same/listening/reuseaddr+reuseaddr", "bind ok")],
        },
        new CaseClaim
        {
            Name = "second-with-reuseaddr-while-bound",
            Sentence = "A second socket with SO_REUSEADDR binds while the first is bound but does not listen",
            Source = "socket(7)",
            Says = [("tcp/same/bound/reuseaddr+reuseaddr", "bind ok")],
            But =
            [
                ("tcp/same/bound/none+reuseaddr", "bind EADDRINUSE"),
                ("tcp/same/bound/reuseaddr+reuseaddr", "bind ok, listen ok, to second, then the first's listen EADDRINUSE"),
            ],
            Condition = "both have it; only one of the two can then listen, and to the other listen() says EADDRINUSE",
        },
        new CaseClaim
        {
            Name = "restart-over-time-wait",
            Sentence = "A restarted server binds over TIME_WAIT only with SO_REUSEADDR",
            Source = "socket(7); Stevens, UNIX Network Programming",
            Says =
            [
                ("tcp/same/time-wait/reuseaddr+reuseaddr", "bind ok, listen ok, to second"),
                ("tcp/same/time-wait/reuseaddr+none", "bind EADDRINUSE"),
                ("tcp/same/time-wait/none+none", "bind EADDRINUSE"),
            ],
            But =
            [
                ("tcp/same/time-wait/none+reuseaddr", "bind EADDRINUSE"),
                ("tcp/same/time-wait/reuseport+reuseport", "bind ok, listen ok, to second"),
            ],
            Condition = "the old listener had it too; SO_REUSEPORT on both does as well",
        },
        new CaseClaim
        {
            Name = "reuseaddr-only-for-time-wait",
            Sentence = "Only TIME_WAIT stands in the way of a restart without SO_REUSEADDR",
            Source = Folklore,
            Says =
            [
                ("tcp/same/established-child/none+none", "bind ok"),
                ("tcp/same/close-wait/none+none", "bind ok"),
                ("tcp/same/fin-wait2/none+none", "bind ok"),
            ],
        },
        new OptionsAreInherited(),
        new MeansTheSameElsewhere(),
    ];
}

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

/// <summary>Why the options of the old listener matter after it is gone.</summary>
internal sealed class OptionsAreInherited : IClaim
{
    public string Name => "connections-inherit-options";

    public string Sentence => "Accepted connections inherit the two options of their listener";

    public string Source => "Linux, sk_clone_lock()";

    public ClaimFinding Check(ClaimLab lab) => lab.Script(site =>
    {
        List<string> evidence = [];
        bool inherited = true;
        foreach (ReuseOptions options in Enum.GetValues<ReuseOptions>())
        {
            using ReuseportGroup group = ReuseportGroup.Listen(site, members: 1, options);
            using ProbeSocket client = ProbeSocket.Open("client", Transport.Tcp, AddressFamily.InterNetwork, trace: null);
            client.ResetOnClose();
            _ = client.Connect(IPAddress.Loopback, group.Port);
            using ProbeSocket connection = group.Accept(0);
            ReuseOptions read = Read(connection);
            inherited &= read == options;
            evidence.Add($"{Core.Units.Names.Of(options)}: {Core.Units.Names.Of(read)}");
        }

        return ClaimFinding.Of(inherited, $"listener's options: those read back from the connection by getsockopt(2): {string.Join(", ", evidence)}");
    });

    private static ReuseOptions Read(ProbeSocket socket)
    {
        LinuxException.ThrowIfError(SocketCalls.GetOption(socket.Fd, SocketOption.ReuseAddr, out int reuseaddr), "getsockopt", "SO_REUSEADDR");
        LinuxException.ThrowIfError(SocketCalls.GetOption(socket.Fd, SocketOption.ReusePort, out int reuseport), "getsockopt", "SO_REUSEPORT");
        return (reuseaddr != 0 ? ReuseOptions.Reuseaddr : ReuseOptions.None) | (reuseport != 0 ? ReuseOptions.Reuseport : ReuseOptions.None);
    }
}

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

/// <summary>The one claim that takes a minute: it has to see TIME_WAIT end.</summary>
internal sealed class TimeWaitEnds : IClaim
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(55);

    public string Name => "time-wait-ends-after-60s";

    public string Sentence => "Without SO_REUSEADDR a restart has to wait for 60 s";

    public string Source => "Linux, TCP_TIMEWAIT_LEN in tcp.h";

    public ClaimFinding Check(ClaimLab lab) => lab.Script(site =>
    {
        ushort port = site.NextPort();
        using SocketWaiter waiter = new();
        SemanticCase none = new(Transport.Tcp, AddressPair.Same, FirstState.TimeWait, ReuseOptions.None, ReuseOptions.None);
        using FirstSide first = FirstSide.BringToState(none, port, site, waiter, trace: null);
        long started = Stopwatch.GetTimestamp();
        int bind;
        while ((bind = TryBind(port)) < 0 && Stopwatch.GetElapsedTime(started) < Limit)
        {
            Thread.Sleep(200);
        }

        TimeSpan waited = Stopwatch.GetElapsedTime(started);
        return ClaimFinding.Of(
            bind == 0 && waited > Early,
            $"bind {ObservationText.Result(bind)} after {(waited > Early ? "about 60 s" : $"{waited.TotalSeconds:0} s")}");
    });

    private static int TryBind(ushort port)
    {
        using ProbeSocket second = ProbeSocket.Open("second", Transport.Tcp, AddressFamily.InterNetwork, trace: null);
        return second.Bind(IPAddress.Loopback, port);
    }
}
