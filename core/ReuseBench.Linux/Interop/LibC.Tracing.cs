using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

internal static unsafe partial class LibC
{
    internal const int PTRACE_CONT = 7;
    internal const int PTRACE_DETACH = 17;
    internal const int PTRACE_EVENT_STOP = 128;
    internal const int PTRACE_GETSIGINFO = 0x4202;
    internal const int PTRACE_SEIZE = 0x4206;
    internal const int PTRACE_INTERRUPT = 0x4207;

    /// <summary>As numbered on x64.</summary>
    internal const long SYS_epoll_wait = 232;

    /// <inheritdoc cref="SYS_epoll_wait"/>
    internal const long SYS_epoll_pwait = 281;

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
