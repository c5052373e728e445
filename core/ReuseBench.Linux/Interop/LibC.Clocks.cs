using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

internal static unsafe partial class LibC
{
    internal const int CLOCK_REALTIME = 0;
    internal const int CLOCK_MONOTONIC = 1;
    internal const int CLOCK_THREAD_CPUTIME_ID = 3;
    internal const int TIMER_ABSTIME = 1;
    internal const int RUSAGE_CHILDREN = -1;
    internal const int RUSAGE_THREAD = 1;
    internal const int SC_CLK_TCK = 2;
    internal const int TIME_ERROR = 5;
    internal const int STA_UNSYNC = 0x40;
    internal const int STA_NANO = 0x2000;

    /// <summary><see href="https://man7.org/linux/man-pages/man2/clock_gettime.2.html">clock_gettime(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int clock_gettime(int clock, Timespec* time);

    /// <summary>
    /// <see href="https://man7.org/linux/man-pages/man2/clock_nanosleep.2.html">clock_nanosleep(2)</see>; returns the positive
    /// errno.
    /// </summary>
    [LibraryImport(Library)]
    internal static partial int clock_nanosleep(int clock, int flags, Timespec* request, Timespec* remaining);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/adjtimex.2.html">adjtimex(2)</see>; returns the state of the clock.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int adjtimex(ClockAdjustment* adjustment);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/getrusage.2.html">getrusage(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getrusage(int who, ResourceUsage* usage);

    /// <summary><see href="https://man7.org/linux/man-pages/man3/sysconf.3.html">sysconf(3)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial long sysconf(int name);

    /// <summary><c>struct timespec</c> of 64-bit Linux.</summary>
    internal struct Timespec
    {
        internal const long NanosecondsPerSecond = 1_000_000_000;

        internal long Seconds;
        internal long Nanoseconds;

        internal readonly long TotalNs => (Seconds * NanosecondsPerSecond) + Nanoseconds;

        internal static Timespec FromNs(long ns) =>
            new() { Seconds = ns / NanosecondsPerSecond, Nanoseconds = ns % NanosecondsPerSecond };
    }

    /// <summary><c>struct timeval</c> of 64-bit Linux.</summary>
    internal struct Timeval
    {
        internal long Seconds;
        internal long Microseconds;

        internal readonly long TotalNs => (Seconds * Timespec.NanosecondsPerSecond) + (Microseconds * 1000);
    }

    /// <summary><c>struct timex</c> of 64-bit Linux; what nobody asks for is there for the layout.</summary>
    internal unsafe struct ClockAdjustment
    {
        internal uint Modes;
        internal long Offset;
        internal long Frequency;
        internal long MaxError;
        internal long EstimatedError;
        internal int Status;
        internal long Constant;
        internal long Precision;
        internal long Tolerance;
        internal Timeval Time;
        internal long Tick;
        internal long PpsFrequency;
        internal long Jitter;
        internal int Shift;
        internal long Stability;
        internal long JitterCount;
        internal long CalibrationCount;
        internal long ErrorCount;
        internal long StabilityCount;
        internal int Tai;
        internal fixed int Reserved[11];
    }

    /// <summary><c>struct rusage</c>; the members that Linux leaves at zero are there for the layout.</summary>
    internal struct ResourceUsage
    {
        internal Timeval UserTime;
        internal Timeval SystemTime;
        internal long MaxResidentSet;
        internal long IntegralSharedText;
        internal long IntegralUnsharedData;
        internal long IntegralUnsharedStack;
        internal long MinorFaults;
        internal long MajorFaults;
        internal long Swaps;
        internal long BlockInputs;
        internal long BlockOutputs;
        internal long MessagesSent;
        internal long MessagesReceived;
        internal long SignalsReceived;
        internal long VoluntarySwitches;
        internal long InvoluntarySwitches;
    }
}
