namespace ReuseBench.Linux;

/// <summary>
/// Where the files of the control groups of a process are. <see href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</see>
/// </summary>
internal static class ControlGroups
{
    private const string Mount = "/sys/fs/cgroup";

    /// <summary>The group's directory and those above it, under each place where the controller may be mounted.</summary>
    /// <param name="membership">The content of /proc/self/cgroup.</param>
    /// <param name="controller">Such as <c>cpu</c>; of version 1, where each may have a hierarchy of its own.</param>
    internal static IEnumerable<string> Directories(string membership, string controller)
    {
        foreach (string[] fields in membership.Split('\n').Select(line => line.Split(':', 3)).Where(fields => fields.Length == 3))
        {
            string[] roots = fields[1].Length == 0 ? [Mount, Mount + "/unified"]
                : fields[1].Split(',').Contains(controller) ? [.. new[] { $"{Mount}/{controller}", $"{Mount}/{fields[1]}" }.Distinct()]
                : [];
            foreach (string root in roots)
            {
                string path = fields[2].TrimEnd('/');
                yield return root + path;
                while (path.Length > 0)
                {
                    path = path[..Math.Max(0, path.LastIndexOf('/'))];
                    yield return root + path;
                }
            }
        }
    }
}
