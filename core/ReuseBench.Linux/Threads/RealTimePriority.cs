namespace ReuseBench.Linux;

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
