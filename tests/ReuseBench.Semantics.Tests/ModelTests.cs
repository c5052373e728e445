using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Model;

namespace ReuseBench.Semantics.Tests;

/// <summary>The model as a table: what the manual and the commit texts say, each row with its reason.</summary>
public sealed class ModelTests
{
    private static readonly CaseNames Names = new(CaseMatrix.Enumerate().Cases);

    [Theory]
    [InlineData("tcp/same/listening/none+none", false, "no option at all")]
    [InlineData("tcp/same/listening/reuseaddr+reuseaddr", false, "an active listener rules SO_REUSEADDR out")]
    [InlineData("tcp/same/bound/reuseaddr+reuseaddr", true, "nobody listens yet")]
    [InlineData("tcp/same/bound/none+reuseaddr", false, "only one has it")]
    [InlineData("tcp/same/bound/reuseaddr+none", false, "only one has it")]
    [InlineData("tcp/same/bound/reuseaddr+reuseport", false, "not the same option")]
    [InlineData("tcp/same/listening/reuseport+reuseport", true, "what SO_REUSEPORT is for")]
    [InlineData("tcp/same/listening/both+reuseport", true, "SO_REUSEPORT is what they share")]
    [InlineData("tcp/same/listening/both+reuseaddr", false, "SO_REUSEADDR is all they share, and one listens")]
    [InlineData("tcp/same/time-wait/none+reuseaddr", false, "TIME_WAIT remembers what the old listener had")]
    [InlineData("tcp/same/time-wait/reuseaddr+reuseaddr", true, "the restart that the option is for")]
    [InlineData("tcp/same/time-wait/reuseport+reuseport", true, "SO_REUSEPORT does as well")]
    [InlineData("tcp/same/established-child/none+none", false, "an open connection holds the port like TIME_WAIT")]
    [InlineData("tcp/different-loopback/listening/none+none", true, "two addresses")]
    [InlineData("tcp/wildcard-then-specific/listening/none+none", false, "the wildcard overlaps")]
    [InlineData("tcp/v6only-then-v4-wildcard/listening/none+none", true, "IPV6_V6ONLY takes no IPv4")]
    [InlineData("tcp/dual-then-v4-wildcard/listening/none+none", false, ":: takes IPv4 too")]
    [InlineData("tcp/dual-then-mapped/listening/none+none", false, "a mapped address is an IPv4 address")]
    [InlineData("tcp/same/listening/reuseport+reuseport/other-user", false, "no stranger joins")]
    [InlineData("tcp/same/time-wait/reuseport+reuseport/other-user", true, "TIME_WAIT has no owner")]
    [InlineData("tcp/same/established-child/reuseport+reuseport/other-user", false, "a connection has an owner")]
    [InlineData("tcp/same/bound/reuseaddr+reuseaddr/other-user", true, "SO_REUSEADDR does not look at the owner")]
    [InlineData("tcp/wildcard/listening/none+none/other-device", true, "two devices")]
    [InlineData("tcp/wildcard/listening/none+none/same-device", false, "one device is no help")]
    [InlineData("udp/same/bound/none+none", false, "no option at all")]
    [InlineData("udp/same/bound/reuseaddr+reuseaddr", true, "UDP has no listener to protect")]
    [InlineData("udp/same/bound/reuseaddr+reuseaddr/other-user", true, "nor an owner that counts")]
    [InlineData("udp/same/bound/reuseport+reuseport/other-user", false, "but SO_REUSEPORT has")]
    public void Bind_succeeds_or_not(string name, bool allowed, string reason)
    {
        BindRule rule = Prediction.For(Names.Find(name)).Bind;
        Assert.True(allowed == rule.Allows, $"{name}: {reason}; the model says: {rule.Why}");
    }

    [Theory]
    [InlineData("tcp/same/bound/reuseaddr+reuseaddr", false, "only one of two may listen")]
    [InlineData("tcp/same/bound/reuseport+reuseport", true, "both may")]
    [InlineData("tcp/different-loopback/bound/none+none", true, "they have nothing to do with each other")]
    public void The_first_may_listen_after_the_second_or_not(string name, bool allowed, string reason)
    {
        BindRule? rule = Prediction.For(Names.Find(name)).FirstListen;
        Assert.NotNull(rule);
        Assert.True(allowed == rule.Allows, $"{name}: {reason}; the model says: {rule.Why}");
    }

    [Theory]
    [InlineData("tcp/same/listening/reuseport+reuseport", Receivers.Both, "one group")]
    [InlineData("tcp/same/bound/reuseport+reuseport", Receivers.Second, "the first does not listen")]
    [InlineData("tcp/same/time-wait/reuseaddr+reuseaddr", Receivers.Second, "the first is gone")]
    [InlineData("tcp/wildcard-then-specific/listening/reuseport+reuseport", Receivers.Second, "specific beats wildcard")]
    [InlineData("tcp/specific-then-wildcard/listening/reuseport+reuseport", Receivers.First, "in either order")]
    [InlineData("tcp/different-loopback/listening/none+none", Receivers.Each, "nothing is contested")]
    [InlineData("tcp/dual-then-v4-wildcard/listening/reuseport+reuseport", Receivers.Second, "IPv4 sockets first for IPv4")]
    [InlineData("tcp/v4-then-mapped/listening/reuseport+reuseport", Receivers.First, "IPv4 sockets first for IPv4")]
    [InlineData("tcp/mapped-then-v4-wildcard/listening/reuseport+reuseport", Receivers.First, "but specific before family")]
    [InlineData("tcp/dual-then-v6only/listening/reuseport+reuseport", Receivers.First, "no group: IPV6_V6ONLY differs")]
    [InlineData("tcp/wildcard/listening/none+none/other-device", Receivers.Each, "each its device")]
    [InlineData("udp/same/bound/reuseaddr+reuseaddr", Receivers.Second, "the newest gets all")]
    [InlineData("udp/same/bound/reuseport+reuseport", Receivers.Both, "one group")]
    [InlineData("udp/v6-same/bound/reuseaddr+both", Receivers.First, "IPv6 with SO_REUSEPORT queues at the end")]
    [InlineData("udp/same/bound/both+both/other-user", Receivers.Second, "no group of two users")]
    public void What_arrives_goes_to(string name, Receivers receivers, string reason)
    {
        DeliveryRule? rule = Prediction.For(Names.Find(name)).Delivery;
        Assert.True(receivers == rule?.Receivers, $"{name}: {reason}; the model says: {rule?.Why}");
    }

    [Fact]
    public void Where_the_bind_fails_nothing_more_is_predicted() =>
        Assert.All(CaseMatrix.Enumerate().Cases.Select(Prediction.For).Where(p => !p.Bind.Allows), p =>
        {
            Assert.Null(p.Listen);
            Assert.Null(p.FirstListen);
            Assert.Null(p.Delivery);
        });
}
