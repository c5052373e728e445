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

/// <summary>The rule that decides who gets what arrives.</summary>
/// <param name="Receivers">Whom it favours.</param>
/// <param name="Why">One sentence.</param>
public sealed record DeliveryRule(Receivers Receivers, string Why)
{
    public static DeliveryRule OnlyListener { get; } = new(
        Receivers.Second,
        "Only the second socket listens: one that is bound without listening, or what is left of a closed one, gets nothing new.");

    public static DeliveryRule Each { get; } = new(
        Receivers.Each, "Nothing is addressed to both: each gets its own.");

    public static DeliveryRule Group { get; } = new(
        Receivers.Both,
        "Both belong to one SO_REUSEPORT group, and a hash of the client's and the server's address and port picks the member.");

    /// <summary>A specific address comes before a wildcard.</summary>
    public static DeliveryRule MoreSpecific(Receivers who) =>
        new(who, "A specific address beats the wildcard; only the other addresses are left to it.");

    /// <summary>For an IPv4 destination an IPv4 socket comes before an IPv6 one.</summary>
    public static DeliveryRule NativeFamily(Receivers who) => new(
        who, "For an IPv4 client an IPv4 socket beats an IPv6 one that takes IPv4 too, and the two families never form one group.");

    /// <summary>Equal but for their place in the kernel's list, in which IPv6 sockets with SO_REUSEPORT queue at the end.</summary>
    public static DeliveryRule EarlierInList { get; } = new(
        Receivers.First,
        "They are equal but form no group; an IPv6 socket with SO_REUSEPORT queues behind those there are, and the first found gets all.");

    /// <summary>Equal but for their place in the kernel's list, at the head of which new sockets are put.</summary>
    public static DeliveryRule LaterInList { get; } = new(
        Receivers.Second, "They are equal but form no group; the kernel looks at the newest first, and the first found gets all.");
}
