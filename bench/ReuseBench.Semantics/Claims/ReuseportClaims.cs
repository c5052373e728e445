namespace ReuseBench.Semantics.Claims;

/// <summary>What is said about SO_REUSEPORT.</summary>
internal static class ReuseportClaims
{
    private const string Commit = "Linux 3.9, 'soreuseport' commits; socket(7)";

    public static IReadOnlyList<IClaim> All { get; } =
    [
        new AllBindAndListen(),
        new SeveralProcesses(),
        new CaseClaim
        {
            Name = "reuseport-on-all",
            Sentence = "SO_REUSEPORT must be set on all sockets of the port, the first included",
            Source = Commit,
            Says =
            [
                ("tcp/same/listening/reuseport+reuseport", "bind ok, listen ok"),
                ("tcp/same/listening/none+reuseport", "bind EADDRINUSE"),
                ("tcp/same/listening/reuseport+none", "bind EADDRINUSE"),
                ("udp/same/bound/none+reuseport", "bind EADDRINUSE"),
                ("udp/same/bound/reuseport+none", "bind EADDRINUSE"),
            ],
        },
        new SetBeforeBind(),
        new KernelSpreads(),
        new SameTupleSameListener(),
        new BoundGetsNothing(),
        new CaseClaim
        {
            Name = "other-user-cannot-join",
            Sentence = "Another user cannot join the group: the port cannot be stolen",
            Source = Commit,
            Needs = r => r.NoOtherUser,
            Says =
            [
                ("tcp/same/listening/reuseport+reuseport/other-user", "bind EADDRINUSE"),
                ("tcp/same/bound/reuseport+reuseport/other-user", "bind EADDRINUSE"),
                ("udp/same/bound/reuseport+reuseport/other-user", "bind EADDRINUSE"),
            ],
            But =
            [
                ("tcp/same/bound/reuseaddr+reuseaddr/other-user", "bind ok, listen ok, to second"),
                ("udp/same/bound/both+both/other-user", "bind ok, to second"),
            ],
            Condition = "the sockets do not have SO_REUSEADDR as well: with it on both, another user takes the port of a TCP socket that "
                + "does not listen yet, and all datagrams of a UDP socket",
        },
    ];
}
