using System.Diagnostics;

namespace ReuseBench.Linux;

/// <summary>The clocks of a measurement, all in nanoseconds.</summary>
public static unsafe class MonotonicClock
{
    // CPUCLOCK_SCHED of MAKE_PROCESS_CPUCLOCK in include/linux/posix-timers_types.h.
    private const int CpuClockSched = 2;

    /// <summary>
    /// CLOCK_MONOTONIC: comparable between threads and processes of one host, not across a reboot. On Linux the runtime's
    /// Stopwatch reads this very clock in nanoseconds (a test holds it to that), through the vDSO and without a transition of the
    /// collector.
    /// </summary>
    public static long NowNs() => Stopwatch.GetTimestamp();

    /// <summary>
    /// CLOCK_REALTIME less CLOCK_MONOTONIC. It changes only where the time of day is set; both are slewed alike. Of three readings the one that
    /// took least time, since the thread may be stopped between the two clocks.
    /// </summary>
    /// <returns>Nanoseconds, exact to about half of what a reading takes (some tens).</returns>
    public static long RealtimeOffsetNs()
    {
        const int Readings = 3;
        long shortestNs = long.MaxValue;
        long offsetNs = 0;
        for (int i = 0; i < Readings; i++)
        {
            long beforeNs = NowNs();
            long realNs = Read(LibC.CLOCK_REALTIME);
            long tookNs = NowNs() - beforeNs;
            if (tookNs < shortestNs)
            {
                shortestNs = tookNs;
                offsetNs = realNs - beforeNs - (tookNs / 2);
            }
        }

        return offsetNs;
    }

    /// <summary>CPU time of the calling thread, user and system.</summary>
    /// <exception cref="LinuxException">The kernel has no such clock.</exception>
    public static long ThreadCpuNs()
    {
        long ns = Read(LibC.CLOCK_THREAD_CPUTIME_ID);
        if (ns < 0)
        {
            LinuxException.Throw((int)ns, "clock_gettime", "CLOCK_THREAD_CPUTIME_ID");
        }

        return ns;
    }

    /// <summary>
    /// CPU time of all threads of a process, also those that have ended. See
    /// <see href="https://man7.org/linux/man-pages/man3/clock_getcpuclockid.3.html">clock_getcpuclockid(3)</see>.
    /// </summary>
    /// <param name="pid">A process that is not reaped yet; 0 the own.</param>
    /// <returns>Nanoseconds, or the negative errno: −EINVAL where there is no such process.</returns>
    public static long ProcessCpuNs(int pid) => Read((~pid << 3) | CpuClockSched);

    /// <summary>Sleeps until <paramref name="monotonicNs"/> of <see cref="NowNs"/>; returns at once if that has passed.</summary>
    public static void SleepUntil(long monotonicNs)
    {
        LibC.Timespec until = LibC.Timespec.FromNs(Math.Max(monotonicNs, 0));
        int errno;
        do
        {
            // An absolute time makes the restart after a signal exact.
            errno = LibC.clock_nanosleep(LibC.CLOCK_MONOTONIC, LibC.TIMER_ABSTIME, &until, null);
        }
        while (errno == ErrnoCode.EINTR);

        LinuxException.ThrowIfError(-errno, "clock_nanosleep", "CLOCK_MONOTONIC");
    }

    /// <summary>Asks again and again whether something has come to be that no descriptor reports.</summary>
    /// <param name="condition">Is asked at least once.</param>
    /// <param name="limit">From now on.</param>
    /// <param name="pause">Between two times.</param>
    /// <returns>Whether it came to be within the limit.</returns>
    public static bool WaitUntil(Func<bool> condition, TimeSpan limit, TimeSpan pause)
    {
        long deadlineNs = NowNs() + (long)limit.TotalNanoseconds;
        while (!condition())
        {
            if (NowNs() >= deadlineNs)
            {
                return false;
            }

            Thread.Sleep(pause);
        }

        return true;
    }

    internal static long Read(int clock)
    {
        LibC.Timespec time;
        int result = LibC.Result(LibC.clock_gettime(clock, &time));
        return result < 0 ? result : time.TotalNs;
    }
}
