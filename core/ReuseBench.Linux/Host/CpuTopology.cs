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
    private const string SysCpus = "/sys/devices/system/cpu";
    private const string NodePrefix = "node";

    /// <summary>Of each allowed CPU of the calling thread.</summary>
    public static CpuTopology Read() => Read(CpuAffinity.OfCurrentThread(), SysText.TryRead, SysText.NamesIn);

    /// <param name="allowed">CPUs that may be used, ascending.</param>
    /// <param name="read">The text of a file of /sys; null where there is none.</param>
    /// <param name="list">Names in a directory; empty where there is none.</param>
    public static CpuTopology Read(IEnumerable<int> allowed, Func<string, string?> read, Func<string, IEnumerable<string>> list)
    {
        HashSet<int> isolated = [.. CpuList.TryParse(read($"{SysCpus}/isolated"))];
        return new([.. allowed.Select(cpu => ReadPlace(cpu, read, list) with { Speed = ReadSpeed(cpu, read), IsIsolated = isolated.Contains(cpu) })]);
    }

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

    private static Place ReadPlace(int cpu, Func<string, string?> read, Func<string, IEnumerable<string>> list)
    {
        string directory = DirectoryOf(cpu);
        return ParsePlace(
            cpu,
            read($"{directory}/topology/core_id"),
            read($"{directory}/topology/physical_package_id"),
            read($"{directory}/topology/thread_siblings_list"),
            list(directory)) with
        {
            L3 = CpuList.TryParse(read($"{directory}/cache/index3/shared_cpu_list")) is { Length: > 0 } shared ? shared.Min() : null,
        };
    }

    /// <summary>The first hardware thread of a CPU's core; the CPU itself where the kernel does not say.</summary>
    internal static int ReadCore(int cpu)
    {
        string? siblings = SysText.TryRead($"{DirectoryOf(cpu)}/topology/thread_siblings_list");
        return string.IsNullOrWhiteSpace(siblings) ? cpu : CpuList.Parse(siblings)[0];
    }

    /// <summary>cpu_capacity where the kernel knows it, else the highest clock in kHz: the same one for all CPUs of a host.</summary>
    private static int? ReadSpeed(int cpu, Func<string, string?> read) =>
        Number(read($"{DirectoryOf(cpu)}/cpu_capacity")) ?? Number(read($"{DirectoryOf(cpu)}/cpufreq/cpuinfo_max_freq"));

    private static string DirectoryOf(int cpu) => string.Create(CultureInfo.InvariantCulture, $"{SysCpus}/cpu{cpu}");

    // Some firmware reports −1 for "unknown".
    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>Where a CPU sits.</summary>
    /// <param name="Cpu">Its number.</param>
    /// <param name="Core">Its core within the package; null where the kernel does not say.</param>
    /// <param name="Package">Its socket on the board.</param>
    /// <param name="NumaNode">Its memory node.</param>
    /// <param name="Siblings">The hardware threads of its core, itself included.</param>
    public sealed record Place(int Cpu, int? Core, int? Package, int? NumaNode, ImmutableArray<int> Siblings)
    {
        /// <summary>
        /// How fast it can be, to hold CPUs of one host against each other: its capacity, or its highest clock. Null where it was not read, or the kernel
        /// knows neither.
        /// </summary>
        public int? Speed { get; init; }

        /// <summary>The first CPU of those that share its last-level cache, which names the cache; null where the kernel does not say.</summary>
        public int? L3 { get; init; }

        /// <summary>Whether the scheduler leaves it alone (isolcpus): only threads that are put there run there.</summary>
        public bool IsIsolated { get; init; }
    }
}

