using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

internal static unsafe partial class LibC
{
    // include/uapi/asm-generic/unistd.h: the numbers are the same on every machine.
    internal const nint SYS_io_uring_setup = 425;
    internal const nint SYS_io_uring_enter = 426;

    // include/uapi/linux/io_uring.h
    internal const uint IORING_SETUP_CQSIZE = 1u << 3;
    internal const uint IORING_SETUP_COOP_TASKRUN = 1u << 8;
    internal const uint IORING_SETUP_SINGLE_ISSUER = 1u << 12;
    internal const uint IORING_FEAT_SINGLE_MMAP = 1u << 0;
    internal const uint IORING_FEAT_NODROP = 1u << 1;
    internal const uint IORING_ENTER_GETEVENTS = 1u << 0;
    internal const uint IORING_SQ_CQ_OVERFLOW = 1u << 1;
    internal const long IORING_OFF_SQ_RING = 0;
    internal const long IORING_OFF_SQES = 0x10000000;
    internal const byte IORING_OP_ACCEPT = 13;
    internal const byte IORING_OP_ASYNC_CANCEL = 14;
    internal const ushort IORING_ACCEPT_MULTISHOT = 1 << 0;
    internal const uint IORING_CQE_F_MORE = 1u << 1;

    /// <summary><see href="https://man7.org/linux/man-pages/man2/io_uring_setup.2.html">io_uring_setup(2)</see>, which the C library does not wrap.</summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint syscall_io_uring_setup(nint number, uint entries, RingParameters* parameters);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/io_uring_enter.2.html">io_uring_enter(2)</see>, likewise.</summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint syscall_io_uring_enter(
        nint number, int ring, uint submit, uint complete, uint flags, void* signalMask, nuint signalMaskSize);

    /// <summary><c>struct io_uring_params</c>.</summary>
    internal struct RingParameters
    {
        internal uint SubmissionEntries;
        internal uint CompletionEntries;
        internal uint Flags;
        internal uint ThreadCpu;
        internal uint ThreadIdle;
        internal uint Features;
        internal uint WorkerRing;
        internal uint Reserved0;
        internal uint Reserved1;
        internal uint Reserved2;
        internal SubmissionOffsets Submission;
        internal CompletionOffsets Completion;
    }

    /// <summary><c>struct io_sqring_offsets</c>: where each word lies in the mapping of the rings.</summary>
    internal struct SubmissionOffsets
    {
        internal uint Head;
        internal uint Tail;
        internal uint Mask;
        internal uint Entries;
        internal uint Flags;
        internal uint Dropped;
        internal uint Array;
        internal uint Reserved;
        internal ulong UserAddress;
    }

    /// <summary><c>struct io_cqring_offsets</c>.</summary>
    internal struct CompletionOffsets
    {
        internal uint Head;
        internal uint Tail;
        internal uint Mask;
        internal uint Entries;
        internal uint Overflow;
        internal uint Completions;
        internal uint Flags;
        internal uint Reserved;
        internal ulong UserAddress;
    }

    /// <summary><c>struct io_uring_sqe</c>, as far as it is used.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    internal struct RingSubmission
    {
        [FieldOffset(0)]
        internal byte Operation;

        [FieldOffset(2)]
        internal ushort OperationPriority;

        [FieldOffset(4)]
        internal int Fd;

        [FieldOffset(16)]
        internal ulong Address;

        [FieldOffset(28)]
        internal uint OperationFlags;

        [FieldOffset(32)]
        internal ulong UserData;
    }

    /// <summary><c>struct io_uring_cqe</c>.</summary>
    internal struct RingCompletion
    {
        internal ulong UserData;
        internal int Result;
        internal uint Flags;
    }
}
