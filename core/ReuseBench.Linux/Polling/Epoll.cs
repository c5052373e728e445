using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>
/// An epoll instance: one per thread of ours. <see href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll(7)</see>.
/// Calls return a value that is not negative or the negative errno. Dispose only when no thread waits any more: close(2) wakes
/// nobody.
/// </summary>
public sealed unsafe class Epoll : IDisposable
{
    private const long NsPerMs = 1_000_000;
    private const int Infinite = -1;

    private readonly Descriptor _descriptor;
    private readonly int _fd;
    private bool _hasNanosecondWait = true;

    private Epoll(Descriptor descriptor)
    {
        _descriptor = descriptor;
        _fd = descriptor.Value;
    }

    /// <summary>The instance itself, which another epoll can wait for.</summary>
    public int Fd => _fd;

    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public static Epoll Create() =>
        new(Descriptor.Own(LibC.Result(LibC.epoll_create1(LibC.EPOLL_CLOEXEC)), "epoll_create1", "a new instance"));

    /// <summary>Whether <see cref="WaitNs"/> ends between two milliseconds on this kernel.</summary>
    public static bool CanWaitNs()
    {
        using Epoll epoll = Create();
        EpollBuffer buffer = new(1);
        epoll.WaitNs(buffer, 1);
        return epoll._hasNanosecondWait;
    }

    /// <summary>Registers <paramref name="fd"/>; <paramref name="data"/> comes back with its events.</summary>
    public int Add(int fd, EpollEvents events, ulong data) => Control(LibC.EPOLL_CTL_ADD, fd, events, data);

    public int Modify(int fd, EpollEvents events, ulong data) => Control(LibC.EPOLL_CTL_MOD, fd, events, data);

    /// <summary>
    /// Takes a registration back. Not needed before close(2) of the last descriptor of a socket; mind that a process being started
    /// holds a copy of each descriptor from fork to exec.
    /// </summary>
    public int Delete(int fd) => Control(LibC.EPOLL_CTL_DEL, fd, EpollEvents.None, 0);

    /// <summary>Waits in whole milliseconds.</summary>
    /// <param name="buffer">Receives the events.</param>
    /// <param name="timeoutMs">0 polls, −1 waits for ever.</param>
    /// <returns>
    /// The number of events; 0 after the timeout, or earlier when a signal cut a bounded wait short; or the negative errno.
    /// </returns>
    public int Wait(EpollBuffer buffer, int timeoutMs)
    {
        int result;
        do
        {
            result = LibC.Result(LibC.epoll_wait(_fd, buffer.Pointer, buffer.Capacity, timeoutMs));
        }
        while (result == -ErrnoCode.EINTR && timeoutMs == Infinite);
        GC.KeepAlive(buffer);
        return result == -ErrnoCode.EINTR ? 0 : result;
    }

    /// <summary>As <see cref="WaitNs"/>; a negative time waits for ever.</summary>
    public int Wait(EpollBuffer buffer, TimeSpan timeout)
    {
        long ticks = Math.Min(timeout.Ticks, long.MaxValue / TimeSpan.NanosecondsPerTick);
        return WaitNs(buffer, ticks < 0 ? Infinite : ticks * TimeSpan.NanosecondsPerTick);
    }

    /// <summary>
    /// Waits in nanoseconds (epoll_pwait2, Linux 5.11); on an older kernel in milliseconds, rounded up. A name of its own,
    /// because an overload that tells ms from ns by the type of its argument invites an error of a factor of a million.
    /// </summary>
    /// <param name="buffer">Receives the events.</param>
    /// <param name="timeoutNs">0 polls, negative waits for ever.</param>
    /// <returns>As <see cref="Wait(EpollBuffer, int)"/>.</returns>
    public int WaitNs(EpollBuffer buffer, long timeoutNs)
    {
        // Polling needs no clock, and epoll_wait is there on every kernel.
        if (timeoutNs <= 0 || !_hasNanosecondWait)
        {
            return Wait(buffer, RoundUpToMs(timeoutNs));
        }

        LibC.Timespec timeout = LibC.Timespec.FromNs(timeoutNs);
        int result = LibC.Result(LibC.syscall_epoll_pwait2(
            LibC.SYS_epoll_pwait2, _fd, buffer.Pointer, buffer.Capacity, &timeout, null, 0));
        GC.KeepAlive(buffer);
        return result switch
        {
            -ErrnoCode.EINTR => 0,
            -ErrnoCode.ENOSYS => WaitOnOldKernel(buffer, timeoutNs),
            _ => result,
        };
    }

