namespace ReuseBench.Semantics.Claims;

/// <summary>What is said about addresses, families and devices.</summary>
internal static class AddressClaims
{
    public static IReadOnlyList<IClaim> All { get; } =
    [
        new CaseClaim
        {
            Name = "localhost-is-two-addresses",
            Sentence = "'localhost' is two addresses: two servers can have the same port of it, without any option",
            Source = "RFC 6761, getaddrinfo(3)",
            Says =
            [
                ("tcp/localhost/listening/none+none", "bind ok, listen ok, to each"),
                ("udp/localhost/bound/none+none", "bind ok, to each"),
            ],
        },
        new CaseClaim
        {
            Name = "different-addresses-never-conflict",
            Sentence = "Sockets on different addresses never conflict",
            Source = "bind(2)",
            Says = [("tcp/different-loopback/listening/none+none", "bind ok, listen ok, to each")],
            But =
            [
                ("tcp/wildcard-then-specific/listening/none+none", "bind EADDRINUSE"),
                ("tcp/specific-then-wildcard/listening/none+none", "bind EADDRINUSE"),
            ],
            Condition = "neither is the wildcard, which overlaps every address of its family",
        },
        new CaseClaim
        {
            Name = "specific-beats-wildcard",
            Sentence = "Of two listeners the one on the specific address gets its connections, not the one on the wildcard",
            Source = "Linux, inet_hashtables.c",
            Says =
            [
                ("tcp/wildcard-then-specific/listening/reuseport+reuseport", "bind ok, listen ok, to second"),
                ("tcp/specific-then-wildcard/listening/reuseport+reuseport", "bind ok, listen ok, to first"),
            ],
        },
        new CaseClaim
        {
            Name = "v6-wildcard-beside-v4-wildcard",
            Sentence = "[::] and 0.0.0.0 can be listened on side by side, without any option",
            Source = "ipv6(7)",
            Says = [("tcp/v6only-then-v4-wildcard/listening/none+none", "bind ok, listen ok, to each")],
            But = [("tcp/dual-then-v4-wildcard/listening/none+none", "bind EADDRINUSE")],
            Condition = "the IPv6 socket has IPV6_V6ONLY",
        },
        new CaseClaim
        {
            Name = "device-shares-address-and-port",
            Sentence = "SO_BINDTODEVICE lets two listeners share address and port on different interfaces",
            Source = "socket(7)",
            Needs = r => r.NoDevices,
            Says =
            [
                ("tcp/wildcard/listening/none+none/other-device", "bind ok, listen ok, to each"),
                ("tcp/wildcard/listening/none+none/same-device", "bind EADDRINUSE"),
            ],
        },
    ];
}
