using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

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
