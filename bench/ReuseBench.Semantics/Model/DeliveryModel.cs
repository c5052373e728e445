using System.Net;
using System.Net.Sockets;
using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Model;

/// <summary>Who gets what arrives, where both sockets receive.</summary>
/// <seealso href="https://github.com/torvalds/linux/blob/v6.18/net/ipv4/inet_hashtables.c"/>
/// <seealso href="https://github.com/torvalds/linux/blob/v6.18/net/ipv4/udp.c"/>
public static class DeliveryModel
{
    public static DeliveryRule BothReceive(SemanticCase c)
    {
        IReadOnlyList<IPAddress> contested = Reach.Contested(c.Addresses);
        if (c.Device == DeviceBinding.Other || contested.Count == 0)
        {
            return DeliveryRule.Each;
        }

        // Where two destinations are contested both sockets are the same kind of wildcard, so that one stands for the other.
        return For(c, contested[0]);
    }

    private static DeliveryRule For(SemanticCase c, IPAddress destination)
    {
        (BindAddress first, BindAddress second) = (c.Addresses.First, c.Addresses.Second);
        if (first.IsWildcard != second.IsWildcard)
        {
            return DeliveryRule.MoreSpecific(first.IsWildcard ? Receivers.Second : Receivers.First);
        }

        if (IsGroup(c))
        {
            return DeliveryRule.Group;
        }

        if (destination.AddressFamily == AddressFamily.InterNetwork && first.Address.AddressFamily != second.Address.AddressFamily)
        {
            return DeliveryRule.NativeFamily(first.Address.AddressFamily == AddressFamily.InterNetwork ? Receivers.First : Receivers.Second);
        }

        return second.Address.AddressFamily == AddressFamily.InterNetworkV6 && c.Second.HasFlag(ReuseOptions.Reuseport)
            ? DeliveryRule.EarlierInList
            : DeliveryRule.LaterInList;
    }

    /// <summary>Same owner, same address, same IPV6_V6ONLY, and SO_REUSEPORT on both.</summary>
    private static bool IsGroup(SemanticCase c) =>
        (c.First & c.Second).HasFlag(ReuseOptions.Reuseport) && c.User == SecondUser.Same && c.Addresses.First == c.Addresses.Second;
}
