using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

internal static unsafe partial class LibC
{
    internal const int EPOLL_CLOEXEC = 0x80000;
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const int EPOLL_CTL_MOD = 3;
    internal const int EFD_CLOEXEC = 0x80000;
    internal const int EFD_NONBLOCK = 0x800;
    internal const int TFD_CLOEXEC = 0x80000;
    internal const int TFD_NONBLOCK = 0x800;
    internal const int TFD_TIMER_ABSTIME = 1;

    /// <summary>
    /// The number of epoll_pwait2 is the same on every architecture (<c>include/uapi/asm-generic/unistd.h</c>).
    /// </summary>
    internal const long SYS_epoll_pwait2 = 441;

    /// <summary><see href="https://man7.org/linux/man-pages/man2/epoll_create.2.html">epoll_create1(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/epoll_ctl.2.html">epoll_ctl(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_ctl(int epoll, int operation, int fd, void* oneEvent);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/epoll_wait.2.html">epoll_wait(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_wait(int epoll, void* events, int capacity, int timeoutMs);

    /// <summary>
    /// <see href="https://man7.org/linux/man-pages/man2/syscall.2.html">syscall(2)</see>, for
    /// <see href="https://man7.org/linux/man-pages/man2/epoll_wait.2.html">epoll_pwait2(2)</see>, which glibc has from 2.35 on
    /// only.
    /// </summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint syscall_epoll_pwait2(
        long number, int epoll, void* events, int capacity, Timespec* timeout, void* signalMask, nuint signalMaskSize);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/eventfd.2.html">eventfd(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int eventfd(uint initial, int flags);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_create(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int timerfd_create(int clock, int flags);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_settime(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int timerfd_settime(int fd, int flags, TimerSpec* newValue, TimerSpec* oldValue);

    /// <summary><c>struct itimerspec</c>.</summary>
    internal struct TimerSpec
    {
        internal Timespec Interval;
        internal Timespec Value;
    }
}
