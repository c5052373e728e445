using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

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
