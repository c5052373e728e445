using System.Net;
using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Tests;

public sealed class ReachTests
{
    public static TheoryData<string, bool> Overlaps => new()
    {
        { "same", true },
        { "wildcard", true },
        { "wildcard-then-specific", true },
        { "specific-then-wildcard", true },
        { "different-loopback", false },
        { "localhost", false },
        { "v6-same", true },
        { "dual", true },
        { "dual-then-v6", true },
        { "dual-then-v4-wildcard", true },
        { "dual-then-v4", true },
        { "v6only", true },
        { "v6only-then-v4-wildcard", false },
        { "v4-wildcard-then-v6only", false },
        { "dual-then-v6only", true },
        { "mapped-then-v4", true },
        { "mapped-then-v4-wildcard", true },
        { "mapped-then-dual", true },
    };

    [Theory]
    [MemberData(nameof(Overlaps))]
    public void Addresses_overlap_where_some_destination_leads_to_both(string pair, bool overlap)
    {
        AddressPair addresses = Assert.Single(AddressPair.All, p => p.Name == pair);
        Assert.Equal(overlap, Reach.Overlap(addresses.First, addresses.Second));
        Assert.Equal(overlap, Reach.Overlap(addresses.Second, addresses.First));
        Assert.Equal(overlap, Reach.Contested(addresses).Count > 0);
    }

    [Fact]
    public void A_client_connects_to_what_both_cover_where_there_is_such()
    {
        AddressPair pair = Assert.Single(AddressPair.All, p => p.Name == "dual-then-v6only");
        Assert.Equal(IPAddress.IPv6Loopback, Reach.Destination(pair.First, pair));
    }
}
