using System.Net;
using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Model;

/// <summary>What the rules say will happen in a case.</summary>
/// <param name="Bind">Of the second socket's bind.</param>
/// <param name="Listen">Of the second socket's listen, where it came to that (TCP, bound).</param>
/// <param name="FirstListen">Of the first socket's listen after the second listens, where the first was only bound.</param>
/// <param name="Delivery">Who gets what arrives, where the second socket receives.</param>
public sealed record Prediction(BindRule Bind, BindRule? Listen, BindRule? FirstListen, DeliveryRule? Delivery)
{
    public static Prediction For(SemanticCase c) => c.Transport == Transport.Tcp ? ForTcp(c) : ForUdp(c);

    /// <summary>What would be observed if the rules are right.</summary>
    public Observation AsObservation() =>
        new(Bind.ExpectedResult, Listen?.ExpectedResult, FirstListen?.ExpectedResult, Delivery?.Receivers);

    private static Prediction ForTcp(SemanticCase c)
    {
        PortHolder first = FirstAsHolder(c);
        BindRule bind = BindModel.Tcp(first, c.Addresses.Second, c.Second, c.User, c.Device);
        if (!bind.Allows)
        {
            return new Prediction(bind, null, null, null);
        }

        // listen(2) asks again; nothing has changed since.
        PortHolder second = new(c.Addresses.Second, c.Second, HolderKind.Listens);
        BindRule? firstListen = c.State == FirstState.Bound
            ? BindModel.Tcp(second, c.Addresses.First, c.First, c.User, c.Device)
            : null;
        DeliveryRule delivery = c.State == FirstState.Listening ? DeliveryModel.BothReceive(c) : DeliveryRule.OnlyListener;
        return new Prediction(bind, bind, firstListen, delivery);
    }

    private static Prediction ForUdp(SemanticCase c)
    {
        BindRule bind = BindModel.Udp(FirstAsHolder(c), c.Addresses.Second, c.Second, c.User, c.Device);
        return new Prediction(bind, null, null, bind.Allows ? DeliveryModel.BothReceive(c) : null);
    }

    private static PortHolder FirstAsHolder(SemanticCase c)
    {
        IPAddress connectedTo = Reach.Destination(c.Addresses.First, c.Addresses);
        return c.State switch
        {
            FirstState.Bound => new PortHolder(c.Addresses.First, c.First, HolderKind.Open),
            FirstState.Listening => new PortHolder(c.Addresses.First, c.First, HolderKind.Listens),
            FirstState.EstablishedChild or FirstState.CloseWait => new PortHolder(new BindAddress(connectedTo), c.First, HolderKind.Open),
            _ => new PortHolder(new BindAddress(connectedTo), c.First, HolderKind.TimeWait),
        };
    }
}

/// <summary>What happened in a case. Results are 0 or the negative errno.</summary>
/// <param name="Bind">Of the second socket.</param>
/// <param name="Listen">Of the second socket; null where it could not come to that.</param>
/// <param name="FirstListen">Of the first socket, after the second listens; null where it was not only bound.</param>
/// <param name="Receivers">Null where the second socket does not receive.</param>
public sealed record Observation(int Bind, int? Listen, int? FirstListen, Receivers? Receivers);

/// <summary>What holds a port: a socket, or what is left of one.</summary>
/// <param name="Address">Its own address; for a connection the one that the client connected to.</param>
/// <param name="Options">Inherited from the listener by connections, and remembered by TIME_WAIT.</param>
/// <param name="Kind">How much of a socket it still is.</param>
public sealed record PortHolder(BindAddress Address, ReuseOptions Options, HolderKind Kind);

public enum HolderKind
{
    /// <summary>Bound, or a connection: a socket that somebody has open.</summary>
    Open,

    Listens,

    /// <summary>
    /// A minisocket that nobody owns: TIME_WAIT, and FIN_WAIT2 after close(2), which the kernel keeps in the same form
    /// (as long as net.ipv4.tcp_fin_timeout is at most 60 s, the default).
    /// </summary>
    /// <seealso href="https://github.com/torvalds/linux/blob/v6.18/net/ipv4/tcp_minisocks.c"/>
    TimeWait,
}
