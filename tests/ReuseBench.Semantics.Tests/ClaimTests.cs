using ReuseBench.Semantics.Claims;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Tests;

public sealed class ClaimTests
{
    private static readonly Rights Rights = Rights.OfThisProcess();
    private const string Python = "/usr/bin/python3";

    // What `semantics --join PORT` does, by another program.
    private const string Member = """
        import socket, sys
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            s.bind(("127.0.0.1", int(sys.argv[2])))
            s.listen()
            print("READY", flush=True)
            sys.stdin.read()
        except OSError as e:
            print(e, flush=True)
        """;

    private static readonly Lazy<IReadOnlyList<ClaimResult>> Results = new(() => ClaimRun.Run(Rights, Pace.Quick, self: null, probed: []));

    [Fact]
    public void Every_claim_ends_in_a_verdict_or_says_which_right_is_missing() => Assert.All(Results.Value, claim =>
    {
        Assert.True(claim.Finding is null != claim.Untried is null);
        Assert.True(claim.Untried is null or { Kind: UntriedKind.Skipped }, claim.Untried?.Reason);
        if (claim.Finding is { } finding)
        {
            Assert.NotEmpty(finding.Evidence);
            Assert.Equal(finding.Verdict == ClaimVerdict.HoldsIf, finding.Condition is not null);
        }
    });

    [Theory]
    [InlineData("first-with-reuseaddr", ClaimVerdict.Holds)]
    [InlineData("second-without-reuseaddr", ClaimVerdict.Holds)]
    [InlineData("second-with-reuseaddr-while-listening", ClaimVerdict.DoesNotHold)]
    [InlineData("second-with-reuseaddr-while-bound", ClaimVerdict.HoldsIf)]
    [InlineData("restart-over-time-wait", ClaimVerdict.HoldsIf)]
    [InlineData("reuseaddr-only-for-time-wait", ClaimVerdict.DoesNotHold)]
    [InlineData("connections-inherit-options", ClaimVerdict.Holds)]
    [InlineData("reuseaddr-is-portable", ClaimVerdict.DoesNotHold)]
    [InlineData("reuseport-all-listen", ClaimVerdict.Holds)]
    [InlineData("reuseport-on-all", ClaimVerdict.Holds)]
    [InlineData("kernel-spreads-connections", ClaimVerdict.Holds)]
    [InlineData("same-tuple-same-listener", ClaimVerdict.HoldsIf)]
    [InlineData("bound-gets-nothing", ClaimVerdict.Holds)]
    [InlineData("other-user-cannot-join", ClaimVerdict.HoldsIf)]
    [InlineData("localhost-is-two-addresses", ClaimVerdict.Holds)]
    [InlineData("device-shares-address-and-port", ClaimVerdict.Holds)]
    public void The_claim_comes_out_as_documented(string name, ClaimVerdict verdict)
    {
        ClaimResult claim = Assert.Single(Results.Value, c => c.Name == name);
        Assert.SkipWhen(claim.Untried is not null, claim.Untried?.Reason ?? "");
        Assert.Equal(verdict, claim.Finding!.Verdict);
    }

    [Fact]
    public void Several_processes_share_the_port()
    {
        Assert.SkipUnless(File.Exists(Python), $"needs {Python} for a second process");
        ClaimLab lab = new(Rights, [Python, "-c", Member], probed: []);
        ClaimFinding finding = new SeveralProcesses().Check(lab);
        Assert.True(finding.Verdict == ClaimVerdict.Holds, finding.Evidence);
    }

    [Fact]
    public void A_process_that_may_not_join_is_evidence_too()
    {
        Assert.SkipUnless(File.Exists(Python), $"needs {Python} for a second process");
        ClaimLab lab = new(Rights, [Python, "-c", Member.Replace("SO_REUSEPORT", "SO_KEEPALIVE", StringComparison.Ordinal)], probed: []);
        Assert.Equal(ClaimVerdict.DoesNotHold, new SeveralProcesses().Check(lab).Verdict);
    }

    [Fact]
    public void A_case_that_was_not_tried_leaves_the_claim_untried_with_its_reason()
    {
        const string Name = "tcp/same/listening/none+none";
        ClaimLab tried = new(Rights, self: null, probed: []);
        Outcome untried = tried.Try(Name) with { Observation = null, Untried = new Untried(UntriedKind.Failed, "no answer in time") };
        ClaimResult result = ClaimRun.Check(MadeUp("bind EADDRINUSE"), new ClaimLab(Rights, self: null, probed: [untried]));
        Assert.Null(result.Finding);
        Assert.Equal(new Untried(UntriedKind.Failed, $"{Name}: no answer in time"), result.Untried);
    }

    [Fact]
    public void An_exception_that_comes_out_otherwise_is_named_beside_the_condition()
    {
        CaseClaim claim = MadeUp("bind EADDRINUSE", ("tcp/same/listening/none+reuseaddr", "bind EADDRINUSE"), ("tcp/same/listening/reuseaddr+none", "bind ok"));
        ClaimFinding finding = claim.Check(new ClaimLab(Rights, self: null, probed: []));
        Assert.Equal(ClaimVerdict.HoldsIf, finding.Verdict);
        Assert.Equal("never; but no exception is tcp/same/listening/reuseaddr+none: bind EADDRINUSE", finding.Condition);
    }

    [Theory]
    [InlineData(new[] { 2, 2, 2 }, true)]
    [InlineData(new[] { 2, 2, 1 }, false)]
    [InlineData(new[] { 2, -1, 2 }, false)]
    [InlineData(new[] { -1, -1, -1 }, false)]
    public void A_port_is_steady_only_where_every_connection_met_the_same_listener(int[] met, bool steady) =>
        Assert.Equal(steady, SameTupleSameListener.IsSteady(met));

    private static CaseClaim MadeUp(string said, params (string Case, string Happens)[] but) => new()
    {
        Name = "made-up",
        Sentence = "made up",
        Source = "this test",
        Says = [("tcp/same/listening/none+none", said)],
        But = but,
        Condition = "never",
    };

    [Theory]
    [InlineData("bind ok", ClaimVerdict.DoesNotHold, "what it says does not happen")]
    [InlineData("bind EADDRINUSE", ClaimVerdict.Holds, "what it says happens")]
    public void A_verdict_follows_from_what_happened(string said, ClaimVerdict verdict, string reason)
    {
        CaseClaim claim = new()
        {
            Name = "made-up",
            Sentence = reason,
            Source = "this test",
            Says = [("tcp/same/listening/none+none", said)],
            But = [("tcp/same/listening/none+reuseaddr", "bind ok")],
            Condition = "never",
        };
        ClaimLab lab = new(Rights, self: null, probed: []);
        Assert.Equal(verdict, claim.Check(lab).Verdict);
    }
}
