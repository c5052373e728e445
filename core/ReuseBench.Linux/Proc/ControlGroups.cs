namespace ReuseBench.Linux;

/// <summary>
/// Where the files of the control groups of a process are. <see href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</see>
/// </summary>
internal static class ControlGroups
{
    private const string Mount = "/sys/fs/cgroup";

    /// <summary>Directories of a group that are looked at, from its own upwards: containers in containers come to a tenth of it.</summary>
    private const int MostLevels = 64;

    /// <summary>
    /// The group's directory and those above it, under each place where the controller may be mounted. A controller is in one hierarchy, and one hierarchy,
    /// that of version 2, has no name: of several lines for one of them the first counts.
    /// </summary>
    /// <param name="membership">The content of /proc/self/cgroup.</param>
    /// <param name="controller">Such as <c>cpu</c>; of version 1, where each may have a hierarchy of its own.</param>
    internal static IEnumerable<string> Directories(string membership, string controller)
    {
        string[][] lines =
        [
            .. membership.Split('\n').Select(line => line.Split(':', 3))
                .Where(fields => fields.Length == 3 && (fields[1].Length == 0 || fields[1].Split(',').Contains(controller)))
                .DistinctBy(fields => fields[1].Length == 0),
        ];
        foreach (string[] fields in lines)
        {
            string[] roots = fields[1].Length == 0
                ? [Mount, Mount + "/unified"]
                : [.. new[] { $"{Mount}/{controller}", $"{Mount}/{fields[1]}" }.Distinct()];
            foreach (string root in roots)
            {
                foreach (string path in Upwards(fields[2].TrimEnd('/')).Take(MostLevels))
                {
                    yield return root + path;
                }
            }
        }
    }

    /// <summary>A path, and each that it lies in, to the empty one.</summary>
    private static IEnumerable<string> Upwards(string path)
    {
        yield return path;
        while (path.Length > 0)
        {
            path = path[..Math.Max(0, path.LastIndexOf('/'))];
            yield return path;
        }
    }
}
