using System.Net;
using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Probing;

/// <summary>Finds out who gets what arrives, by a bounded number of connections or datagrams, each from a source port of its own.</summary>
internal sealed class DeliveryProbe(ProbeSite site, SocketWaiter waiter, CallTrace? trace)
{
    // Were both members of a group, one of them would be missed by all of these once in 2^23 cases.
    private const int WhereBothMay = 24;

    // Nothing is left to chance where only one can.
    private const int WhereOneMay = 2;

    public Receivers Probe(SemanticCase c, ushort port, ProbeSocket? first, ProbeSocket second)
    {
        IReadOnlyList<Route> contested = Route.Contested(c);
        bool firstReceives = c.State == FirstState.Listening || c.Transport == Transport.Udp;
        if (!firstReceives)
        {
            return Take(c.Transport, [Route.ToSecond(c)], port, first, second, WhereOneMay).Receivers;
        }

        if (contested.Count > 0)
        {
            return Take(c.Transport, contested, port, first, second, WhereBothMay).Receivers;
        }

        Tally toFirst = Take(c.Transport, [Route.ToFirst(c)], port, first, second, WhereOneMay);
        Tally toSecond = Take(c.Transport, [Route.ToSecond(c)], port, first, second, WhereOneMay);
        return (toFirst.Receivers, toSecond.Receivers) == (Receivers.First, Receivers.Second)
            ? Receivers.Each
            : (toFirst + toSecond).Receivers;
    }

    private Tally Take(
        Transport transport, IReadOnlyList<Route> routes, ushort port, ProbeSocket? first, ProbeSocket second, int attempts)
    {
        Tally total = default;
        foreach (Route route in routes)
        {
            Tally here = default;
            for (int i = 0; i < attempts && here.Receivers != Receivers.Both; i++)
            {
                here += TakeOne(transport, route, port, first, second);
            }

            trace?.Note(Summary(transport, route, port, here));
            total += here;
        }

        return total;
    }

    private Tally TakeOne(Transport transport, Route route, ushort port, ProbeSocket? first, ProbeSocket second)
    {
        using ProbeSocket client = site.OpenClient("client", transport, route, trace: null);
        if (transport == Transport.Udp)
        {
            _ = client.SendTo(route.Destination, port);
        }
        else
        {
            client.ResetOnClose();
            _ = client.Connect(route.Destination, port);
        }

        Tally taken = default;
        bool Took()
        {
            taken = second.TryTake() ? new Tally(0, 1, 0) : first is not null && first.TryTake() ? new Tally(1, 0, 0) : default;
            return taken != default || client.HasFailed();
        }

        _ = first is null ? waiter.Until(Took, second, client) : waiter.Until(Took, first, second, client);
        return taken == default ? new Tally(0, 0, 1) : taken;
    }

    private static string Summary(Transport transport, Route route, ushort port, Tally tally)
    {
        string what = transport == Transport.Tcp ? "connections" : "datagrams";
        string via = route.Device is null ? "" : $" by way of {route.Device}";
        return $"{tally.All} {what} from as many source ports to {route.Destination} port {port}{via}: "
            + $"{tally.First} to first, {tally.Second} to second, {tally.Nobody} to nobody";
    }

    private readonly record struct Tally(int First, int Second, int Nobody)
    {
        public int All => First + Second + Nobody;

        public Receivers Receivers => (First > 0, Second > 0) switch
        {
            (true, true) => Receivers.Both,
            (true, false) => Receivers.First,
            (false, true) => Receivers.Second,
            _ => Receivers.None,
        };

        public static Tally operator +(Tally a, Tally b) => new(a.First + b.First, a.Second + b.Second, a.Nobody + b.Nobody);
    }
}

/// <summary>A way by which a client reaches the sockets of a case.</summary>
/// <param name="Destination">The address that it connects to.</param>
/// <param name="Device">The interface by which it comes in; null for loopback.</param>
internal sealed record Route(IPAddress Destination, string? Device)
{
    /// <summary>The routes on which both sockets could be reached; none where each has only its own.</summary>
    public static IReadOnlyList<Route> Contested(SemanticCase c) => c.Device switch
    {
        DeviceBinding.None => [.. Reach.Contested(c.Addresses).Select(d => new Route(d, null))],
        DeviceBinding.Same => [ToFirst(c)],
        _ => [],
    };

    public static Route ToFirst(SemanticCase c) => To(c, c.Addresses.First, FirstDevice(c));

    public static Route ToSecond(SemanticCase c) => To(c, c.Addresses.Second, SecondDevice(c));

    public static string? FirstDevice(SemanticCase c) => c.Device == DeviceBinding.None ? null : DeviceNetwork.Left;

    public static string? SecondDevice(SemanticCase c) => c.Device == DeviceBinding.Other ? DeviceNetwork.Right : FirstDevice(c);

    private static Route To(SemanticCase c, BindAddress bound, string? device) =>
        device is null ? new Route(Reach.Destination(bound, c.Addresses), null) : new Route(DeviceNetwork.Address, device);
}
