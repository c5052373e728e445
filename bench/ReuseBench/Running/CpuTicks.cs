using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>Ticks of /proc/stat, summed over some CPUs: all, those that ran something here, those that the hypervisor took.</summary>
internal sealed record CpuTicks(long Total, long Busy, long Steal)
{
    public static CpuTicks Of(IEnumerable<CpuTimes> times, CpuList cpus)
    {
        CpuTimes[] ours = [.. times.Where(t => cpus.Cpus.Contains(t.Cpu))];
        long steal = ours.Sum(t => t.Steal ?? 0);
        return new CpuTicks(ours.Sum(t => t.Total), ours.Sum(t => t.Total - t.Idle - (t.IoWait ?? 0)) - steal, steal);
    }
}
