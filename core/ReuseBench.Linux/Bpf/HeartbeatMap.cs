namespace ReuseBench.Linux;

/// <summary>
/// When each worker last showed that it lives: 64-bit times in a BPF map that is mapped into this process (BPF_F_MMAPABLE, Linux 5.5). A worker writes its
/// time by a plain store, a program reads all of them by plain loads; neither makes a system call. The times are CLOCK_MONOTONIC in nanoseconds,
/// which is also what a program is given by bpf_ktime_get_ns.
/// </summary>
public sealed unsafe class HeartbeatMap : IDisposable
{
    private readonly nuint _bytes;
    private long* _times;

    private HeartbeatMap(BpfMap map, int workers)
    {
        Map = map;
        Workers = workers;
        _bytes = (nuint)workers * sizeof(long);
        void* address = LibC.mmap(null, _bytes, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_SHARED, map.Fd, 0);
        if ((nint)address == -1)
        {
            int error = LibC.Result(-1);
            map.Dispose();
            LinuxException.Throw(error, "mmap", "a BPF map");
        }

        _times = (long*)address;
    }

    ~HeartbeatMap() => Unmap();

    /// <summary>For <see cref="ReuseportPrograms.PastStalled"/>.</summary>
    public BpfMap Map { get; }

    public int Workers { get; }

    /// <summary>Times that are all 0.</summary>
    /// <exception cref="LinuxException">EPERM without CAP_BPF; EINVAL before Linux 5.5.</exception>
    public static HeartbeatMap Create(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        return new HeartbeatMap(BpfMap.CreateMappable(workers), workers);
    }

    /// <summary>By the worker alone; allocates nothing.</summary>
    /// <param name="worker">From 0.</param>
    /// <param name="monotonicNs">Of <see cref="MonotonicClock.NowNs"/>.</param>
    public void Beat(int worker, long monotonicNs) => Volatile.Write(ref At(worker), monotonicNs);

    /// <summary>When a worker wrote last.</summary>
    public long LastNs(int worker) => Volatile.Read(ref At(worker));

    public void Dispose()
    {
        Unmap();
        Map.Dispose();
        GC.SuppressFinalize(this);
    }

    private ref long At(int worker)
    {
        ObjectDisposedException.ThrowIf(_times is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)worker, (uint)Workers, nameof(worker));
        return ref _times[worker];
    }

    private void Unmap()
    {
        if (_times is not null)
        {
            _ = LibC.munmap(_times, _bytes);
            _times = null;
        }
    }
}
