using System.Collections.Immutable;
using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>
/// How the CPUs this thread may use share cores, packages and memory.
/// <see href="https://docs.kernel.org/admin-guide/cputopology.html">admin-guide/cputopology</see>
/// </summary>
/// <param name="Cpus">Ascending.</param>
public sealed record CpuTopology(ImmutableArray<CpuTopology.Place> Cpus)
{
    private const string SysCpu = "/sys/devices/system/cpu/cpu";
    private const string NodePrefix = "node";

    /// <summary>Of each allowed CPU of the calling thread.</summary>
    public static CpuTopology Read() => new([.. CpuAffinity.OfCurrentThread().Select(ReadPlace)]);

    /// <param name="cpu">The CPU.</param>
    /// <param name="coreId">topology/core_id; null where there is no such file.</param>
    /// <param name="packageId">topology/physical_package_id.</param>
    /// <param name="siblings">topology/thread_siblings_list, "0,4".</param>
    /// <param name="entries">The names in the directory of the CPU, one of which is the node: "node0".</param>
    public static Place ParsePlace(
        int cpu, string? coreId, string? packageId, string? siblings, IEnumerable<string> entries) => new(
        cpu,
        Number(coreId),
        Number(packageId),
        entries.Where(name => name.StartsWith(NodePrefix, StringComparison.Ordinal))
            .Select(name => Number(name[NodePrefix.Length..]))
            .FirstOrDefault(node => node is not null),
        string.IsNullOrWhiteSpace(siblings) ? [cpu] : [.. CpuList.Parse(siblings)]);

    internal static Place ReadPlace(int cpu)
    {
        string directory = SysCpu + cpu.ToString(CultureInfo.InvariantCulture);
        IEnumerable<string> entries = Directory.Exists(directory)
            ? Directory.EnumerateFileSystemEntries(directory).Select(entry => Path.GetFileName(entry))
            : [];
        return ParsePlace(
            cpu,
            SysText.TryRead($"{directory}/topology/core_id"),
            SysText.TryRead($"{directory}/topology/physical_package_id"),
            SysText.TryRead($"{directory}/topology/thread_siblings_list"),
            entries);
    }

    // Some firmware reports −1 for "unknown".
    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>Where a CPU sits.</summary>
    /// <param name="Cpu">Its number.</param>
    /// <param name="Core">Its core within the package; null where the kernel does not say.</param>
    /// <param name="Package">Its socket on the board.</param>
    /// <param name="NumaNode">Its memory node.</param>
    /// <param name="Siblings">The hardware threads of its core, itself included.</param>
    public sealed record Place(int Cpu, int? Core, int? Package, int? NumaNode, ImmutableArray<int> Siblings);
}
