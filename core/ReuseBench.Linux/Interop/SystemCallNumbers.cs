using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>
/// Numbers of system calls that differ by machine: <c>asm/unistd_64.h</c> of x64, <c>asm-generic/unistd.h</c> of arm64. Those from 424 on are the same
/// everywhere and stand beside their calls.
/// </summary>
/// <param name="Bpf">bpf(2), which the C library does not wrap.</param>
/// <param name="EpollWait">epoll_wait(2); null where the kernel has none and the C library calls epoll_pwait.</param>
/// <param name="EpollPwait">epoll_pwait(2).</param>
/// <param name="PerfEventOpen">perf_event_open(2), which the C library does not wrap either.</param>
internal readonly record struct SystemCallNumbers(long Bpf, long? EpollWait, long EpollPwait, long PerfEventOpen)
{
    /// <summary>Those of the architecture we run on.</summary>
    internal static readonly SystemCallNumbers Current = For(RuntimeInformation.ProcessArchitecture);

    /// <exception cref="PlatformNotSupportedException">Neither x64 nor arm64.</exception>
    internal static SystemCallNumbers For(Architecture architecture) => architecture switch
    {
        Architecture.X64 => new SystemCallNumbers(Bpf: 321, EpollWait: 232, EpollPwait: 281, PerfEventOpen: 298),
        Architecture.Arm64 => new SystemCallNumbers(Bpf: 280, EpollWait: null, EpollPwait: 22, PerfEventOpen: 241),
        _ => throw new PlatformNotSupportedException($"the system calls of {architecture} have numbers that are not known here; use x64 or arm64"),
    };

    /// <summary>Whether a thread in that call waits for events.</summary>
    internal bool IsEpollWait(long number) => number == EpollPwait || number == EpollWait || number == LibC.SYS_epoll_pwait2;
}
