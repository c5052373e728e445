namespace ReuseBench.Linux;

/// <summary>A BPF map with 32-bit keys from 0 and 64-bit values. <see href="https://man7.org/linux/man-pages/man2/bpf.2.html">bpf(2)</see></summary>
public sealed unsafe class BpfMap : IDisposable
{
    private readonly Descriptor _descriptor;

    private BpfMap(Descriptor descriptor) => _descriptor = descriptor;

    internal int Fd => _descriptor.Value;

    /// <summary>Numbers that start as 0.</summary>
    /// <exception cref="LinuxException">EPERM without CAP_BPF; ENOSYS without BPF in this kernel.</exception>
    public static BpfMap CreateArray(int entries) => Create(LibC.BPF_MAP_TYPE_ARRAY, entries, sizeof(long), flags: 0, "an array");

    /// <summary>Listeners of a SO_REUSEPORT group, by a number of our own choice. A socket that is closed drops out by itself.</summary>
    /// <exception cref="LinuxException">EPERM without CAP_BPF; EINVAL before Linux 4.19.</exception>
    public static BpfMap CreateReuseportSockets(int entries) =>
        Create(LibC.BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, entries, sizeof(long), flags: 0, "an array of reuseport sockets");

    /// <summary>One entry of so many 64-bit numbers, whose memory a process can map (Linux 5.5).</summary>
    internal static BpfMap CreateMappable(int numbers) =>
        Create(LibC.BPF_MAP_TYPE_ARRAY, 1, numbers * sizeof(long), LibC.BPF_F_MMAPABLE, "an array to be mapped");

    /// <summary>For an array of sockets the value is a descriptor of a socket that listens with SO_REUSEPORT.</summary>
    /// <exception cref="LinuxException">EINVAL: the socket does not listen, or not in a group; EBUSY: it is in such a map already.</exception>
    public void Set(int key, long value)
    {
        LibC.BpfMapElement element = new() { MapFd = (uint)Fd, Key = (ulong)&key, Value = (ulong)&value };
        LinuxException.ThrowIfError(
            Bpf(LibC.BPF_MAP_UPDATE_ELEM, &element, (uint)sizeof(LibC.BpfMapElement)), "bpf(BPF_MAP_UPDATE_ELEM)", $"entry {key}");
    }

    /// <summary>The number at a key of an array.</summary>
    /// <exception cref="LinuxException">ENOENT: no such key.</exception>
    public long Get(int key)
    {
        long value = 0;
        LibC.BpfMapElement element = new() { MapFd = (uint)Fd, Key = (ulong)&key, Value = (ulong)&value };
        LinuxException.ThrowIfError(
            Bpf(LibC.BPF_MAP_LOOKUP_ELEM, &element, (uint)sizeof(LibC.BpfMapElement)), "bpf(BPF_MAP_LOOKUP_ELEM)", $"entry {key}");
        return value;
    }

    public void Dispose() => _descriptor.Dispose();

    internal static int Bpf(int command, void* attributes, uint size) =>
        LibC.Result(LibC.syscall_bpf((nint)SystemCallNumbers.Current.Bpf, command, attributes, size));

    private static BpfMap Create(uint type, int entries, int valueBytes, uint flags, string what)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entries, 1);
        LibC.BpfMapCreate create = new()
        {
            MapType = type,
            KeySize = sizeof(int),
            ValueSize = (uint)valueBytes,
            MaxEntries = (uint)entries,
            Flags = flags,
        };
        int result = Bpf(LibC.BPF_MAP_CREATE, &create, (uint)sizeof(LibC.BpfMapCreate));
        return new BpfMap(Descriptor.Own(result, "bpf(BPF_MAP_CREATE)", what));
    }
}
