using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>
/// The kernel's own threads that do what its software interrupts leave over (ksoftirqd, one for each CPU): under load a part of the receiving of
/// packets, whoever's they are.
/// </summary>
public static class SoftIrqThreads
{
    private const string NamePrefix = "ksoftirqd/";

    /// <summary>By CPU; the threads are as old as the machine. Found once: it takes a walk through /proc.</summary>
    private static readonly Lazy<Dictionary<int, int>> Found = new(() => Find(SysText.NamesIn("/proc"), pid => SysText.TryRead($"/proc/{pid}/comm")));

    /// <summary>CPU time of each so far, in nanoseconds by CPU; empty where they cannot be seen, as in a container with processes of its own.</summary>
    public static Dictionary<int, long> CpuNs(IEnumerable<int> cpus)
    {
        Dictionary<int, long> byCpu = [];
        foreach (int cpu in cpus)
        {
            if (Found.Value.TryGetValue(cpu, out int pid) && PinnedThreads.ParseOnCpuNs(SysText.TryRead($"/proc/{pid}/schedstat")) is long ns)
            {
                byCpu[cpu] = ns;
            }
        }

        return byCpu;
    }

    /// <param name="names">In /proc.</param>
    /// <param name="nameOf">The name of a process; null where it has ended.</param>
    internal static Dictionary<int, int> Find(IEnumerable<string> names, Func<int, string?> nameOf)
    {
        Dictionary<int, int> byCpu = [];
        foreach (string name in names)
        {
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && nameOf(pid) is { } command && command.StartsWith(NamePrefix, StringComparison.Ordinal)
                && int.TryParse(command[NamePrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int cpu))
            {
                byCpu[cpu] = pid;
            }
        }

        return byCpu;
    }
}