/// <summary>What the processors are and how they are clocked. What the host does not say is null.</summary>
/// <param name="ModelName">From /proc/cpuinfo; arm64 kernels give none, but who made the core and which it is, in numbers.</param>
/// <param name="Governor">The frequency governor of the first CPU; virtual machines have none.</param>
/// <param name="ClockSource">What the kernel reads the time from: tsc, kvm-clock, arch_sys_counter, …</param>
public sealed record CpuInfo(string? ModelName, string? Governor, string? ClockSource)
{
    public static CpuInfo Read() => new(
        ParseModelName(SysText.TryRead("/proc/cpuinfo") ?? ""),
        SysText.TryRead("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        SysText.TryRead("/sys/devices/system/clocksource/clocksource0/current_clocksource"));

    /// <param name="text">The content of /proc/cpuinfo.</param>
    public static string? ParseModelName(string text) => ProcLines.Value(text, "model name")
        ?? (ProcLines.Value(text, "CPU implementer") is { } implementer && ProcLines.Value(text, "CPU part") is { } part
            ? $"implementer {implementer}, part {part}"
            : null);
}

/// <summary>
/// In which order threads are given the CPUs of a set: the first hardware thread of each core, then the second ones. Boards number
/// siblings (0,4),(1,5) or (0,1),(2,3); in the ascending order of the second two threads would share a core while others idle.
/// </summary>
public static class PinningOrder
{
    /// <summary>As this host's topology has it.</summary>
    /// <param name="cpus">The set, in any order.</param>
    public static ImmutableArray<int> Of(IEnumerable<int> cpus) => Of(CoresOf(cpus));

    /// <summary>The CPUs of a set in waves, no two of one core in any: the first hardware threads of all cores, then the second ones.</summary>
    /// <param name="cpus">The set, in any order.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Waves(IEnumerable<int> cpus) => Waves(CoresOf(cpus));

    /// <param name="places">Where the CPUs of the set sit.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Waves(IEnumerable<CpuTopology.Place> places) => Waves(CoresOf(places));

    /// <param name="places">Where the CPUs of the set sit.</param>
    public static ImmutableArray<int> Of(IEnumerable<CpuTopology.Place> places) => Of(CoresOf(places));

    private static List<(int Cpu, int Core)> CoresOf(IEnumerable<CpuTopology.Place> places) =>
        [.. places.Select(place => (place.Cpu, place.Siblings.Min()))];

    private static List<(int Cpu, int Core)> CoresOf(IEnumerable<int> cpus)
    {
        List<(int Cpu, int Core)> cores = [];
        foreach (int cpu in cpus)
        {
            cores.Add((cpu, CpuTopology.ReadCore(cpu)));
        }

        return cores;
    }

    private static IReadOnlyList<IReadOnlyList<int>> Waves(List<(int Cpu, int Core)> cores) =>
    [
        .. cores.GroupBy(c => ThreadOf(c.Cpu, cores)).OrderBy(wave => wave.Key).Select(wave => (IReadOnlyList<int>)[.. wave.Select(w => w.Cpu).Order()]),
    ];

    /// <summary>In loops, since a child that starts has nothing of Linq over numbers compiled, and its start is waited for.</summary>
    private static ImmutableArray<int> Of(List<(int Cpu, int Core)> cores)
    {
        ImmutableArray<int>.Builder order = ImmutableArray.CreateBuilder<int>(cores.Count);
        int[] cpus = new int[cores.Count];
        for (int index = 0; index < cpus.Length; index++)
        {
            cpus[index] = cores[index].Cpu;
        }

        Array.Sort(cpus);
        for (int thread = 0; order.Count < cpus.Length; thread++)
        {
            foreach (int cpu in cpus)
            {
                if (ThreadOf(cpu, cores) == thread)
                {
                    order.Add(cpu);
                }
            }
        }

        return order.MoveToImmutable();
    }

    /// <summary>Which of its core a CPU is among the set.</summary>
    private static int ThreadOf(int cpu, List<(int Cpu, int Core)> cores)
    {
        int core = 0;
        foreach ((int other, int itsCore) in cores)
        {
            core = other == cpu ? itsCore : core;
        }

        int thread = 0;
        foreach ((int other, int itsCore) in cores)
        {
            thread += itsCore == core && other < cpu ? 1 : 0;
        }

        return thread;
    }
}
