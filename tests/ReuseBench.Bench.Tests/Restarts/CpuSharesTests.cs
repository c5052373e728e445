using ReuseBench.Bench.Host;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests.Restarts;

public sealed class CpuSharesTests
{
    private const long TickNs = 10_000_000;
    private const int ServerCpu = 0;
    private const int ClientCpu = 1;

    private static readonly Dictionary<int, long> Nobody = [];

    private static readonly CpuReading Begin = Reading(new(1_000, 300, 100, 10), new(2_000, 600, 0, 0), ownTicks: 50);

    [Fact]
    public void The_CPU_that_lost_most_is_the_one_that_counts_and_not_the_mean_of_all()
    {
        // 300 ticks each: the server's CPU was busy for 120 of which 10 were our own, the client's for none.
        CpuShares shares = Between(Reading(new(1_300, 400, 120, 22), new(2_300, 600, 0, 0), ownTicks: 60), serverTicks: 10);
        Assert.Equal(12 / 300.0, shares.Steal!.Value, 6);
        Assert.InRange(shares.Foreign!.Value, (110 / 300.0) - 0.06, 110 / 300.0);
    }

    [Fact]
    public void What_threads_used_that_are_pinned_to_one_CPU_excuses_nothing_on_another()
    {
        // Our own 200 ticks are a client thread's on its CPU; the 200 of the server's CPU are somebody else's.
        CpuReading end = Reading(new(1_300, 500, 100, 10), new(2_300, 800, 0, 0), ownTicks: 250);
        Assert.True(Between(end, clientTicks: 200).Foreign > 0.6, "the other program is not seen");
        Assert.Equal(0, Between(end).Foreign);
    }

    [Fact]
    public void Ticks_that_missed_some_of_our_own_time_make_nothing_foreign() =>
        Assert.Equal(0, Between(Reading(new(1_300, 310, 110, 10), new(2_300, 600, 0, 0), ownTicks: 140)).Foreign);

    [Fact]
    public void Too_few_ticks_tell_nothing()
    {
        CpuShares shares = Between(Reading(new(1_049, 340, 100, 20), new(2_049, 600, 0, 0), ownTicks: 50));
        Assert.Null(shares.Steal);
        Assert.Null(shares.Foreign);
    }

    [Fact]
    public void Periods_that_the_quota_cut_short_are_counted()
    {
        CpuReading end = Reading(new(1_300, 400, 120, 16), new(2_300, 600, 0, 0), ownTicks: 60);
        Assert.Equal(3, Between(end with { ThrottledPeriods = 10 }).ThrottledPeriods);
        Assert.Null(Between(end with { ThrottledPeriods = null }).ThrottledPeriods);
    }

    private static CpuReading Reading(CpuTicks server, CpuTicks client, long ownTicks) => new(
        new Dictionary<int, CpuTicks> { [ServerCpu] = server, [ClientCpu] = client },
        ownTicks * TickNs,
        new Dictionary<int, long>(),
        ThrottledPeriods: 7);

    private static CpuShares Between(CpuReading end, long serverTicks = 0, long clientTicks = 0) => CpuShares.Between(
        Begin,
        end with { PinnedNs = new Dictionary<int, long> { [ServerCpu] = serverTicks * TickNs } },
        clientTicks == 0 ? Nobody : new Dictionary<int, long> { [ClientCpu] = clientTicks * TickNs },
        InterruptTime.Process);
}
