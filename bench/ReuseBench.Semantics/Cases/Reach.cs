using System.Net;
using System.Net.Sockets;

namespace ReuseBench.Semantics.Cases;

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
