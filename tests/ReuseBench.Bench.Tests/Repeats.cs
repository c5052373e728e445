using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Tests;

/// <summary>Repeats made up for tests.</summary>
internal static class Repeats
{
    /// <summary>The first of a cell, on CPUs 0 and 1, in a namespace of its own.</summary>
    public static RepeatContext Of(Cell cell)
    {
        RepeatLog log = new(TextWriter.Null);
        return new RepeatContext
        {
            RunId = "test",
            Planned = new PlannedRepeat(cell, 1),
            Cpus = new CpuPlan(new CpuList([0]), new CpuList([1]), Disjoint: true),
            Isolated = true,
            Sysctls = new SortedDictionary<string, string>(),
            Traits = KernelTraits.Read(),
            Seed = 1,
            Log = log,
            Children = new OwnChildren(driver: null, log, startOn: CpuList.None, measurement: CpuList.None),
        };
    }
}
