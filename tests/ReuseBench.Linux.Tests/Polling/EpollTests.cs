namespace ReuseBench.Linux.Tests;

public sealed class EpollTests
{
    [Fact]
    public void Each_event_brings_back_the_data_of_its_registration()
    {
        using Epoll epoll = Epoll.Create();
        EpollBuffer events = new(8);
        ulong[] marks = [ulong.MaxValue, 1, 0x0123_4567_89AB_CDEF];
        List<EventFd> sources = [.. marks.Select(_ => EventFd.Create())];
        try
        {
            for (int i = 0; i < marks.Length; i++)
            {
                Assert.Equal(0, epoll.Add(sources[i].Fd, EpollEvents.In, marks[i]));
                Assert.Equal(0, sources[i].Signal());
            }

            Assert.Equal(marks.Length, epoll.Wait(events, Loopback.TimeoutMs));
            Assert.Equal(marks.Order(), Enumerable.Range(0, marks.Length).Select(events.Data).Order());
            Assert.All(Enumerable.Range(0, marks.Length), i => Assert.Equal(EpollEvents.In, events.Events(i)));
        }
        finally
        {
            sources.ForEach(source => source.Dispose());
        }
    }

    [Fact]
    public void A_registration_can_be_changed_and_taken_back()
    {
        using Epoll epoll = Epoll.Create();
        using EventFd source = EventFd.Create();
        EpollBuffer events = new(1);
        Assert.Equal(0, epoll.Add(source.Fd, EpollEvents.In, 1));
        Assert.Equal(-ErrnoCode.EEXIST, epoll.Add(source.Fd, EpollEvents.In, 1));
        Assert.Equal(0, epoll.Wait(events, 0));

        Assert.Equal(0, epoll.Modify(source.Fd, EpollEvents.Out, 2));
        Assert.Equal(1, epoll.Wait(events, Loopback.TimeoutMs));
        Assert.Equal(2ul, events.Data(0));
        Assert.Equal(EpollEvents.Out, events.Events(0));

        Assert.Equal(0, epoll.Delete(source.Fd));
        Assert.Equal(0, epoll.Wait(events, 0));
        Assert.Equal(-ErrnoCode.ENOENT, epoll.Delete(source.Fd));
    }

    [Fact]
    public void An_exclusive_registration_is_taken()
    {
        using Descriptor listener = Loopback.Listener(Loopback.Inet, out _);
        using Epoll epoll = Epoll.Create();
        Assert.Equal(0, epoll.Add(listener.Value, EpollEvents.In | EpollEvents.Exclusive, 0));

        // The kernel lets an exclusive registration not be modified: the proof that the flag arrived.
        Assert.Equal(-ErrnoCode.EINVAL, epoll.Modify(listener.Value, EpollEvents.In, 0));
    }

    [Fact]
    public void A_signal_from_another_thread_ends_the_wait()
    {
        using Epoll epoll = Epoll.Create();
        using EventFd wake = EventFd.Create();
        Assert.Equal(0, epoll.Add(wake.Fd, EpollEvents.In, 9));
        int woken = OwnThread.Run(() =>
        {
            Thread waker = new(() => wake.Signal());
            waker.Start();
            int result = epoll.Wait(new EpollBuffer(1), Loopback.TimeoutMs);
            waker.Join();
            return result;
        });
        Assert.Equal(1, woken);
    }

    [Fact]
    public void Signals_run_together_and_are_counted()
    {
        using EventFd wake = EventFd.Create();
        Assert.Equal(0, wake.Drain());
        Assert.Equal(0, wake.Signal());
        Assert.Equal(0, wake.Signal());
        Assert.Equal(2, wake.Drain());
        Assert.Equal(0, wake.Drain());
    }

    [Fact]
    public void A_wait_in_nanoseconds_is_never_shorter_than_asked_and_knows_parts_of_a_millisecond()
    {
        Assert.SkipUnless(Environment.OSVersion.Version >= new Version(5, 11), "epoll_pwait2 came with Linux 5.11");
        const long timeoutNs = 200_000;
        using Epoll epoll = Epoll.Create();
        EpollBuffer events = new(1);
        long shortest = long.MaxValue;
        for (int attempt = 0; attempt < 1000 && shortest > 999_999; attempt++)
        {
            long start = MonotonicClock.NowNs();
            Assert.Equal(0, epoll.WaitNs(events, timeoutNs));
            shortest = Math.Min(shortest, MonotonicClock.NowNs() - start);
        }

        // A millisecond wait could not come back before 1 ms; on a busy machine the best of a thousand still does.
        Assert.InRange(shortest, timeoutNs, 999_999);
    }

    [Fact]
    public void A_wait_takes_a_TimeSpan()
    {
        using Epoll epoll = Epoll.Create();
        using EventFd wake = EventFd.Create();
        Assert.Equal(0, epoll.Add(wake.Fd, EpollEvents.In, 9));
        EpollBuffer events = new(1);
        long start = MonotonicClock.NowNs();
        Assert.Equal(0, epoll.Wait(events, TimeSpan.FromMilliseconds(3)));
        Assert.InRange(MonotonicClock.NowNs() - start, 3_000_000, 5_000_000_000);
        Assert.Equal(0, wake.Signal());
        Assert.Equal(1, epoll.Wait(events, TimeSpan.MaxValue));
        Assert.Equal(1, epoll.Wait(events, Timeout.InfiniteTimeSpan));
    }

    [Theory]
    [InlineData(-1, -1)] // for ever stays for ever
    [InlineData(0, 0)]
    [InlineData(1, 1)] // rounded up: a wait may be late, never early
    [InlineData(1_000_000, 1)]
    [InlineData(1_000_001, 2)]
    [InlineData(long.MaxValue, int.MaxValue)]
    public void Nanoseconds_round_up_to_milliseconds_for_old_kernels(long ns, int ms) => Assert.Equal(ms, Epoll.RoundUpToMs(ns));

    [Fact]
    public void A_timer_fires_at_its_time_and_not_when_disarmed()
    {
        using TimerFd timer = TimerFd.Create();
        Assert.Equal(0, timer.Drain());
        long due = MonotonicClock.NowNs() + 2_000_000;
        Assert.Equal(0, timer.Arm(due));
        Loopback.AwaitEvents(timer.Fd, EpollEvents.In);
        Assert.True(MonotonicClock.NowNs() >= due);
        Assert.Equal(1, timer.Drain());

        Assert.Equal(0, timer.Arm(MonotonicClock.NowNs() + 1_000_000));
        Assert.Equal(0, timer.Disarm());
        MonotonicClock.SleepUntil(MonotonicClock.NowNs() + 3_000_000);
        Assert.Equal(0, timer.Drain());
    }

    [Fact]
    public void A_buffer_holds_at_least_one_event() => Assert.Throws<ArgumentOutOfRangeException>(() => new EpollBuffer(0));
}
