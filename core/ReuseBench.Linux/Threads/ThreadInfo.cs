namespace ReuseBench.Linux;

/// <summary>The calling thread as the kernel knows it.</summary>
public static unsafe class ThreadInfo
{
    /// <summary>The kernel's thread id, for tools and <see cref="CpuAffinity.SetThread"/>.</summary>
    public static int Tid() => LibC.gettid();

    /// <summary>The CPU this thread runs on at this moment.</summary>
    public static int CurrentCpu() =>
        LinuxException.ThrowIfError(LibC.Result(LibC.sched_getcpu()), "sched_getcpu", "the calling thread");

    /// <summary>
    /// Names the thread for top, perf and /proc. <see href="https://man7.org/linux/man-pages/man2/prctl.2.html">prctl(2)</see>
    /// </summary>
    /// <param name="name">The kernel keeps 15 bytes of it.</param>
    public static void SetName(string name)
    {
        const int kernelLength = 16;
        byte* terminated = stackalloc byte[kernelLength];
        new Span<byte>(terminated, kernelLength).Clear();
        System.Text.Unicode.Utf8.FromUtf16(name, new Span<byte>(terminated, kernelLength - 1), out _, out _);
        LinuxException.ThrowIfError(
            LibC.Result(LibC.prctl(LibC.PR_SET_NAME, (nuint)terminated, 0, 0, 0)), "prctl", "PR_SET_NAME");
    }

    /// <summary>How much later than asked the kernel may end a sleep of the calling thread, to save wake-ups; a thread begins with 50 µs.</summary>
    /// <param name="ns">1 for as exact as the timers are.</param>
    public static void SetTimerSlack(long ns) =>
        LinuxException.ThrowIfError(LibC.Result(LibC.prctl(LibC.PR_SET_TIMERSLACK, (nuint)ns, 0, 0, 0)), "prctl", "PR_SET_TIMERSLACK");

    /// <summary>CPU time and context switches of the calling thread; allocates nothing.</summary>
    public static ThreadUsage Usage()
    {
        LibC.ResourceUsage usage;
        LinuxException.ThrowIfError(LibC.Result(LibC.getrusage(LibC.RUSAGE_THREAD, &usage)), "getrusage", "RUSAGE_THREAD");
        return new ThreadUsage(MonotonicClock.ThreadCpuNs(), usage.VoluntarySwitches, usage.InvoluntarySwitches);
    }
}

/// <summary>What a thread has used since it began.</summary>
/// <param name="CpuNs">CPU time, user and system, nanoseconds.</param>
/// <param name="VoluntarySwitches">Times it gave up the CPU to wait.</param>
/// <param name="InvoluntarySwitches">Times the scheduler took the CPU away.</param>
public readonly record struct ThreadUsage(long CpuNs, long VoluntarySwitches, long InvoluntarySwitches);

/// <summary>
/// The lowest real-time priority (SCHED_FIFO, 1): such a thread runs as soon as it has something to do, before every ordinary one. For
/// threads that hardly ever have. <see href="https://man7.org/linux/man-pages/man7/sched.7.html">sched(7)</see>
/// </summary>
public static unsafe class RealTimePriority
{
    private const int Lowest = 1;

    /// <summary>Gives it to the calling thread; threads and processes that it starts inherit it.</summary>
    /// <returns>0, or the negative errno: EPERM without CAP_SYS_NICE and with RLIMIT_RTPRIO 0.</returns>
    public static int TrySetCurrentThread()
    {
        int priority = Lowest;
        return LibC.Result(LibC.sched_setscheduler(0, LibC.SCHED_FIFO, &priority));
    }

    /// <inheritdoc cref="TrySetCurrentThread"/>
    /// <exception cref="LinuxException">The rights do not allow it.</exception>
    public static void SetCurrentThread()
    {
        int result = TrySetCurrentThread();
        if (result < 0)
        {
            LinuxException.Throw(result, "sched_setscheduler", "SCHED_FIFO", "run as root, or raise RLIMIT_RTPRIO (ulimit -r 1)");
        }
    }
}
