using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

internal static unsafe partial class LibC
{
    // include/uapi/linux/perf_event.h
    internal const uint PERF_TYPE_TRACEPOINT = 2;
    internal const uint PERF_ATTR_SIZE_VER0 = 64;
    internal const uint PERF_FLAG_FD_CLOEXEC = 8;
    internal const uint PERF_EVENT_IOC_ENABLE = 0x2400;
    internal const uint PERF_EVENT_IOC_SET_FILTER = 0x4008_2406;

    /// <summary><c>struct perf_event_attr</c> as its first version had it, which every kernel takes.</summary>
    internal struct PerfEventAttributes
    {
        /// <summary>Bits of <see cref="Flags"/>, whose first is the lowest of the word on both architectures.</summary>
        internal const ulong Disabled = 1;
        internal const ulong Inherit = 2;

        internal uint Type;
        internal uint Size;
        internal ulong Config;
        internal ulong SamplePeriod;
        internal ulong SampleType;
        internal ulong ReadFormat;
        internal ulong Flags;
        internal uint WakeupEvents;
        internal uint BreakpointType;
        internal ulong Config1;
    }

    /// <summary>
    /// <see href="https://man7.org/linux/man-pages/man2/perf_event_open.2.html">perf_event_open(2)</see>, which the C library does not wrap.
    /// </summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint syscall_perf_event_open(nint number, PerfEventAttributes* attributes, int pid, int cpu, int group, nuint flags);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/ioctl.2.html">ioctl(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int ioctl(int fd, nuint request, void* argument);
}
