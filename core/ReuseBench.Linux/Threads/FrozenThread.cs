using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>
/// One thread of a child process that stands still while the others run, until this is disposed: what a worker is that page faults, a lock or a
/// long request hold up. <see href="https://man7.org/linux/man-pages/man2/ptrace.2.html">ptrace(2)</see>: PTRACE_SEIZE and PTRACE_INTERRUPT stop
/// that thread alone. To be made and disposed on the same thread; where that one ends, the kernel lets the frozen thread go.
/// </summary>
public sealed unsafe class FrozenThread : IDisposable
{
    /// <summary>Far above the microseconds that a stop takes; only a thread that hangs in the kernel (state D) outstays it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // In si_code of a thread that stopped for ptrace, above the byte of the signal.
    private const int EventShift = 8;

    private readonly int _tid;
    private bool _stands;

    private FrozenThread(int tid)
    {
        _tid = tid;
        _stands = true;
    }

    /// <summary>Returns once the thread stands still.</summary>
    /// <param name="tid">
    /// Of a child of this process, or of a child's child; not its main thread, whose notices the runtime takes for the child's end.
    /// </param>
    /// <exception cref="LinuxException">
    /// EPERM: the rights, or kernel.yama.ptrace_scope, do not allow it; ESRCH: there is no such thread; ETIMEDOUT: it does not stop.
    /// </exception>
    public static FrozenThread Stop(int tid)
    {
        LinuxException.ThrowIfError(LibC.Result(LibC.ptrace(LibC.PTRACE_SEIZE, tid, 0, 0)), "ptrace", $"PTRACE_SEIZE of thread {tid}");
        LinuxException.ThrowIfError(LibC.Result(LibC.ptrace(LibC.PTRACE_INTERRUPT, tid, 0, 0)), "ptrace", $"PTRACE_INTERRUPT of thread {tid}");
        Wait(tid);
        return new FrozenThread(tid);
    }

    /// <summary>
    /// Whether it was stopped while it waited for events: then it holds no lock that another thread of its process could need, and no runtime waits
    /// for it. Read from <see href="https://man7.org/linux/man-pages/man5/proc_pid_syscall.5.html">/proc/pid/syscall</see>.
    /// </summary>
    public bool WaitedForEvents =>
        SysText.TryRead($"/proc/{_tid}/syscall") is { } text
        && long.TryParse(text.Split(' ')[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
        && SystemCallNumbers.Current.IsEpollWait(number);

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
                Reap(_tid);
                return;
            }

            LinuxException.ThrowIfError(result, "ptrace", $"PTRACE_DETACH of thread {_tid}");
        }
    }

    /// <summary>
    /// Asks for why the thread stopped, which is refused (ESRCH) until it has. Not waitpid(2), which waits for the notice of it: as process 1 of a
    /// container the runtime reaps whatever child there is, and takes the notice.
    /// </summary>
    private static void Wait(int tid)
    {
        long limitNs = MonotonicClock.NowNs() + (long)Patience.TotalNanoseconds;
        SpinWait spin = default;
        while (true)
        {
            LibC.SignalInfo why;
            int result = LibC.Result(LibC.ptrace(LibC.PTRACE_GETSIGINFO, tid, 0, (nint)(&why)));
            if (result >= 0 && why.Code >> EventShift == LibC.PTRACE_EVENT_STOP)
            {
                return;
            }

            if (result >= 0)
            {
                // A signal came first: it goes on to the thread, and the interruption is still to come.
                result = LibC.Result(LibC.ptrace(LibC.PTRACE_CONT, tid, 0, why.Signal));
            }

            if (result < 0 && result != -ErrnoCode.ESRCH)
            {
                LinuxException.Throw(result, "ptrace", $"thread {tid}");
            }

            if (HasEnded(tid))
            {
                Reap(tid);
                LinuxException.Throw(-ErrnoCode.ESRCH, "ptrace", $"thread {tid}", "it ended while it was to be stopped");
            }

            if (MonotonicClock.NowNs() >= limitNs)
            {
                LinuxException.Throw(-ErrnoCode.ETIMEDOUT, "ptrace", $"thread {tid}", $"it did not stop within {Patience.TotalSeconds:0} s");
            }

            spin.SpinOnce();
        }
    }

    /// <summary>Takes note of a thread's end; returns where somebody else has, or where it does not end in time.</summary>
    private static void Reap(int tid)
    {
        long limitNs = MonotonicClock.NowNs() + (long)Patience.TotalNanoseconds;
        SpinWait spin = default;
        int status;
        int result;
        while ((result = LibC.Result(LibC.waitpid(tid, &status, LibC.__WALL | LibC.WNOHANG))) is 0 or -ErrnoCode.EINTR
            && MonotonicClock.NowNs() < limitNs)
        {
            spin.SpinOnce();
        }
    }

    /// <summary>Gone, or a zombie: <see href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</see>, field 3.</summary>
    private static bool HasEnded(int tid)
    {
        string? stat = SysText.TryRead($"/proc/{tid}/stat");
        int name = stat?.LastIndexOf(')') ?? -1;
        return name < 0 || name + 2 >= stat!.Length || stat[name + 2] is 'Z' or 'X';
    }
}
