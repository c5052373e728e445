using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Tests;

public sealed class NamesTests
{
    private enum Gapped
    {
        First = 1,
        Third = 3,
    }

    [Fact]
    public void Every_member_of_every_enumeration_reads_back_from_its_text()
    {
        RoundTrips<Variant>("single", "reuseport");
        RoundTrips<AcceptMode>("epoll", "epoll-exclusive");
        RoundTrips<Selector>("hash", "cbpf-cpu");
        RoundTrips<RestartMethod>("none", "reuseport-drain");
        RoundTrips<ConnectionClose>("rst", "fin");
    }

    [Theory]
    [InlineData("Single")]
    [InlineData("")]
    [InlineData("0")]
    public void Another_text_names_no_member(string text)
    {
        Assert.False(Names.TryParse<Variant>(text, out _));
        Assert.Contains("se one of single, shared, reuseport, inherited, "
            + "restart", Assert.Throws<UsageException>(() => Names.Parse<Variant>(text, "variant")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_that_do_not_count_up_from_zero_are_refused_rather_than_misnamed() =>
        Assert.Throws<TypeInitializationException>(() => Names.Of(Gapped.First));

    private static void RoundTrips<T>(params string[] among)
        where T : struct, Enum
    {
        Assert.All(Enum.GetValues<T>(), member => Assert.Equal(member, Names.Parse<T>(Names.Of(member), "x")));
        Assert.Equal(Enum.GetValues<T>().Select(Names.Of), Names.All<T>());
        Assert.All(among, text => Assert.Contains(text, Names.All<T>()));
    }
}
