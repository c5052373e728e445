using System.Globalization;
using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>
/// One thread of a child process that stands still while the others run, until this is disposed: what a worker is that page faults, a lock or a
/// long request hold up. <see href="https://man7.org/linux/man-pages/man2/ptrace.2.html">ptrace(2)</see>: PTRACE_SEIZE and PTRACE_INTERRUPT stop
/// that thread alone. To be made and disposed on the same thread; where that one ends, the kernel lets the frozen thread go.
/// </summary>
public sealed unsafe class FrozenThread : IDisposable
{
    /// <summary>include/uapi/asm-generic/unistd.h, which x64 does not use; there is no epoll_wait in it.</summary>
    private const long Arm64EpollPwait = 22;

    // Of a wait status: the low byte says stopped, the next one by which signal, the one above that by which event of ptrace.
    private const int StoppedMask = 0xff;
    private const int Stopped = 0x7f;
    private const int SignalShift = 8;
    private const int EventShift = 16;

    private readonly int _tid;
    private bool _stands;

    private FrozenThread(int tid)
    {
        _tid = tid;
        _stands = true;
    }

    /// <summary>Returns once the thread stands still.</summary>
    /// <param name="tid">
    /// Of a child of this process, or of a child's child; not its main thread, whose notices the runtime's own wait for the child may take away.
    /// </param>
    /// <exception cref="LinuxException">EPERM: the rights, or kernel.yama.ptrace_scope, do not allow it; ESRCH: there is no such thread.</exception>
    public static FrozenThread Stop(int tid)
    {
        LinuxException.ThrowIfError(LibC.Result(LibC.ptrace(LibC.PTRACE_SEIZE, tid, 0, 0)), "ptrace", $"PTRACE_SEIZE of thread {tid}");
        LinuxException.ThrowIfError(LibC.Result(LibC.ptrace(LibC.PTRACE_INTERRUPT, tid, 0, 0)), "ptrace", $"PTRACE_INTERRUPT of thread {tid}");

        // A signal may come first: it goes on to the thread, and the interruption is still to come.
        int status;
        while ((status = Wait(tid)) >> EventShift != LibC.PTRACE_EVENT_STOP)
        {
            if ((status & StoppedMask) != Stopped)
            {
                LinuxException.Throw(-ErrnoCode.ESRCH, "ptrace", $"thread {tid}", "it ended while it was to be stopped");
            }

            LinuxException.ThrowIfError(LibC.Result(LibC.ptrace(LibC.PTRACE_CONT, tid, 0, (status >> SignalShift) & 0xff)), "ptrace", $"PTRACE_CONT of thread {tid}");
        }

        return new FrozenThread(tid);
    }

    /// <summary>
    /// Whether it was stopped while it waited for events: then it holds no lock that another thread of its process could need, and no runtime waits
    /// for it. Read from <see href="https://man7.org/linux/man-pages/man5/proc_pid_syscall.5.html">/proc/pid/syscall</see>.
    /// </summary>
    public bool WaitedForEvents =>
        SysText.TryRead($"/proc/{_tid}/syscall") is { } text
        && long.TryParse(text.Split(' ')[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
        && IsEpollWait(number);

    /// <summary>The thread of a process by its name.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="name">As <see cref="ThreadInfo.SetName"/> gave it.</param>
    /// <returns>Its thread id; null where there is none.</returns>
    public static int? Find(int pid, string name)
    {
        string tasks = $"/proc/{pid}/task";
        foreach (string task in Directory.Exists(tasks) ? Directory.GetDirectories(tasks) : [])
        {
            if (SysText.TryRead($"{task}/comm")?.TrimEnd('\n') == name)
            {
                return int.Parse(Path.GetFileName(task), NumberStyles.None, CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    /// <summary>Lets it run on, where it is still there.</summary>
    public void Dispose()
    {
        if (_stands)
        {
            _stands = false;
            int result = LibC.Result(LibC.ptrace(LibC.PTRACE_DETACH, _tid, 0, 0));
            if (result == -ErrnoCode.ESRCH)
            {
                // Killed meanwhile: the process ends only when who traced its threads has taken note of it.
                _ = Wait(_tid);
                return;
            }

            LinuxException.ThrowIfError(result, "ptrace", $"PTRACE_DETACH of thread {_tid}");
        }
    }

    /// <returns>The status as of <see href="https://man7.org/linux/man-pages/man2/waitpid.2.html">waitpid(2)</see>; 0, "exited", where nobody is there to wait for.</returns>
    private static int Wait(int tid)
    {
        int status;
        int result;
        do
        {
            result = LibC.Result(LibC.waitpid(tid, &status, LibC.__WALL));
        }
        while (result == -ErrnoCode.EINTR);
        return result < 0 ? 0 : status;
    }

    private static bool IsEpollWait(long number) => RuntimeInformation.ProcessArchitecture == Architecture.Arm64
        ? number is LibC.SYS_epoll_pwait2 or Arm64EpollPwait
        : number is LibC.SYS_epoll_pwait2 or LibC.SYS_epoll_wait or LibC.SYS_epoll_pwait;
}
