using System.Collections.Concurrent;
using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Model;

namespace ReuseBench.Semantics.Probing;

/// <summary>Tries cases on the kernel, one after the other, on the thread whose <see cref="ProbeSite"/> it is given.</summary>
internal sealed class Prober(ProbeSite site) : IDisposable
{
    // A foreign socket may take a port of the caller's namespace between its reservation and its use.
    private const int PortAttempts = 5;

    private readonly SocketWaiter _waiter = new();

    /// <exception cref="LinuxException">A call failed that has to succeed, or a state did not come about.</exception>
    public Observation Probe(SemanticCase c, CallTrace? trace = null)
    {
        ushort port = site.NextPort();
        using FirstSide first = BringFirstToState(c, ref port, trace);
        using ProbeSocket second = OpenSecond(c, trace);
        int bind = second.Bind(c.Addresses.Second.Address, port);
        if (bind < 0)
        {
            return new Observation(bind, null, null, null);
        }

        DeliveryProbe delivery = new(site, _waiter, trace);
        if (c.Transport == Transport.Udp)
        {
            return new Observation(bind, null, null, delivery.Probe(c, port, first.Socket, second));
        }

        int listen = second.Listen();
        Receivers? receivers = listen < 0 ? null : delivery.Probe(c, port, first.Socket, second);
        int? firstListen = listen == 0 && c.State == FirstState.Bound ? first.Socket!.Listen() : null;
        return new Observation(bind, listen, firstListen, receivers);
    }

    public void Dispose() => _waiter.Dispose();

    private FirstSide BringFirstToState(SemanticCase c, ref ushort port, CallTrace? trace)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return FirstSide.BringToState(c, port, site, _waiter, trace);
            }
            catch (LinuxException e) when (!site.IsPrivate && attempt < PortAttempts && e.Errno.Code == ErrnoCode.EADDRINUSE)
            {
                trace?.Note("a foreign socket has the port; another one");
                port = site.NextPort();
            }
        }
    }

    private static ProbeSocket OpenSecond(SemanticCase c, CallTrace? trace)
    {
        BindAddress address = c.Addresses.Second;
        ProbeSocket socket = c.User == SecondUser.Same
            ? ProbeSocket.Open("second", c.Transport, address.Address.AddressFamily, trace)
            : OpenAsOtherUser(c.Transport, address, trace);
        return socket.With(c.Second).WithFamilyOf(address).WithDevice(Route.SecondDevice(c));
    }

    private static ProbeSocket OpenAsOtherUser(Transport transport, BindAddress address, CallTrace? trace)
    {
        uint other = OtherUser.OfThisThread();
        uint self = UserIds.SetFsUid(other);
        trace?.Call($"setfsuid({other})", 0);
        try
        {
            return ProbeSocket.Open("second", transport, address.Address.AddressFamily, trace);
        }
        finally
        {
            _ = UserIds.SetFsUid(self);
            trace?.Call($"setfsuid({self})", 0);
        }
    }
}

/// <summary>Takes cases off a queue and probes them, all at one site, until the queue is empty.</summary>
/// <param name="createSite">Called on the thread that probes; it owns the site.</param>
/// <param name="queue">Positions in <paramref name="cases"/>.</param>
/// <param name="cases">All cases.</param>
/// <param name="outcomes">Where the outcome goes, at the position of its case.</param>
internal sealed class ProbeWorker(
    Func<ProbeSite> createSite, ConcurrentQueue<int> queue, IReadOnlyList<SemanticCase> cases, Outcome[] outcomes)
{
    // Where a foreign socket could have had a hand in it, a surprise is valid when it has come twice.
    private const int SurprisesUntilValid = 2;

    public void Work()
    {
        if (queue.IsEmpty)
        {
            return;
        }

        using ProbeSite site = createSite();
        using Prober prober = new(site);
        while (queue.TryDequeue(out int index))
        {
            outcomes[index] = Probe(prober, cases[index], site.IsPrivate ? 1 : SurprisesUntilValid);
        }
    }

    private static Outcome Probe(Prober prober, SemanticCase c, int surprisesUntilValid)
    {
        Prediction prediction = Prediction.For(c);
        try
        {
            Outcome outcome;
            int surprises = 0;
            do
            {
                outcome = new Outcome(c, prediction, prober.Probe(c), null);
            }
            while (outcome.Agrees == false && ++surprises < surprisesUntilValid);
            return outcome;
        }
        catch (LinuxException e)
        {
            return new Outcome(c, prediction, null, Untried.Failed(e));
        }
    }
}
