namespace ReuseBench.Semantics.Claims;

/// <summary>What is said about SO_REUSEADDR.</summary>
internal static class ReuseaddrClaims
{
    private const string Folklore = "widely repeated in tutorials and answers";

    public static IReadOnlyList<IClaim> All { get; } =
    [
        new FirstListenerBinds(),
        new CaseClaim
        {
            Name = "second-without-reuseaddr",
            Sentence = "While a listener with SO_REUSEADDR has the port, a second socket without it gets EADDRINUSE",
            Source = "socket(7)",
            Says = [("tcp/same/listening/reuseaddr+none", "bind EADDRINUSE")],
        },
        new CaseClaim
        {
            Name = "second-with-reuseaddr-while-listening",
            Sentence = "A second socket with SO_REUSEADDR binds while the first, which has it too, listens",
            Source = Folklore,
            Says = [("tcp/same/listening/reuseaddr+reuseaddr", "bind ok")],
        },
        new CaseClaim
        {
            Name = "second-with-reuseaddr-while-bound",
            Sentence = "A second socket with SO_REUSEADDR binds while the first is bound but does not listen",
            Source = "socket(7)",
            Says = [("tcp/same/bound/reuseaddr+reuseaddr", "bind ok")],
            But =
            [
                ("tcp/same/bound/none+reuseaddr", "bind EADDRINUSE"),
                ("tcp/same/bound/reuseaddr+reuseaddr", "bind ok, listen ok, to second, then the first's listen EADDRINUSE"),
            ],
            Condition = "both have it; only one of the two can then listen, and to the other listen() says EADDRINUSE",
        },
        new CaseClaim
        {
            Name = "restart-over-time-wait",
            Sentence = "A restarted server binds over TIME_WAIT only with SO_REUSEADDR",
            Source = "socket(7); Stevens, UNIX Network Programming",
            Says =
            [
                ("tcp/same/time-wait/reuseaddr+reuseaddr", "bind ok, listen ok, to second"),
                ("tcp/same/time-wait/reuseaddr+none", "bind EADDRINUSE"),
                ("tcp/same/time-wait/none+none", "bind EADDRINUSE"),
            ],
            But =
            [
                ("tcp/same/time-wait/none+reuseaddr", "bind EADDRINUSE"),
                ("tcp/same/time-wait/reuseport+reuseport", "bind ok, listen ok, to second"),
            ],
            Condition = "the old listener had it too; SO_REUSEPORT on both does as well",
        },
        new CaseClaim
        {
            Name = "reuseaddr-only-for-time-wait",
            Sentence = "Only TIME_WAIT stands in the way of a restart without SO_REUSEADDR",
            Source = Folklore,
            Says =
            [
                ("tcp/same/established-child/none+none", "bind ok"),
                ("tcp/same/close-wait/none+none", "bind ok"),
                ("tcp/same/fin-wait2/none+none", "bind ok"),
            ],
        },
        new OptionsAreInherited(),
        new MeansTheSameElsewhere(),
    ];
}
