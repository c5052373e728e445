using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Tests;

public sealed class SocketApiFactsTests
{
    private static readonly Lazy<IReadOnlyList<SocketApiFact>> Facts = new(() => SocketApiFacts.Read(Rights.OfThisProcess()));

    [Theory]
    [InlineData("tcp-new", false, false, "the kernel's defaults")]
    [InlineData("tcp-bind", true, false, "Bind sets SO_REUSEADDR by itself")]
    [InlineData("tcp-cleared-bind", true, false, "even after it was cleared")]
    [InlineData("tcp-exclusive-bind", true, false, "even with ExclusiveAddressUse")]
    [InlineData("tcp-reuseaddress", true, true, "ReuseAddress is both options")]
    [InlineData("udp-bind", false, false, "only TCP is treated so")]
    public void Dotnet_really_sets(string name, bool reuseaddr, bool reuseport, string reason)
    {
        SocketApiFact fact = Assert.Single(Facts.Value, f => f.Name == name);
        Assert.True((fact.Reuseaddr, fact.Reuseport) == (reuseaddr, reuseport), reason);
        Assert.Null(fact.Failure);
    }

    [Fact]
    public void The_getter_reads_SO_REUSEPORT_only() =>
        Assert.All(Facts.Value, f => Assert.Equal(f.Reuseport, f.ReuseAddressGetter));
}