    public void Dispose() => _descriptor.Dispose();

    internal static int RoundUpToMs(long timeoutNs) =>
        timeoutNs < 0 ? Infinite : (int)Math.Min((timeoutNs / NsPerMs) + (timeoutNs % NsPerMs > 0 ? 1 : 0), int.MaxValue);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int WaitOnOldKernel(EpollBuffer buffer, long timeoutNs)
    {
        _hasNanosecondWait = false;
        return Wait(buffer, RoundUpToMs(timeoutNs));
    }

    private int Control(int operation, int fd, EpollEvents events, ulong data)
    {
        // 16 bytes hold either layout of struct epoll_event.
        ulong* storage = stackalloc ulong[2];
        Unsafe.WriteUnaligned(storage, (uint)events);
        Unsafe.WriteUnaligned((byte*)storage + EpollEventLayout.Current.DataOffset, data);
        return LibC.Result(LibC.epoll_ctl(_fd, operation, fd, storage));
    }
}

/// <summary>
/// What an epoll registration asks for and an event reports.
/// <see href="https://man7.org/linux/man-pages/man2/epoll_ctl.2.html">epoll_ctl(2)</see>
/// </summary>
[Flags]
[SuppressMessage(
    "Design",
    "CA1028:Enum storage should be Int32",
    Justification = "the field of struct epoll_event is unsigned; EPOLLET is its highest bit")]
public enum EpollEvents : uint
{
    None = 0,
    In = 0x1,
    Out = 0x4,

    /// <summary>Always reported, need not be asked for.</summary>
    Err = 0x8,

    /// <summary>Always reported, need not be asked for.</summary>
    Hup = 0x10,

    /// <summary>The peer has shut down its writing side.</summary>
    RdHup = 0x2000,

    /// <summary>EPOLLEXCLUSIVE: of several epoll instances on one listener wake at least one, not all. At Add only.</summary>
    Exclusive = 1u << 28,

    OneShot = 1u << 30,

    /// <summary>EPOLLET.</summary>
    EdgeTriggered = 1u << 31,
}

/// <summary>Room for the events of one wait. Made at set-up, used by one thread, over and over.</summary>
public sealed unsafe class EpollBuffer
{
    // Static readonly, so that the JIT folds them into the index arithmetic.
    private static readonly int Stride = EpollEventLayout.Current.Stride;
    private static readonly int DataOffset = EpollEventLayout.Current.DataOffset;

    // Pinned for life: the collector never moves it, and frees it with this object.
    private readonly byte[] _storage;

    /// <param name="capacity">Most events that one wait can return; at least 1.</param>
    public EpollBuffer(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Capacity = capacity;
        _storage = GC.AllocateArray<byte>(capacity * Stride, pinned: true);
    }

    public int Capacity { get; }

    internal byte* Pointer => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_storage));

    /// <summary>What the registration of event <paramref name="index"/> carried.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Data(int index) => Unsafe.ReadUnaligned<ulong>(ref _storage[(index * Stride) + DataOffset]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public EpollEvents Events(int index) => Unsafe.ReadUnaligned<EpollEvents>(ref _storage[index * Stride]);
}

/// <summary>
/// <c>struct epoll_event</c> { u32 events; u64 data; }: packed on x64 so that 32-bit programs share it, naturally aligned
/// elsewhere (<c>EPOLL_PACKED</c> in <c>include/uapi/linux/eventpoll.h</c>).
/// </summary>
/// <param name="Stride">Bytes from one event to the next.</param>
/// <param name="DataOffset">Bytes from the start of an event to its data.</param>
internal readonly record struct EpollEventLayout(int Stride, int DataOffset)
{
    /// <summary>That of the architecture we run on.</summary>
    internal static readonly EpollEventLayout Current = For(RuntimeInformation.ProcessArchitecture);

    internal static EpollEventLayout For(Architecture architecture)
    {
        const int eventsSize = sizeof(uint);
        const int dataSize = sizeof(ulong);
        int dataOffset = architecture == Architecture.X64 ? eventsSize : AlignUp(eventsSize, dataSize);
        return new EpollEventLayout(dataOffset + dataSize, dataOffset);
    }

    private static int AlignUp(int offset, int alignment) => (offset + alignment - 1) / alignment * alignment;
}
