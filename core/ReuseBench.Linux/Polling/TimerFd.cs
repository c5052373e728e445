namespace ReuseBench.Linux;

/// <summary>
/// A timer on CLOCK_MONOTONIC that epoll can wait for.
/// <see href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_create(2)</see>
/// </summary>
public sealed unsafe class TimerFd : IDisposable
{
    private readonly Descriptor _descriptor;

    private TimerFd(Descriptor descriptor)
    {
        _descriptor = descriptor;
        Fd = descriptor.Value;
    }

    /// <summary>To be registered with <see cref="EpollEvents.In"/>.</summary>
    public int Fd { get; }

    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public static TimerFd Create() => new(Descriptor.Own(
        LibC.Result(LibC.timerfd_create(LibC.CLOCK_MONOTONIC, LibC.TFD_CLOEXEC | LibC.TFD_NONBLOCK)),
        "timerfd_create",
        "CLOCK_MONOTONIC"));

    /// <summary>Arms the timer once; a time that has passed fires at once.</summary>
    /// <param name="monotonicNs">A point of <see cref="MonotonicClock.NowNs"/>, above 0.</param>
    /// <returns>0, or the negative errno.</returns>
    public int Arm(long monotonicNs) => Set(LibC.Timespec.FromNs(monotonicNs));

    /// <returns>0, or the negative errno.</returns>
    public int Disarm() => Set(default);

    /// <summary>Takes note that the timer has fired.</summary>
    /// <returns>How often it fired, 0 if not yet; or the negative errno.</returns>
    public long Drain()
    {
        ulong expirations = 0;
        int result;
        do
        {
            result = LibC.Result(LibC.read(Fd, &expirations, sizeof(ulong)));
        }
        while (result == -ErrnoCode.EINTR);

        return result switch
        {
            sizeof(ulong) => (long)expirations,
            -ErrnoCode.EAGAIN => 0,
            _ => result,
        };
    }

    public void Dispose() => _descriptor.Dispose();

    private int Set(LibC.Timespec value)
    {
        LibC.TimerSpec spec = new() { Value = value };
        return LibC.Result(LibC.timerfd_settime(Fd, LibC.TFD_TIMER_ABSTIME, &spec, null));
    }
}
