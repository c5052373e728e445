using System.Net;
using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Probing;

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
