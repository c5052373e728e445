using ReuseBench.Core;
using ReuseBench.Linux;

namespace ReuseBench.Bench.CommandLine;

/// <summary>The CPUs that this process may use. sched_setaffinity(2) silently drops others from a list that names some of these.</summary>
internal static class UsableCpus
{
    /// <exception cref="UsageException">The list names another.</exception>
    public static void Require(Core.Units.CpuList cpus, string what)
    {
        Core.Units.CpuList usable = new(CpuAffinity.OfCurrentThread());
        int[] missing = [.. cpus.Cpus.Except(usable.Cpus)];
        if (missing.Length > 0)
        {
            throw new UsageException($"{what}: '{cpus}' names CPU {missing[0]}, which this process may not use; choose from {usable}");
        }
    }
}
