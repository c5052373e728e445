using System.Net;

namespace ReuseBench.Linux.Tests;

public sealed class SockAddrTests
{
    [Theory]
    [InlineData("127.0.0.1", 80, "127.0.0.1:80")]
    [InlineData("::1", 8080, "[::1]:8080")]
    [InlineData("::ffff:127.0.0.1", 1, "[::ffff:127.0.0.1]:1")] // an IPv4 client of an IPv6 listener
    [InlineData("0.0.0.0", 65535, "0.0.0.0:65535")]
    public void An_address_reads_as_people_write_it(string address, ushort port, string text) =>
        Assert.Equal(text, SockAddr.From(IPAddress.Parse(address), port).ToString());

    [Theory]
    [InlineData("127.0.0.2", SocketCalls.Inet, 16)]
    [InlineData("fd00::5", SocketCalls.Inet6, 28)]
    public void An_address_survives_the_way_there_and_back(string address, int family, int length)
    {
        SockAddr converted = SockAddr.From(IPAddress.Parse(address), 0x0102);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), 0x0102), converted.ToEndPoint());
        Assert.Equal(family, converted.Family);
        Assert.Equal(length, converted.Length);
        Assert.Equal(0x0102, converted.Port);
    }

    [Fact]
    public void Equality_is_over_address_and_port()
    {
        SockAddr one = SockAddr.From(IPAddress.Parse("127.0.0.1"), 5);
        Assert.Equal(one, SockAddr.From(IPAddress.Parse("127.0.0.1"), 5));
        Assert.Equal(one.GetHashCode(), SockAddr.From(IPAddress.Parse("127.0.0.1"), 5).GetHashCode());
        Assert.NotEqual(one, one.WithPort(6));
        Assert.NotEqual(one, SockAddr.From(IPAddress.Parse("127.0.0.2"), 5));
        Assert.NotEqual(SockAddr.From(IPAddress.Parse("::1"), 5), SockAddr.From(IPAddress.Parse("::2"), 5));
        Assert.NotEqual(one, SockAddr.From(IPAddress.Parse("::ffff:127.0.0.1"), 5));
    }

    [Fact]
    public void With_port_leaves_the_original_as_it_was()
    {
        SockAddr original = SockAddr.From(IPAddress.Loopback, 1);
        SockAddr changed = original.WithPort(2);
        Assert.Equal(1, original.Port);
        Assert.Equal(2, changed.Port);
    }

    [Fact]
    public void No_address_reads_as_a_dash() => Assert.Equal("-", default(SockAddr).ToString());

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("fd00::ffff:7f00:1", false)]
    public void An_IPv4_address_is_known_in_the_form_of_a_dual_stack_socket_too(string address, bool isIPv4) =>
        Assert.Equal(isIPv4, SockAddr.From(System.Net.IPAddress.Parse(address), 80).IsIPv4);
}
