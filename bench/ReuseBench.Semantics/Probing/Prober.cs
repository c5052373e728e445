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
