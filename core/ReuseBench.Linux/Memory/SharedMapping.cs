using System.Numerics;
using System.Runtime.CompilerServices;

namespace ReuseBench.Linux;

/// <summary>
/// Memory that several processes share and that outlives each but the last: a memfd, mapped MAP_SHARED. Zero at first. What is in
/// it stays valid when a writer is killed.
/// <see href="https://man7.org/linux/man-pages/man2/memfd_create.2.html">memfd_create(2)</see>
/// </summary>
public sealed unsafe class SharedMapping : IDisposable
{
    private readonly Descriptor _descriptor;
    private byte* _pointer;

    private SharedMapping(Descriptor descriptor, long length, string subject)
    {
        _descriptor = descriptor;
        Length = length;
        void* address = LibC.mmap(null, (nuint)length, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_SHARED, descriptor.Value, 0);
        if ((nint)address == -1)
        {
            int error = LibC.Result(-1);
            descriptor.Dispose();
            LinuxException.Throw(error, "mmap", $"{subject} ({length} bytes)");
        }

        _pointer = (byte*)address;
    }

    ~SharedMapping() => Unmap();

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>What another process of the same user opens, as long as this object lives: /proc/PID/fd/N.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{_descriptor.Value}";

    /// <summary>The first byte, aligned to a page. Valid until Dispose.</summary>
    public byte* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pointer is null, this);
            return _pointer;
        }
    }

    /// <summary>All of it; valid until Dispose.</summary>
    public Span<byte> Bytes => new(Pointer, checked((int)Length));

    internal int Fd => _descriptor.Value;

    /// <summary>
    /// New memory of this process, of fixed size: sealed, so that no sharer can cut it off under another (SIGBUS).
    /// </summary>
    /// <param name="name">Shows up in /proc/PID/maps.</param>
    /// <param name="bytes">The size, above 0.</param>
    /// <exception cref="LinuxException">No memory or no descriptor left.</exception>
    public static SharedMapping CreateAnonymous(string name, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        Descriptor descriptor = Descriptor.Own(
            LibC.Result(LibC.memfd_create(name, LibC.MFD_CLOEXEC | LibC.MFD_ALLOW_SEALING)), "memfd_create", name);
        int fd = descriptor.Value;
        LinuxException.ThrowIfError(LibC.Result(LibC.ftruncate(fd, bytes)), "ftruncate", name);
        LinuxException.ThrowIfError(
            LibC.Result(LibC.fcntl(fd, LibC.F_ADD_SEALS, LibC.F_SEAL_SHRINK | LibC.F_SEAL_GROW)), "fcntl F_ADD_SEALS", name);
        return new SharedMapping(descriptor, bytes, name);
    }

    /// <summary>The memory that another process made.</summary>
    /// <param name="path">Its <see cref="Path"/>.</param>
    /// <param name="bytes">As much as is to be mapped; not more than there is.</param>
    /// <exception cref="LinuxException">
    /// The maker is gone (ENOENT), is another user's (EACCES), or has made less (EINVAL).
    /// </exception>
    public static SharedMapping Open(string path, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        Descriptor descriptor = Descriptor.Own(LibC.Result(LibC.open(path, LibC.O_RDWR | LibC.O_CLOEXEC, 0)), "open", path);

        // Touching a page beyond the end is SIGBUS, and the end of this process.
        long size = LibC.lseek(descriptor.Value, 0, LibC.SEEK_END);
        if (size < bytes)
        {
            descriptor.Dispose();
            LinuxException.Throw(-ErrnoCode.EINVAL, "mmap", path, $"it holds {size} bytes, {bytes} are asked for");
        }

        return new SharedMapping(descriptor, bytes, path);
    }

    /// <summary>
    /// The value at <paramref name="offset"/>, in place; valid until Dispose. Whole aligned words are written and read untorn;
    /// order between processes is for Volatile and Interlocked.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Not wholly inside, or not aligned to the size of the value (8 at most).
    /// </exception>
    public ref T At<T>(long offset)
        where T : unmanaged
    {
        // The largest power of two that is not above the size, 8 at most.
        int alignment = Math.Min(1 << BitOperations.Log2((uint)sizeof(T)), sizeof(ulong));
        if (offset < 0 || offset > Length - sizeof(T) || offset % alignment != 0)
        {
            ThrowOutside(offset, sizeof(T));
        }

        return ref *(T*)(Pointer + offset);
    }

    public void Dispose()
    {
        Unmap();
        _descriptor.Dispose();
        GC.SuppressFinalize(this);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowOutside(long offset, int size) =>
        throw new ArgumentOutOfRangeException(
            nameof(offset), offset, $"{size} bytes there are not inside the {Length} bytes, or not aligned");

    private void Unmap()
    {
        if (_pointer is not null)
        {
            _ = LibC.munmap(_pointer, (nuint)Length);
            _pointer = null;
        }
    }
}
