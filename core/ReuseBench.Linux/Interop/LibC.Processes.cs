using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

internal static unsafe partial class LibC
{
    internal const int PR_SET_PDEATHSIG = 1;
    internal const int PR_SET_NAME = 15;
    internal const int PR_SET_TIMERSLACK = 29;
    internal const int PR_SET_CHILD_SUBREAPER = 36;
    internal const int CLONE_NEWNET = 0x40000000;
    internal const int RLIMIT_NPROC = 6;
    internal const int RLIMIT_NOFILE = 7;
    internal const nint SIG_ERR = -1;
    internal const nint SIG_IGN = 1;
    internal const nint SIG_DFL = 0;

    /// <summary><see href="https://man7.org/linux/man-pages/man2/prctl.2.html">prctl(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/kill.2.html">kill(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int kill(int pid, int signal);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/setsid.2.html">setsid(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setsid();

    /// <summary><see href="https://man7.org/linux/man-pages/man2/execve.2.html">execve(2)</see>; returns only where it fails.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int execve(byte* path, byte** arguments, byte** environment);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/dup.2.html">dup2(2)</see>; the copy has no CLOEXEC.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int dup2(int from, int to);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/signal.2.html">signal(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint signal(int signal, nint handler);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/_exit.2.html">_exit(2)</see></summary>
    [LibraryImport(Library)]
    internal static partial void _exit(int status);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/getpid.2.html">getppid(2)</see></summary>
    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int getppid();

    /// <summary><see href="https://man7.org/linux/man-pages/man2/gettid.2.html">gettid(2)</see></summary>
    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int gettid();

    /// <summary><see href="https://man7.org/linux/man-pages/man2/geteuid.2.html">geteuid(2)</see></summary>
    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial uint geteuid();

    /// <summary><see href="https://man7.org/linux/man-pages/man2/getuid.2.html">getuid(2)</see></summary>
    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial uint getuid();

    /// <summary><see href="https://man7.org/linux/man-pages/man2/setfsuid.2.html">setfsuid(2)</see></summary>
    [LibraryImport(Library)]
    internal static partial int setfsuid(uint uid);

    /// <summary><see href="https://man7.org/linux/man-pages/man3/sched_getcpu.3.html">sched_getcpu(3)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int sched_getcpu();

    /// <summary><see href="https://man7.org/linux/man-pages/man2/sched_setaffinity.2.html">sched_getaffinity(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int sched_getaffinity(int tid, nuint size, void* mask);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/sched_setaffinity.2.html">sched_setaffinity(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int sched_setaffinity(int tid, nuint size, void* mask);

    /// <summary><see href="https://man7.org/linux/man-pages/man7/sched.7.html">sched(7)</see></summary>
    internal const int SCHED_FIFO = 1;

    /// <summary>
    /// <see href="https://man7.org/linux/man-pages/man2/sched_setscheduler.2.html">sched_setscheduler(2)</see>; struct sched_param is one int.
    /// </summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int sched_setscheduler(int tid, int policy, int* priority);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/getrlimit.2.html">getrlimit(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getrlimit(int resource, ResourceLimit* limit);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/getrlimit.2.html">setrlimit(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setrlimit(int resource, ResourceLimit* limit);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/unshare.2.html">unshare(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int unshare(int flags);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/setns.2.html">setns(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setns(int fd, int kind);

    /// <summary>
    /// <see href="https://man7.org/linux/man-pages/man3/if_nametoindex.3.html">if_nametoindex(3)</see>; 0 is the error.
    /// </summary>
    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint if_nametoindex(string name);

    /// <summary><c>struct rlimit</c> of 64-bit Linux.</summary>
    internal struct ResourceLimit
    {
        internal ulong Soft;
        internal ulong Hard;
    }

    internal const int PTRACE_CONT = 7;
    internal const int PTRACE_DETACH = 17;
    internal const int PTRACE_EVENT_STOP = 128;
    internal const int PTRACE_GETSIGINFO = 0x4202;
    internal const int PTRACE_SEIZE = 0x4206;
    internal const int PTRACE_INTERRUPT = 0x4207;

    /// <summary>Of waitpid: 0 where there is no notice yet.</summary>
    internal const int WNOHANG = 1;

    /// <summary>Of waitpid: threads as well as processes, whoever made them.</summary>
    internal const int __WALL = 0x40000000;

    /// <summary><see href="https://man7.org/linux/man-pages/man2/ptrace.2.html">ptrace(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint ptrace(nint request, int tid, nint address, nint data);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/waitpid.2.html">waitpid(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int waitpid(int pid, int* status, int options);

    /// <summary>The beginning of <c>siginfo_t</c>, which has 128 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    internal struct SignalInfo
    {
        internal int Signal;
        internal int Errno;
        internal int Code;
    }
}
