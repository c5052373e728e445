using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;

namespace ReuseBench.Bench.Tests;

/// <summary>Windows made up for tests: one second, in which the server's processes used half a second, all of it pinned to CPU 0.</summary>
internal static class Windows
{
    private const long ServerNs = 500_000_000;

    public static Window OfOneSecond(params KeyValuePair<int, CpuTicks>[] cpus) => new(
        new WindowSample(DateTime.UnixEpoch, 0, 0, new Dictionary<int, long>(), cpus.ToDictionary(c => c.Key, _ => new CpuTicks(0, 0, 0, 0)), 0, 0, 3),
        new WindowSample(
            DateTime.UnixEpoch.AddSeconds(1), 1_000_000_000, ServerNs, new Dictionary<int, long> { [0] = ServerNs }, cpus.ToDictionary(), 4, 2, 3));

    /// <summary>A CPU with a hundred ticks.</summary>
    public static KeyValuePair<int, CpuTicks> Cpu(int cpu, long tasks, long interrupts = 0, long steal = 0) =>
        KeyValuePair.Create(cpu, new CpuTicks(100, tasks, interrupts, steal));
}
