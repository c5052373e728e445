using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>CPU time of the threads of a process that are pinned to one CPU, by CPU.</summary>
public static class PinnedThreads
{
    /// <summary>Nanoseconds by CPU, of the threads that may run on that CPU alone; a thread that ends meanwhile is left out.</summary>
    /// <param name="pid">The process.</param>
    public static Dictionary<int, long> CpuNs(int pid)
    {
        Dictionary<int, long> byCpu = [];
        string tasks = $"/proc/{pid}/task";
        foreach (string task in Directory.Exists(tasks) ? Directory.GetDirectories(tasks) : [])
        {
            if (ProcLines.Value(SysText.TryRead($"{task}/status") ?? "", "Cpus_allowed_list") is { } allowed
                && int.TryParse(allowed, NumberStyles.None, CultureInfo.InvariantCulture, out int cpu)
                && SysText.TryRead($"{task}/schedstat") is { } text
                && long.TryParse(text.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long ns))
            {
                byCpu[cpu] = byCpu.GetValueOrDefault(cpu) + ns;
            }
        }

        return byCpu;
    }
}
