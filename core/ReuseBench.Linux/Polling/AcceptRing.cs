using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>
/// An io_uring that accepts and does nothing else: one multishot accept on one listener, each connection a completion.
/// <see href="https://man7.org/linux/man-pages/man7/io_uring.7.html">io_uring(7)</see>. To be made and used by one thread, which the kernel is told
/// (IORING_SETUP_SINGLE_ISSUER); it may be disposed by another once nothing is armed. The kernel takes all that is queued on the listener whenever the
/// thread enters it, without asking whether there is time for it.
/// </summary>
public sealed unsafe class AcceptRing : IDisposable
{
    /// <summary>The accept, and what cancels it.</summary>
    private const uint SubmissionEntries = 4;

    /// <summary>Connections that the kernel can hand over between two looks; it keeps what goes beyond for itself until it is asked.</summary>
    private const uint CompletionEntries = 4096;

    private const ulong AcceptTag = 1;
    private const ulong CancelTag = 2;

    private readonly Descriptor _descriptor;
    private readonly nuint _ringsBytes;
    private readonly nuint _submissionsBytes;
    private readonly uint* _submissionTail;
    private readonly uint* _submissionFlags;
    private readonly uint* _submissionOrder;
    private readonly uint _submissionMask;
    private readonly uint* _completionHead;
    private readonly uint* _completionTail;
    private readonly uint _completionMask;
    private readonly LibC.RingCompletion* _completions;
    private byte* _rings;
    private LibC.RingSubmission* _submissions;

    private AcceptRing(Descriptor descriptor, in LibC.RingParameters made)
    {
        _descriptor = descriptor;
        Fd = descriptor.Value;

        // IORING_FEAT_SINGLE_MMAP: both rings in one mapping, as long as the one that reaches farther.
        _ringsBytes = Math.Max(
            made.Submission.Array + (made.SubmissionEntries * sizeof(uint)),
            made.Completion.Completions + (made.CompletionEntries * (uint)sizeof(LibC.RingCompletion)));
        _submissionsBytes = made.SubmissionEntries * (uint)sizeof(LibC.RingSubmission);
        try
        {
            _rings = (byte*)Map(_ringsBytes, LibC.IORING_OFF_SQ_RING);
            _submissions = (LibC.RingSubmission*)Map(_submissionsBytes, LibC.IORING_OFF_SQES);
        }
        catch
        {
            Dispose();
            throw;
        }

        _submissionTail = Word(made.Submission.Tail);
        _submissionFlags = Word(made.Submission.Flags);
        _submissionOrder = Word(made.Submission.Array);
        _submissionMask = *Word(made.Submission.Mask);
        _completionHead = Word(made.Completion.Head);
        _completionTail = Word(made.Completion.Tail);
        _completionMask = *Word(made.Completion.Mask);
        _completions = (LibC.RingCompletion*)(_rings + made.Completion.Completions);
    }

    ~AcceptRing() => Unmap();

    /// <summary>To be registered level-triggered with <see cref="EpollEvents.In"/>: readable while completions wait.</summary>
    public int Fd { get; }

    /// <summary>Whether the kernel goes on accepting; to be started anew where it does not.</summary>
    public bool IsArmed { get; private set; }

    /// <summary>Why there is no such ring here, as the end of a sentence; null where there is one.</summary>
    public static string? WhyNot()
    {
        int result = SetUp(CompletionEntries, out _);
        if (result < 0)
        {
            return $"{Reason(result)} ({Errno.FromResult(result).Name})";
        }

        _ = SocketCalls.Close(result);
        return null;
    }

    /// <summary><c>on</c>; <c>off (2)</c> with the value of kernel.io_uring_disabled, <c>off (seccomp)</c>; <c>no</c> where the kernel lacks it.</summary>
    public static string State()
    {
        int result = SetUp(CompletionEntries, out _);
        if (result >= 0)
        {
            _ = SocketCalls.Close(result);
        }

        return result switch
        {
            >= 0 => "on",
            -ErrnoCode.EPERM => $"off ({(Disabled() is { } value ? value.ToString(CultureInfo.InvariantCulture) : "seccomp")})",
            _ => "no",
        };
    }

    /// <exception cref="LinuxException">The kernel lacks it (ENOSYS, EINVAL), it is switched off (EPERM), or no memory or descriptor is left.</exception>
    public static AcceptRing Create() => Create(CompletionEntries);

    internal static AcceptRing Create(uint completions)
    {
        int result = SetUp(completions, out LibC.RingParameters made);
        LinuxException.ThrowIfError(result, "io_uring_setup", "a ring that accepts", result < 0 ? Reason(result) : null);
        return new AcceptRing(Descriptor.Own(result, "io_uring_setup", "a ring that accepts"), made);
    }

    /// <summary>Begins to accept; each new socket is non-blocking and close-on-exec.</summary>
    /// <param name="listenerFd">Stays the caller's, who closes it only after <see cref="Cancel"/>: an accept in progress holds the port.</param>
    /// <returns>0, or the negative errno.</returns>
    public int Start(int listenerFd)
    {
        int result = Submit(new LibC.RingSubmission
        {
            Operation = LibC.IORING_OP_ACCEPT,
            OperationPriority = LibC.IORING_ACCEPT_MULTISHOT,
            Fd = listenerFd,
            OperationFlags = LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC,
            UserData = AcceptTag,
        });
        IsArmed = result >= 0;
        return Math.Min(result, 0);
    }

