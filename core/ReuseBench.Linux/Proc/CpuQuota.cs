using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>
/// The CPU quota of this process's control group, of either version, and how often it stopped the group.
/// <see href="https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu">admin-guide/cgroup-v2</see>, "CPU".
/// </summary>
/// <param name="Cpus">CPUs' worth of time, the least of the group and those above it; null without a quota.</param>
/// <param name="ThrottledPeriods">Periods in which one of these groups was stopped, since they exist; null where no file says.</param>
public sealed record CpuQuota(double? Cpus, long? ThrottledPeriods)
{
    /// <summary>Periods in which the group that was stopped most had anything to run, since it exists; null likewise.</summary>
    public long? Periods { get; init; }

    public static CpuQuota Read() => Read(SysText.TryRead("/proc/self/cgroup") ?? "", SysText.TryRead);

    /// <param name="membership">The content of /proc/self/cgroup.</param>
    /// <param name="read">The content of a file, null where there is none.</param>
    public static CpuQuota Read(string membership, Func<string, string?> read)
    {
        ArgumentNullException.ThrowIfNull(membership);
        ArgumentNullException.ThrowIfNull(read);
        CpuQuota[] groups =
        [
            .. ControlGroups.Directories(membership, "cpu").Select(directory => OfGroup(Limit(directory, read), read(directory + "/cpu.stat"))),
        ];
        return new CpuQuota(groups.Min(g => g.Cpus), groups.Max(g => g.ThrottledPeriods))
        {
            Periods = groups.Where(g => g.Cpus is not null && g.Periods is not null).MaxBy(g => g.ThrottledPeriods ?? 0)?.Periods,
        };
    }

    private static double? Limit(string directory, Func<string, string?> read)
    {
        // "max 100000" or "200000 100000", microseconds; version 1 has two files and −1 for none.
        string[] parts = read(directory + "/cpu.max")?.Split(' ')
            ?? [read(directory + "/cpu.cfs_quota_us") ?? "", read(directory + "/cpu.cfs_period_us") ?? ""];
        return parts.Length == 2 && Number(parts[0]) is > 0 and long quota && Number(parts[1]) is > 0 and long period ? (double)quota / period : null;
    }

    private static CpuQuota OfGroup(double? limit, string? stat) => new(limit, Counter(stat, "nr_throttled")) { Periods = Counter(stat, "nr_periods") };

    private static long? Counter(string? text, string name) => text?.Split('\n').Select(line => line.Split(' '))
        .Where(fields => fields.Length == 2 && fields[0] == name).Select(fields => Number(fields[1])).FirstOrDefault();

    private static long? Number(string text) =>
        long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;
}
