namespace ReuseBench.Linux;

/// <summary>
/// Wakes a thread that waits in epoll. <see href="https://man7.org/linux/man-pages/man2/eventfd.2.html">eventfd(2)</see>
/// </summary>
public sealed unsafe class EventFd : IDisposable
{
    private readonly Descriptor _descriptor;

    private EventFd(Descriptor descriptor)
    {
        _descriptor = descriptor;
        Fd = descriptor.Value;
    }

    /// <summary>To be registered with <see cref="EpollEvents.In"/>.</summary>
    public int Fd { get; }

    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public static EventFd Create() =>
        new(Descriptor.Own(LibC.Result(LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK)), "eventfd", "a new counter"));

    /// <summary>Adds one to the counter, from any thread. Signals before the next <see cref="Drain"/> run together.</summary>
    /// <returns>0, or the negative errno.</returns>
    public int Signal()
    {
        ulong one = 1;
        int result;
        do
        {
            result = LibC.Result(LibC.write(Fd, &one, sizeof(ulong)));
        }
        while (result == -ErrnoCode.EINTR);

        // A full counter (EAGAIN) is readable, which is all that a signal is for.
        return result is sizeof(ulong) or -ErrnoCode.EAGAIN ? 0 : result;
    }

    /// <summary>Sets the counter back to zero.</summary>
    /// <returns>Signals since the last time, 0 if there were none; or the negative errno.</returns>
    public long Drain()
    {
        ulong count = 0;
        int result;
        do
        {
            result = LibC.Result(LibC.read(Fd, &count, sizeof(ulong)));
        }
        while (result == -ErrnoCode.EINTR);

        return result switch
        {
            sizeof(ulong) => (long)count,
            -ErrnoCode.EAGAIN => 0,
            _ => result,
        };
    }

    public void Dispose() => _descriptor.Dispose();
}
