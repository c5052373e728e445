using ReuseBench.Core.Units;

namespace ReuseBench.Core.Tests;

public sealed class UnitTests
{
    [Theory]
    [InlineData("10s", 10_000_000_000)]
    [InlineData("500ms", 500_000_000)]
    [InlineData("50us", 50_000)]
    [InlineData("1.5ms", 1_500_000)]
    [InlineData("20ns", 20)]
    [InlineData("1.5h", 5_400_000_000_000)]
    [InlineData("2m", 120_000_000_000)]
    [InlineData("0s", 0)]
    public void A_duration_is_a_number_with_its_unit(string text, long nanoseconds) =>
        Assert.Equal(nanoseconds, Duration.Parse(text, "x").Nanoseconds);

    [Theory]
    [InlineData("10")]
    [InlineData("-1s")]
    [InlineData("s")]
    [InlineData("1,5s")]
    [InlineData("")]
    [InlineData("99999999999999999999s")]
    public void Anything_else_is_no_duration(string text) =>
        Assert.Contains("is not a duration", Assert.Throws<UsageException>(() => Duration.Parse(text, "x")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1_500_000_000, "1500ms")]
    [InlineData(2_000_000_000, "2s")]
    [InlineData(50_000, "50us")]
    [InlineData(1, "1ns")]
    [InlineData(0, "0s")]
    public void A_duration_is_written_so_that_it_reads_back(long nanoseconds, string text)
    {
        Assert.Equal(text, new Duration(nanoseconds).ToString());
        Assert.Equal(nanoseconds, Duration.Parse(text, "x").Nanoseconds);
    }

    [Theory]
    [InlineData("0-3,8", "0-3,8", 5)]
    [InlineData("8,0,1,2,3", "0-3,8", 5)]
    [InlineData("5", "5", 1)]
    [InlineData("1,1,1", "1", 1)]
    [InlineData("", "", 0)]
    public void A_cpu_list_is_written_as_the_kernel_writes_it(string text, string written, int count)
    {
        CpuList list = CpuList.Parse(text, "cpus");
        Assert.Equal(written, list.ToString());
        Assert.Equal(count, list.Count);
    }

    [Theory]
    [InlineData("3-1")]
    [InlineData("a")]
    [InlineData("1-2-3")]
    [InlineData("9000")]
    public void Anything_else_is_no_cpu_list(string text) => Assert.Throws<UsageException>(() => CpuList.Parse(text, "cpus"));

    [Theory]
    [InlineData("127.0.0.2-127.0.0.33", 32, "127.0.0.2", "127.0.0.33")]
    [InlineData("127.0.0.255-127.0.1.1", 3, "127.0.0.255", "127.0.1.1")]
    [InlineData("127.0.0.9,127.0.0.4", 2, "127.0.0.9", "127.0.0.4")]
    [InlineData("::1", 1, "::1", "::1")]
    [InlineData("fd00::fe-fd00::101", 4, "fd00::fe", "fd00::101")]
    public void An_address_set_is_a_list_of_addresses_and_ranges(string text, int count, string first, string last)
    {
        AddressSet set = AddressSet.Parse(text, "sources");
        Assert.Equal(count, set.Count);
        Assert.Equal(first, set[0].ToString());
        Assert.Equal(last, set[count - 1].ToString());
    }

    [Theory]
    [InlineData("127.0.0.9-127.0.0.2", "ends before it begins")]
    [InlineData("127.0.0.1,::1", "mixes")]
    [InlineData("127.0.0.1-::1", "mixes")]
    [InlineData("127.0.0.1,127.0.0.1", "twice")]
    [InlineData("10.0.0.0-10.255.255.255", "more than 65536")]
    [InlineData("localhost", "is not an address")]
    public void Anything_else_is_no_address_set(string text, string says) =>
        Assert.Contains(says, Assert.Throws<UsageException>(() => AddressSet.Parse(text, "sources")).Message, StringComparison.Ordinal);
}
