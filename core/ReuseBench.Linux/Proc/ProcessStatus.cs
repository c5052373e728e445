using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>
/// Memory, threads and context switches of a process. What the file does not say is null.
/// <see href="https://man7.org/linux/man-pages/man5/proc_pid_status.5.html">proc_pid_status(5)</see>
/// </summary>
/// <param name="ResidentKiB">VmRSS: memory in use now.</param>
/// <param name="PeakResidentKiB">VmHWM: the most it ever was.</param>
/// <param name="Threads">Threads now.</param>
/// <param name="VoluntarySwitches">Of the main thread alone.</param>
/// <param name="InvoluntarySwitches">Of the main thread alone.</param>
/// <param name="CpusAllowed">The CPUs the main thread may use, in the kernel's list notation (<see cref="CpuList"/>).</param>
public sealed record ProcessStatus(
    long? ResidentKiB,
    long? PeakResidentKiB,
    int? Threads,
    long? VoluntarySwitches,
    long? InvoluntarySwitches,
    string? CpusAllowed)
{
    /// <exception cref="IOException">There is no such process.</exception>
    public static ProcessStatus Read(int pid) => Parse(File.ReadAllText($"/proc/{pid}/status"));

    /// <summary>That of this process.</summary>
    public static ProcessStatus Read() => Read(Environment.ProcessId);

    /// <param name="text">The content of /proc/PID/status.</param>
    public static ProcessStatus Parse(string text) => new(
        Number(text, "VmRSS"),
        Number(text, "VmHWM"),
        (int?)Number(text, "Threads"),
        Number(text, "voluntary_ctxt_switches"),
        Number(text, "nonvoluntary_ctxt_switches"),
        ProcLines.Value(text, "Cpus_allowed_list"));

    private static long? Number(string text, string name)
    {
        string? value = ProcLines.Value(text, name)?.Split(' ')[0];
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
    }
}

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
                && ParseOnCpuNs(SysText.TryRead($"{task}/schedstat")) is long ns)
            {
                byCpu[cpu] = byCpu.GetValueOrDefault(cpu) + ns;
            }
        }

        return byCpu;
    }

    /// <param name="schedstat">Time on a CPU, time waiting for one, and times given one; null where there is no such file.</param>
    internal static long? ParseOnCpuNs(string? schedstat) =>
        long.TryParse(schedstat?.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long ns) ? ns : null;
}
