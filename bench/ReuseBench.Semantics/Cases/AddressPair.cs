using System.Net;
using System.Net.Sockets;

namespace ReuseBench.Semantics.Cases;

/// <summary>The addresses of the first and the second socket, under the name that they have in a case.</summary>
public sealed record AddressPair(string Name, BindAddress First, BindAddress Second)
{
    public static AddressPair Same { get; } = new("same", BindAddress.V4Loopback, BindAddress.V4Loopback);

    public static AddressPair Wildcard { get; } = new("wildcard", BindAddress.V4Wildcard, BindAddress.V4Wildcard);

    public static AddressPair WildcardThenSpecific { get; } =
        new("wildcard-then-specific", BindAddress.V4Wildcard, BindAddress.V4Loopback);

    public static AddressPair SpecificThenWildcard { get; } =
        new("specific-then-wildcard", BindAddress.V4Loopback, BindAddress.V4Wildcard);

    public static AddressPair DifferentLoopback { get; } =
        new("different-loopback", BindAddress.V4Loopback, BindAddress.V4SecondLoopback);

    /// <summary>Every pair of the matrix; one more is one more line here.</summary>
    public static IReadOnlyList<AddressPair> All { get; } =
    [
        Same,
        Wildcard,
        WildcardThenSpecific,
        SpecificThenWildcard,
        DifferentLoopback,
        new("localhost", BindAddress.V4Loopback, BindAddress.V6Loopback),
        new("v6-same", BindAddress.V6Loopback, BindAddress.V6Loopback),
        new("dual", BindAddress.DualWildcard, BindAddress.DualWildcard),
        new("dual-then-v6", BindAddress.DualWildcard, BindAddress.V6Loopback),
        new("v6-then-dual", BindAddress.V6Loopback, BindAddress.DualWildcard),
        new("dual-then-v4-wildcard", BindAddress.DualWildcard, BindAddress.V4Wildcard),
        new("v4-wildcard-then-dual", BindAddress.V4Wildcard, BindAddress.DualWildcard),
        new("dual-then-v4", BindAddress.DualWildcard, BindAddress.V4Loopback),
        new("v4-then-dual", BindAddress.V4Loopback, BindAddress.DualWildcard),
        new("v6only", BindAddress.V6OnlyWildcard, BindAddress.V6OnlyWildcard),
        new("v6only-then-v4-wildcard", BindAddress.V6OnlyWildcard, BindAddress.V4Wildcard),
        new("v4-wildcard-then-v6only", BindAddress.V4Wildcard, BindAddress.V6OnlyWildcard),
        new("dual-then-v6only", BindAddress.DualWildcard, BindAddress.V6OnlyWildcard),
        new("v6only-then-dual", BindAddress.V6OnlyWildcard, BindAddress.DualWildcard),
        new("mapped", BindAddress.MappedLoopback, BindAddress.MappedLoopback),
        new("mapped-then-v4", BindAddress.MappedLoopback, BindAddress.V4Loopback),
        new("v4-then-mapped", BindAddress.V4Loopback, BindAddress.MappedLoopback),
        new("mapped-then-v4-wildcard", BindAddress.MappedLoopback, BindAddress.V4Wildcard),
        new("v4-wildcard-then-mapped", BindAddress.V4Wildcard, BindAddress.MappedLoopback),
        new("mapped-then-dual", BindAddress.MappedLoopback, BindAddress.DualWildcard),
        new("dual-then-mapped", BindAddress.DualWildcard, BindAddress.MappedLoopback),
    ];
}

/// <summary>An address as bind(2) is given it, and IPV6_V6ONLY with it; the port is chosen when the case is probed.</summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/ipv6.7.html"/>
public sealed record BindAddress(IPAddress Address, bool V6Only = false)
{
    public static BindAddress V4Wildcard { get; } = new(IPAddress.Any);

    public static BindAddress V4Loopback { get; } = new(IPAddress.Loopback);

    public static BindAddress V4SecondLoopback { get; } = new(new IPAddress([127, 0, 0, 2]));

    /// <summary><c>::</c> that takes IPv4 connections too.</summary>
    public static BindAddress DualWildcard { get; } = new(IPAddress.IPv6Any);

    /// <summary><c>::</c> with IPV6_V6ONLY.</summary>
    public static BindAddress V6OnlyWildcard { get; } = new(IPAddress.IPv6Any, V6Only: true);

    public static BindAddress V6Loopback { get; } = new(IPAddress.IPv6Loopback);

    /// <summary>127.0.0.1 bound by an IPv6 socket.</summary>
    public static BindAddress MappedLoopback { get; } = new(IPAddress.Loopback.MapToIPv6());

    public bool IsWildcard => Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any);

    public override string ToString() => V6Only ? $"{Address} v6only" : Address.ToString();
}

/// <summary>Which destinations lead to a socket, by its bound address alone: what ipv6(7) says of the two families.</summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/ipv6.7.html"/>
public static class Reach
{
    private static readonly IPAddress[] V4Destinations = [IPAddress.Loopback, BindAddress.V4SecondLoopback.Address];
    private static readonly IPAddress[] V6Destinations = [IPAddress.IPv6Loopback];

    /// <summary>Whether some destination leads to both.</summary>
    public static bool Overlap(BindAddress a, BindAddress b) => Meet(V4Part(a), V4Part(b)) || Meet(V6Part(a), V6Part(b));

    public static bool Covers(BindAddress bound, IPAddress destination) => Overlap(bound, new BindAddress(destination));

    /// <summary>Destinations that both sockets could be reached at, at most one of each family; none where they do not overlap.</summary>
    public static IReadOnlyList<IPAddress> Contested(AddressPair pair) =>
        [.. OneOf(V4Destinations, pair), .. OneOf(V6Destinations, pair)];

    /// <summary>A destination of the socket, one that reaches the other too where there is such.</summary>
    public static IPAddress Destination(BindAddress bound, AddressPair pair) =>
        Contested(pair).Concat(V4Destinations).Concat(V6Destinations).First(d => Covers(bound, d));

    private static IEnumerable<IPAddress> OneOf(IPAddress[] destinations, AddressPair pair) =>
        destinations.Where(d => Covers(pair.First, d) && Covers(pair.Second, d)).Take(1);

    private static bool Meet(IPAddress? a, IPAddress? b) =>
        a is not null && b is not null && (a.Equals(b) || IsAny(a) || IsAny(b));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static IPAddress? V4Part(BindAddress bound)
    {
        if (bound.Address.AddressFamily == AddressFamily.InterNetwork)
        {
            return bound.Address;
        }

        if (bound.Address.IsIPv4MappedToIPv6)
        {
            return bound.Address.MapToIPv4();
        }

        return bound.IsWildcard && !bound.V6Only ? IPAddress.Any : null;
    }

    private static IPAddress? V6Part(BindAddress bound) =>
        bound.Address.AddressFamily == AddressFamily.InterNetworkV6 && !bound.Address.IsIPv4MappedToIPv6 ? bound.Address : null;
}
