using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>This process and those that it started: the CPU time that is a measurement's own.</summary>
public static class ProcessFamily
{
    // Of /proc/PID/stat, counted from the state, which follows the name.
    private const int ParentField = 1;

    /// <summary>
    /// CPU time of this process, of its children that have ended and were waited for, and of those that live, in nanoseconds. A child that
    /// ends while this is read may be missing; grandchildren are not counted before their parent has ended.
    /// </summary>
    public static long CpuNs()
    {
        // The ended ones first: the other way round a child that ends in between would count twice.
        long ended = EndedChildrenCpuNs();
        return ended + MonotonicClock.ProcessCpuNs(Environment.ProcessId)
            + ChildrenOf(Environment.ProcessId).Sum(pid => Math.Max(0, MonotonicClock.ProcessCpuNs(pid)));
    }

    /// <summary>Processes whose parent is <paramref name="parent"/>, as far as /proc shows them.</summary>
    public static IReadOnlyList<int> ChildrenOf(int parent)
    {
        List<int> children = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && ParentOf(folder) == parent)
            {
                children.Add(pid);
            }
        }

        return children;
    }

    /// <param name="stat">The content of /proc/PID/stat.</param>
    internal static int? ParseParent(string stat)
    {
        // The name in parentheses may hold spaces and parentheses of its own.
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > ParentField && int.TryParse(fields[ParentField], CultureInfo.InvariantCulture, out int parent) ? parent : null;
    }

    private static int? ParentOf(string folder)
    {
        try
        {
            return ParseParent(File.ReadAllText($"{folder}/stat"));
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's, under hidepid.
            return null;
        }
    }

    private static unsafe long EndedChildrenCpuNs()
    {
        LibC.ResourceUsage usage;
        LinuxException.ThrowIfError(LibC.Result(LibC.getrusage(LibC.RUSAGE_CHILDREN, &usage)), "getrusage", "RUSAGE_CHILDREN");
        return usage.UserTime.TotalNs + usage.SystemTime.TotalNs;
    }
}
