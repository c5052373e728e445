using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Selectors;

/// <summary>Which CPU is whose, for selectors that go by the CPU: that of the worker with the listener's number.</summary>
internal static class CpuOfListener
{
    /// <exception cref="UsageException">More listeners than CPUs: some would never be picked.</exception>
    public static IReadOnlyList<int> Table(Selector selector, int listeners, CpuList cpus)
    {
        CpuList usable = cpus.IsEmpty ? new CpuList(CpuAffinity.OfCurrentThread()) : cpus;
        return listeners <= usable.Count
            ? [.. PinningOrder.Of(usable.Cpus).Take(listeners)]
            : throw new UsageException(
                $"selector: {Names.Of(selector)} needs a CPU for each listener, and {listeners} listeners have {usable.Count} ({usable}); "
                + $"use at most {usable.Count} workers, or name more --cpus");
    }
}
