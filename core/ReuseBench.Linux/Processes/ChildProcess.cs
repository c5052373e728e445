namespace ReuseBench.Linux;

/// <summary>What parent and child agree on so that nothing outlives a run.</summary>
public static class ChildProcess
{
    public static int ParentPid() => LibC.getppid();

    /// <summary>
    /// SIGKILL for this process when the thread that started it ends, however it ends. Both sides count by *thread*
    /// (<see href="https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html">PR_SET_PDEATHSIG(2const)</see>): call this
    /// on the main thread, whose end is the end of the process, and let the parent start its children on a thread that lives as
    /// long as they may.
    /// </summary>
    /// <param name="expectedParentPid">The parent that started us, as it told us.</param>
    /// <exception cref="LinuxException">
    /// ESRCH: that parent is gone already, so no signal will ever come; the caller exits.
    /// </exception>
    public static void DieWithParent(int expectedParentPid) => EndWithParent(expectedParentPid, Signal.Kill);

    /// <summary>As <see cref="DieWithParent"/>, by another signal: that of a process that has something to clear up when its parent is gone.</summary>
    /// <exception cref="LinuxException">ESRCH: that parent is gone already, so no signal will ever come; the caller exits.</exception>
    public static void EndWithParent(int expectedParentPid, Signal signal)
    {
        LinuxException.ThrowIfError(
            LibC.Result(LibC.prctl(LibC.PR_SET_PDEATHSIG, (nuint)(int)signal, 0, 0, 0)), "prctl", "PR_SET_PDEATHSIG");

        // The parent may have died before the prctl took effect; only the order "set, then look" leaves no gap.
        if (ParentPid() != expectedParentPid)
        {
            LinuxException.Throw(
                -ErrnoCode.ESRCH, "prctl", "PR_SET_PDEATHSIG", $"the parent {expectedParentPid} has ended already");
        }
    }

    /// <summary>
    /// As <see cref="DieWithParent"/>, and where the parent has ended already this process ends at once
    /// (<see href="https://man7.org/linux/man-pages/man2/_exit.2.html">_exit(2)</see>), with 1: nobody is there to be told, and an orderly end may need
    /// threads that cannot be had.
    /// </summary>
    public static void DieWithParentOrNow(int expectedParentPid)
    {
        try
        {
            DieWithParent(expectedParentPid);
        }
        catch (LinuxException e) when (e.Errno.Code == ErrnoCode.ESRCH)
        {
            LibC._exit(1);
        }
    }

    /// <summary>
    /// Makes this process the leader of a session of its own (<see href="https://man7.org/linux/man-pages/man2/setsid.2.html">setsid(2)</see>):
    /// signals to the group that it was started in no longer reach it, nor its own signals to its group the one that started it. Nothing happens to a
    /// process that leads a group already.
    /// </summary>
    public static void BeginSession() => _ = LibC.setsid();

    /// <summary>
    /// Makes this process the one that orphans among its descendants go to, in place of process 1
    /// (<see href="https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html">PR_SET_CHILD_SUBREAPER(2const)</see>): however a server
    /// forks, all its processes stay below this one.
    /// </summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void AdoptOrphans() => LinuxException.ThrowIfError(
        LibC.Result(LibC.prctl(LibC.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)), "prctl", "PR_SET_CHILD_SUBREAPER");

    /// <summary>Takes note of the end of an adopted child, which nobody else waits for; nothing happens while it lives.</summary>
    /// <param name="pid">A child that this process did not start itself: of its own ones the runtime takes note.</param>
    public static unsafe void Reap(int pid)
    {
        int status;
        _ = LibC.waitpid(pid, &status, LibC.WNOHANG);
    }

    /// <returns>0, or the negative errno: −ESRCH where there is no such process.</returns>
    public static int Kill(int pid, Signal signal) => LibC.Result(LibC.kill(pid, (int)signal));

    /// <summary>
    /// Ignores SIGINT for good: Ctrl-C in a terminal reaches the whole foreground group, and it is for the parent to stop its
    /// children (SIGTERM). Programs that this process starts inherit it. Call before anything in the process asks for SIGINT.
    /// </summary>
    public static void IgnoreInterrupt()
    {
        if (LibC.signal((int)Signal.Interrupt, LibC.SIG_IGN) == LibC.SIG_ERR)
        {
            LinuxException.Throw(LibC.Result(-1), "signal", "SIGINT");
        }
    }
}

/// <summary>
/// Signal numbers of x64 and arm64. <see href="https://man7.org/linux/man-pages/man7/signal.7.html">signal(7)</see>
/// </summary>
public enum Signal
{
    /// <summary>Delivers nothing: asks whether the process is there.</summary>
    None = 0,
    HangUp = 1,
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    User1 = 10,
    User2 = 12,
    Pipe = 13,
    Terminate = 15,
    Child = 17,
    Continue = 18,
    Stop = 19,
    WindowChange = 28,
}
