using System.Diagnostics;

namespace ReuseBench.Linux.Tests;

public sealed class ClockTests
{
    [Fact]
    public void Now_is_CLOCK_MONOTONIC_in_nanoseconds()
    {
        Assert.Equal(1_000_000_000, Stopwatch.Frequency);
        long before = MonotonicClock.Read(LibC.CLOCK_MONOTONIC);
        long now = MonotonicClock.NowNs();
        long after = MonotonicClock.Read(LibC.CLOCK_MONOTONIC);
        Assert.InRange(now, before, after);
    }

    [Fact]
    public void A_sleep_ends_at_its_time_and_one_into_the_past_at_once()
    {
        long until = MonotonicClock.NowNs() + 2_000_000;
        MonotonicClock.SleepUntil(until);
        Assert.True(MonotonicClock.NowNs() >= until);
        MonotonicClock.SleepUntil(1);
    }

    [Fact]
    public void A_wait_for_a_condition_asks_at_least_once_and_not_beyond_its_limit()
    {
        Assert.True(MonotonicClock.WaitUntil(() => true, TimeSpan.Zero, TimeSpan.Zero));
        int asked = 0;
        Assert.True(MonotonicClock.WaitUntil(() => ++asked == 3, TimeSpan.FromMinutes(1), TimeSpan.Zero));
        Assert.Equal(3, asked);
        long begin = MonotonicClock.NowNs();
        Assert.False(MonotonicClock.WaitUntil(() => false, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(1)));
        Assert.True(MonotonicClock.NowNs() - begin >= 20_000_000);
    }

    [Fact]
    public void The_thread_clock_counts_work_and_not_sleep() => OwnThread.Run(() =>
    {
        const long work = 20_000_000;
        long start = MonotonicClock.ThreadCpuNs();
        MonotonicClock.SleepUntil(MonotonicClock.NowNs() + (3 * work));
        Assert.InRange(MonotonicClock.ThreadCpuNs() - start, 0, work);
        while (MonotonicClock.ThreadCpuNs() - start < work)
        {
        }

        ThreadUsage usage = ThreadInfo.Usage();
        Assert.InRange(usage.CpuNs, work, long.MaxValue);
        Assert.InRange(usage.VoluntarySwitches, 1, 1000);
        Assert.InRange(usage.InvoluntarySwitches, 0, long.MaxValue);
    });

    [Fact]
    public async Task The_cpu_time_of_a_child_is_what_the_child_itself_sees()
    {
        const long work = 100_000_000;
        using Process child = ChildRole.Start(nameof(ChildRole.BurnCpu), work.ToString());
        int pid = child.Id;
        try
        {
            long own = long.Parse(await ChildRole.LineAsync(child));
            Assert.InRange(own, work, long.MaxValue);
            Assert.InRange(MonotonicClock.ProcessCpuNs(pid), own, own + 1_000_000_000);

            // The tick counters of the same process agree to within their rounding and the little it did since.
            ProcessCpu ticks = ProcessCpu.Read(pid);
            double seconds = (double)(ticks.UserTicks + ticks.SystemTicks) / ProcessCpu.TicksPerSecond;
            Assert.InRange(seconds, (own / 1e9) - 0.05, (own / 1e9) + 1);
        }
        finally
        {
            ChildRole.End(child);
        }

        Assert.Equal(-ErrnoCode.EINVAL, MonotonicClock.ProcessCpuNs(pid));
    }
}
