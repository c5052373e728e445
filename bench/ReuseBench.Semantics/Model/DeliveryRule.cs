using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Model;

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
    public static DeliveryRule MoreSpecific(Receivers who) => new(who, "A specific address beats the wildcard; only the other addresses are left to it.");

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
