using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Model;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Tests;

/// <summary>A sample of each slice on the real kernel, against outcomes that are written down here and not taken from the model.</summary>
public sealed class KernelTests
{
    private static readonly Rights Rights = Rights.OfThisProcess();
    private static readonly CaseNames Names = new(CaseMatrix.Enumerate().Cases);

    [Theory]
    [InlineData("tcp/same/bound/none+none", "bind EADDRINUSE")]
    [InlineData("tcp/same/bound/reuseaddr+reuseaddr", "bind ok, listen ok, to second, then the first's listen EADDRINUSE")]
    [InlineData("tcp/same/listening/reuseaddr+reuseaddr", "bind EADDRINUSE")]
    [InlineData("tcp/same/listening/reuseport+reuseport", "bind ok, listen ok, to both")]
    [InlineData("tcp/same/established-child/reuseaddr+none", "bind EADDRINUSE")]
    [InlineData("tcp/same/established-child/reuseaddr+reuseaddr", "bind ok, listen ok, to second")]
    [InlineData("tcp/same/close-wait/none+reuseaddr", "bind EADDRINUSE")]
    [InlineData("tcp/same/fin-wait2/reuseport+both", "bind ok, listen ok, to second")]
    [InlineData("tcp/same/time-wait/none+reuseaddr", "bind EADDRINUSE")]
    [InlineData("tcp/same/time-wait/reuseaddr+reuseaddr", "bind ok, listen ok, to second")]
    [InlineData("tcp/localhost/listening/none+none", "bind ok, listen ok, to each")]
    [InlineData("tcp/dual-then-v4-wildcard/listening/none+none", "bind EADDRINUSE")]
    [InlineData("tcp/v6only-then-v4-wildcard/listening/none+none", "bind ok, listen ok, to each")]
    [InlineData("udp/same/bound/reuseaddr+reuseaddr", "bind ok, to second")]
    [InlineData("udp/same/bound/reuseport+reuseport", "bind ok, to both")]
    [InlineData("tcp/same/listening/reuseport+reuseport/other-user", "bind EADDRINUSE")]
    [InlineData("tcp/same/bound/reuseaddr+reuseaddr/other-user", "bind ok, listen ok, to second, then the first's listen EADDRINUSE")]
    [InlineData("udp/same/bound/reuseport+reuseport/other-user", "bind EADDRINUSE")]
    [InlineData("tcp/wildcard/listening/none+none/other-device", "bind ok, listen ok, to each")]
    [InlineData("tcp/wildcard/listening/reuseport+reuseport/same-device", "bind ok, listen ok, to both")]
    [InlineData("udp/wildcard/bound/none+none/same-device", "bind EADDRINUSE")]
    public void The_kernel_does(string name, string expected)
    {
        Outcome outcome = new MatrixRun(Rights).Run([Names.Find(name)])[0];
        Assert.SkipWhen(outcome.Untried is { Kind: UntriedKind.Skipped }, outcome.Untried?.Reason ?? "");
        Assert.Null(outcome.Untried);
        Assert.Equal(expected, ObservationText.Of(outcome.Observation!));
    }

    [Fact]
    public void A_difference_from_the_model_shows()
    {
        Outcome right = new MatrixRun(Rights).Run([Names.Find("tcp/same/bound/none+none")])[0];
        Assert.True(right.Agrees);
        Assert.False((right with { Observation = new Observation(0, 0, null, Receivers.Second) }).Agrees);
        Assert.Null((right with { Observation = null }).Agrees);
    }

    [Fact]
    public void Cases_without_the_right_are_skipped_with_the_reason_and_the_rest_is_tried()
    {
        Rights none = new("no namespace", "no devices", "no other user");
        SemanticCase[] cases =
        [
            Names.Find("tcp/same/listening/none+none"),
            Names.Find("tcp/same/listening/none+none/other-user"),
            Names.Find("tcp/wildcard/listening/none+none/other-device"),
        ];
        IReadOnlyList<Outcome> outcomes = new MatrixRun(none).Run(cases);
        Assert.Equal(-ErrnoCode.EADDRINUSE, outcomes[0].Observation?.Bind);
        Assert.Equal("no other user", outcomes[1].Untried?.Reason);
        Assert.Equal("no devices", outcomes[2].Untried?.Reason);
    }

    [Fact]
    public void The_caller_keeps_its_namespace_and_its_user()
    {
        string before = Identity();
        _ = new MatrixRun(Rights).Run([Names.Find("tcp/same/bound/none+none"), Names.Find("tcp/same/bound/none+none/other-user")]);
        Assert.Equal(before, Identity());
    }

    private static string Identity() =>
        File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)?.Name + " " + UserIds.FileSystem();
}
