using System.Runtime.InteropServices;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Workers;

/// <summary>
/// Takes accepted sockets from one acceptor thread to one worker: a ring with one writer and one reader, and an eventfd that is
/// written only when the worker may be asleep. Registering the socket straight in the worker's epoll set would need no ring, but the
/// worker would learn of a connection only by its first event, and a connection that never sends would go uncounted.
/// </summary>
internal sealed class HandOver : IDisposable
{
    private const int Capacity = 16 * 1024;
    private const int Mask = Capacity - 1;

    private readonly int[] _ring = new int[Capacity];
    private readonly EventFd _wake = EventFd.Create();

    // The writer's and the reader's words lie on cache lines of their own.
    private Padded _written;
    private Padded _read;
    private Padded _asleep;

    /// <summary>To be watched edge-triggered by the worker: each signal is an edge, so the counter is never read back.</summary>
    public int WakeFd => _wake.Fd;

    /// <summary>By the acceptor. False where the ring is full: the worker is 16 thousand connections behind.</summary>
    public bool TryGive(int fd)
    {
        long at = _written.Value;
        if (at - Volatile.Read(ref _read.Value) == Capacity)
        {
            return false;
        }

        _ring[at & Mask] = fd;
        Volatile.Write(ref _written.Value, at + 1);
        // Invariant: either the worker, after it said that it sleeps, sees the new count, or this thread sees that it said so. The
        // full fences here and in TrySleep keep each side's write before its read.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _asleep.Value) != 0)
        {
            _wake.Signal();
        }

        return true;
    }

    /// <summary>By the worker.</summary>
    public bool TryTake(out int fd)
    {
        long at = _read.Value;
        if (at == Volatile.Read(ref _written.Value))
        {
            fd = -1;
            return false;
        }

        fd = _ring[at & Mask];
        Volatile.Write(ref _read.Value, at + 1);
        return true;
    }

    /// <summary>By the worker, before it waits: false where something came in, and it must not.</summary>
    public bool TrySleep()
    {
        Volatile.Write(ref _asleep.Value, 1);
        Interlocked.MemoryBarrier();
        if (_read.Value == Volatile.Read(ref _written.Value))
        {
            return true;
        }

        Awake();
        return false;
    }

    /// <summary>By the worker, after it waited.</summary>
    public void Awake() => Volatile.Write(ref _asleep.Value, 0);

    /// <summary>From any thread: ends the worker's wait.</summary>
    public void Wake() => _wake.Signal();

    public void Dispose() => _wake.Dispose();

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Padded
    {
        [FieldOffset(64)]
        public long Value;
    }
}
