using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>Ticks of one CPU since boot, from /proc/stat.</summary>
/// <param name="Total">Of all kinds.</param>
/// <param name="Tasks">Spent in processes: user, nice, system.</param>
/// <param name="Interrupts">Hardware and software interrupts.</param>
/// <param name="Steal">Taken by the hypervisor.</param>
internal sealed record TicksOfCpu(long Total, long Tasks, long Interrupts, long Steal)
{
    public static Dictionary<int, TicksOfCpu> Of(IEnumerable<CpuTimes> times, CpuList cpus) => times.Where(t => cpus.Cpus.Contains(t.Cpu)).ToDictionary(
        t => t.Cpu, t => new TicksOfCpu(t.Total, t.User + t.Nice + t.System, (t.Irq ?? 0) + (t.SoftIrq ?? 0), t.Steal ?? 0));

    public static TicksOfCpu operator -(TicksOfCpu after, TicksOfCpu before) => new(
        after.Total - before.Total, after.Tasks - before.Tasks, after.Interrupts - before.Interrupts, after.Steal - before.Steal);
}
