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