    /// <summary>Takes the next connection that the kernel has accepted; makes no system call, but where there were more than fit.</summary>
    /// <param name="result">Its descriptor, or the negative errno that the accept ended with.</param>
    /// <returns>False where none waits.</returns>
    public bool TryTake(out int result)
    {
        while (HasCompletion())
        {
            uint head = *_completionHead;
            LibC.RingCompletion completion = _completions[head & _completionMask];

            // The kernel may write to the place again once it sees the new head: the completion is read before.
            Volatile.Write(ref *_completionHead, head + 1);
            if (completion.UserData != AcceptTag)
            {
                continue;
            }

            IsArmed = (completion.Flags & LibC.IORING_CQE_F_MORE) != 0;
            if (completion.Result != -ErrnoCode.ECANCELED)
            {
                result = completion.Result;
                return true;
            }
        }

        result = 0;
        return false;
    }

    /// <summary>
    /// Asks the kernel to end the accept. It has when <see cref="IsArmed"/> is false, after <see cref="TryTake"/> has given what was accepted until then.
    /// </summary>
    /// <returns>0, or the negative errno.</returns>
    public int Cancel() => !IsArmed ? 0 : Math.Min(
        Submit(new LibC.RingSubmission { Operation = LibC.IORING_OP_ASYNC_CANCEL, Fd = -1, Address = AcceptTag, UserData = CancelTag }), 0);

    /// <summary>Waits for a completion.</summary>
    /// <returns>0, or the negative errno.</returns>
    public int Wait() => Math.Min(Enter(submit: 0, complete: 1, LibC.IORING_ENTER_GETEVENTS), 0);

    public void Dispose()
    {
        Unmap();
        _descriptor.Dispose();
        GC.SuppressFinalize(this);
    }

    private static int SetUp(uint completions, out LibC.RingParameters made)
    {
        int result = SetUp(LibC.IORING_SETUP_COOP_TASKRUN | LibC.IORING_SETUP_SINGLE_ISSUER, completions, out made);

        // SINGLE_ISSUER came with Linux 6.0, COOP_TASKRUN with 5.19, which is also when accept became multishot.
        return result == -ErrnoCode.EINVAL ? SetUp(LibC.IORING_SETUP_COOP_TASKRUN, completions, out made) : result;
    }

    private static int SetUp(uint flags, uint completions, out LibC.RingParameters made)
    {
        LibC.RingParameters parameters = new() { Flags = flags | LibC.IORING_SETUP_CQSIZE, CompletionEntries = completions };
        int result = LibC.Result(LibC.syscall_io_uring_setup(LibC.SYS_io_uring_setup, SubmissionEntries, &parameters));
        made = parameters;
        return result;
    }

    private static string Reason(int result) => result switch
    {
        -ErrnoCode.EPERM => Disabled() is { } value
            ? $"io_uring is switched off: kernel.io_uring_disabled is {value}"
            : "io_uring is not allowed to this process, as in many containers; run it with a seccomp profile that allows io_uring_setup",
        -ErrnoCode.EINVAL => "this kernel's io_uring has no multishot accept, which came with Linux 5.19",
        -ErrnoCode.ENOMEM => "the limit of locked memory is too low; raise it (ulimit -l)",
        _ => "this kernel has no io_uring",
    };

    /// <summary>1 or 2; null where it is not switched off so.</summary>
    private static int? Disabled() =>
        int.TryParse(SysText.TryRead("/proc/sys/kernel/io_uring_disabled"), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int value)
        && value > 0 ? value : null;

    private bool HasCompletion()
    {
        // What the kernel wrote before it moved the tail is seen by who sees the tail.
        if (*_completionHead != Volatile.Read(ref *_completionTail))
        {
            return true;
        }

        // There were more than fit: the kernel keeps the rest until it is asked for it.
        return (Volatile.Read(ref *_submissionFlags) & LibC.IORING_SQ_CQ_OVERFLOW) != 0
            && Enter(submit: 0, complete: 0, LibC.IORING_ENTER_GETEVENTS) >= 0
            && *_completionHead != Volatile.Read(ref *_completionTail);
    }

    private int Submit(in LibC.RingSubmission submission)
    {
        // Nobody else writes the tail, and the kernel has taken all that was submitted before when io_uring_enter returned.
        uint tail = *_submissionTail;
        uint index = tail & _submissionMask;
        _submissions[index] = submission;
        _submissionOrder[index] = index;

        // The kernel reads the submission once it sees the new tail.
        Volatile.Write(ref *_submissionTail, tail + 1);
        int result = Enter(submit: 1, complete: 0, flags: 0);
        if (result < 0)
        {
            Volatile.Write(ref *_submissionTail, tail);
        }

        return result;
    }

    private int Enter(uint submit, uint complete, uint flags)
    {
        int result;
        do
        {
            result = LibC.Result(LibC.syscall_io_uring_enter(LibC.SYS_io_uring_enter, Fd, submit, complete, flags, null, 0));
        }
        while (result == -ErrnoCode.EINTR);
        return result;
    }

    private uint* Word(uint offset) => (uint*)(_rings + offset);

    private void* Map(nuint bytes, long offset)
    {
        void* address = LibC.mmap(null, bytes, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_SHARED, Fd, offset);
        if ((nint)address == -1)
        {
            LinuxException.Throw(LibC.Result(-1), "mmap", "a ring that accepts");
        }

        return address;
    }

    private void Unmap()
    {
        if (_submissions is not null)
        {
            _ = LibC.munmap(_submissions, _submissionsBytes);
            _submissions = null;
        }

        if (_rings is not null)
        {
            _ = LibC.munmap(_rings, _ringsBytes);
            _rings = null;
        }
    }
}
