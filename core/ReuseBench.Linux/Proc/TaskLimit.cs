using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>How many more processes and threads may be started here, and by what that is limited.</summary>
/// <param name="Left">Of the tightest limit.</param>
/// <param name="Limit">That limit.</param>
/// <param name="Name">What a user knows it by, such as <c>pids.max of the control group</c>.</param>
public sealed record TaskLimit(long Left, long Limit, string Name)
{
    private const string ControlGroup = "pids.max of the control group";
    private const string UserLimit = "ulimit -u";

    /// <summary>Whether it is the user's, and not that of a control group.</summary>
    public bool IsOfUser => Name == UserLimit;

    /// <returns>Null where nothing limits them.</returns>
    public static TaskLimit? Read() => Tightest(
        OfControlGroups(SysText.TryRead("/proc/self/cgroup") ?? "", SysText.TryRead).Append(OfUser()).OfType<TaskLimit>());

    /// <summary>The one that leaves the fewest; null of none.</summary>
    internal static TaskLimit? Tightest(IEnumerable<TaskLimit> limits) => limits.MinBy(l => l.Left);

    /// <summary>Those of the groups that a process is in, the ones above it included.</summary>
    /// <param name="membership">The content of /proc/self/cgroup.</param>
    /// <param name="read">The content of a file, null where there is none.</param>
    internal static IEnumerable<TaskLimit> OfControlGroups(string membership, Func<string, string?> read)
    {
        foreach (string directory in ControlGroups.Directories(membership, "pids"))
        {
            if (Number(read(directory + "/pids.max")) is long limit && Number(read(directory + "/pids.current")) is long taken)
            {
                yield return new TaskLimit(Math.Max(0, limit - taken), limit, ControlGroup);
            }
        }
    }

    /// <summary>RLIMIT_NPROC counts the threads of a user in all; who has CAP_SYS_ADMIN or CAP_SYS_RESOURCE is not held to it (fork(2)).</summary>
    private static unsafe TaskLimit? OfUser()
    {
        LibC.ResourceLimit limit;
        uint user = UserIds.Real();
        if (user == 0 || IsExempt(SysText.TryRead("/proc/self/status")) || LibC.getrlimit(LibC.RLIMIT_NPROC, &limit) != 0 || limit.Soft > int.MaxValue)
        {
            return null;
        }

        long taken = SysText.NamesIn("/proc").Where(name => name.All(char.IsAsciiDigit)).Sum(name => ThreadsOf(SysText.TryRead($"/proc/{name}/status"), user));
        return new TaskLimit(Math.Max(0, (long)limit.Soft - taken), (long)limit.Soft, UserLimit);
    }

    /// <param name="status">The content of /proc/self/status.</param>
    internal static bool IsExempt(string? status) => ProcessRights.Parse(status ?? "") is { SysAdmin: true } or { SysResource: true };

    /// <param name="status">The content of /proc/PID/status; null where the process has ended.</param>
    /// <param name="user">Whose threads count.</param>
    internal static long ThreadsOf(string? status, uint user) =>
        status is not null && ProcLines.Value(status, "Uid")?.Split('\t')[0] == user.ToString(CultureInfo.InvariantCulture)
            ? Number(ProcLines.Value(status, "Threads")) ?? 0
            : 0;

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
