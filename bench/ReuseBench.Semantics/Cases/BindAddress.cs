using System.Net;

namespace ReuseBench.Semantics.Cases;

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
