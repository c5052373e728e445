using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>This process and those that it started: the CPU time that is a measurement's own.</summary>
public static class ProcessFamily
{
    // Of /proc/PID/stat, counted from the state, which follows the name.
    private const int StateField = 0;
    private const int ParentField = 1;
    private const string Ended = "Z";

    // utime, stime, and those of the children that have ended and were waited for.
    private const int FirstTimeField = 11;
    private const int TimeFields = 4;
    private const int EndedTimeFields = 2;

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

    /// <summary>
    /// CPU time below a process, in nanoseconds: of its descendants, those included that have ended and were waited for. In ticks, 10 ms on most kernels;
    /// the process's own is not in it.
    /// </summary>
    public static long CpuNsBelow(int ancestor)
    {
        long ticks = TicksOf(ancestor, FirstTimeField + TimeFields - EndedTimeFields, EndedTimeFields)
            + DescendantsOf(ancestor).Sum(member => TicksOf(member.Pid, FirstTimeField, TimeFields));
        return (long)(ticks * (1e9 / ProcessCpu.TicksPerSecond));
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

    /// <summary>
    /// Children of a process, their children, and so on, as far as /proc shows them, in the order of the generations. One that has ended and of which
    /// nobody has taken note yet is among them.
    /// </summary>
    public static IReadOnlyList<FamilyMember> DescendantsOf(int ancestor)
    {
        Dictionary<int, List<FamilyMember>> byParent = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && StatOf(folder) is { } stat && ParseMember(pid, stat) is { } member)
            {
                if (!byParent.TryGetValue(member.Parent, out List<FamilyMember>? siblings))
                {
                    byParent[member.Parent] = siblings = [];
                }

                siblings.Add(member);
            }
        }

        List<FamilyMember> found = [];
        Queue<int> parents = new([ancestor]);
        HashSet<int> seen = [ancestor];
        while (parents.TryDequeue(out int parent))
        {
            foreach (FamilyMember child in byParent.GetValueOrDefault(parent, []).Where(c => seen.Add(c.Pid)))
            {
                found.Add(child);
                parents.Enqueue(child.Pid);
            }
        }

        return found;
    }

    /// <summary>Whether a process has ended, be it that nobody has taken note of it yet.</summary>
    public static bool HasEnded(int pid) => StatOf($"/proc/{pid}") is not { } stat || ParseMember(pid, stat) is null or { HasEnded: true };

    /// <param name="pid">Of the process.</param>
    /// <param name="stat">The content of /proc/PID/stat.</param>
    internal static FamilyMember? ParseMember(int pid, string stat)
    {
        string[] fields = FieldsOf(stat);
        return fields.Length > ParentField && int.TryParse(fields[ParentField], CultureInfo.InvariantCulture, out int parent)
            ? new FamilyMember(pid, parent, fields[StateField] == Ended)
            : null;
    }

    /// <summary>From the state on. The name in parentheses before it may hold spaces and parentheses of its own.</summary>
    private static string[] FieldsOf(string stat) => stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long TicksOf(int pid, int first, int count) => StatOf($"/proc/{pid}") is { } stat
        ? FieldsOf(stat).Skip(first).Take(count).Sum(field => long.TryParse(field, CultureInfo.InvariantCulture, out long ticks) ? ticks : 0)
        : 0;

    /// <param name="stat">The content of /proc/PID/stat.</param>
    internal static int? ParseParent(string stat) => ParseMember(0, stat)?.Parent;

    private static int? ParentOf(string folder) => StatOf(folder) is { } stat ? ParseParent(stat) : null;

    private static string? StatOf(string folder)
    {
        try
        {
            return File.ReadAllText($"{folder}/stat");
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

/// <summary>One process of a family.</summary>
/// <param name="Pid">Its id.</param>
/// <param name="Parent">That of its parent.</param>
/// <param name="HasEnded">Whether it only waits for its parent to take note of its end.</param>
public readonly record struct FamilyMember(int Pid, int Parent, bool HasEnded);
