using ReuseBench.Bench.Host;

namespace ReuseBench.Bench.Tests.Restarts;

public sealed class CpuSharesTests
{
    private const long TickNs = 10_000_000;

    private static readonly CpuReading Begin = new(new CpuTicks(Total: 1_000, Tasks: 300, Interrupts: 100, Steal: 10), OwnNs: 50 * TickNs);

    [Fact]
    public void What_was_busy_and_not_our_own_is_foreign()
    {
        CpuShares shares = CpuShares.Between(Begin, new(new CpuTicks(1_300, 400, 120, 16), (50 + 90) * TickNs));
        Assert.Equal(0.02, shares.Steal!.Value, 6);
        Assert.Equal(0.1, shares.Foreign!.Value, 6);
    }

    [Fact]
    public void Ticks_that_missed_some_of_our_own_time_make_nothing_foreign() =>
        Assert.Equal(0, CpuShares.Between(Begin, new(new CpuTicks(1_300, 310, 110, 10), (50 + 90) * TickNs)).Foreign);

    [Fact]
    public void Too_few_ticks_tell_nothing()
    {
        CpuShares shares = CpuShares.Between(Begin, new(new CpuTicks(1_049, 340, 100, 20), 50 * TickNs));
        Assert.Null(shares.Steal);
        Assert.Null(shares.Foreign);
    }
}
