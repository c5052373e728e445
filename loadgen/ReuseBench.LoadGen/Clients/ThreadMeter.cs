using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Clients;

/// <summary>What one client thread used itself within the window, read by that thread at the window's two ends.</summary>
internal sealed class ThreadMeter
{
    // A call of epoll that only collects what is there stays below this: a fixed part and a part for each event. What takes longer slept.
    private const long CollectNs = 3_000;
    private const long CollectPerEventNs = 150;

    private ThreadUsage _beginUsage;
    private ThreadUsage _endUsage;
    private long _beginAllocated;
    private long _beginNs;
    private long _endNs;

    public bool HasBegun => _beginNs != 0;

    public bool HasEnded => _endNs != 0;

    /// <summary>Time that the thread slept in epoll within the window.</summary>
    public long WaitedNs { get; private set; }

    /// <summary>Bytes that the thread allocated on the managed heap within the window.</summary>
    public long AllocatedBytes { get; private set; }

    public long CpuNs => _endUsage.CpuNs - _beginUsage.CpuNs;

    public long VoluntarySwitches => _endUsage.VoluntarySwitches - _beginUsage.VoluntarySwitches;

    public long InvoluntarySwitches => _endUsage.InvoluntarySwitches - _beginUsage.InvoluntarySwitches;

    /// <summary>CPU time over wall time, 0 to 1.</summary>
    public double BusyShare => Share(CpuNs);

    /// <summary>Share of wall time not slept in epoll, 0 to 1.</summary>
    public double NeverIdleShare => 1 - Share(WaitedNs);

    public void Begin(long nowNs)
    {
        _beginNs = nowNs;
        _beginUsage = ThreadInfo.Usage();
        _beginAllocated = GC.GetAllocatedBytesForCurrentThread();
    }

    public void End(long nowNs)
    {
        AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - _beginAllocated;
        _endUsage = ThreadInfo.Usage();
        _endNs = nowNs;
    }

    /// <summary>Whether a call of epoll_wait that took so long slept.</summary>
    public static bool HasSlept(long ns, int events) => ns > CollectNs + (events * CollectPerEventNs);

    /// <summary>A call of epoll_wait came back.</summary>
    public void Waited(long ns, int events)
    {
        if (HasBegun && !HasEnded && HasSlept(ns, events))
        {
            WaitedNs += ns;
        }
    }

    private double Share(long ns) => _endNs > _beginNs ? Math.Clamp((double)ns / (_endNs - _beginNs), 0, 1) : 0;
}
