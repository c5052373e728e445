using ReuseBench.Linux;

namespace ReuseBench.Servers.Workers;

/// <summary>A thread's usage, written by that thread and read by another: each number is whole, the three may be one refresh apart.</summary>
internal sealed class ThreadUsageCell
{
    private long _cpuNs;
    private long _voluntary;
    private long _involuntary;

    public void Set(ThreadUsage usage)
    {
        Volatile.Write(ref _cpuNs, usage.CpuNs);
        Volatile.Write(ref _voluntary, usage.VoluntarySwitches);
        Volatile.Write(ref _involuntary, usage.InvoluntarySwitches);
    }

    public ThreadUsage Get() => new(Volatile.Read(ref _cpuNs), Volatile.Read(ref _voluntary), Volatile.Read(ref _involuntary));
}
