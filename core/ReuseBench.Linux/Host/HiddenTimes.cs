namespace ReuseBench.Linux;

/// <summary>Whether this is a container, and which files of /proc another program makes up for it.</summary>
/// <param name="Kind">What made it, such as <c>docker</c>, <c>lxc</c>, <c>podman</c>; null where nothing tells of a container.</param>
/// <param name="LxcfsFiles">
/// Files that lxcfs serves in place of the kernel, such as <c>/proc/stat</c>: CPUs are numbered anew there, and hold this container's time alone.
/// </param>
public sealed record ContainerView(string? Kind, IReadOnlyList<string> LxcfsFiles)
{
    private const string LxcfsType = "fuse.lxcfs";
    private const string Stat = "/proc/stat";

    /// <summary>Whether the CPU times of /proc/stat are not the kernel's.</summary>
    public bool HidesCpuTimes => LxcfsFiles.Contains(Stat);

    public static ContainerView Read() => Read(SysText.TryRead, File.Exists);

    /// <param name="read">The text of a file; null where there is none or it may not be read.</param>
    /// <param name="exists">Whether there is such a file.</param>
    public static ContainerView Read(Func<string, string?> read, Func<string, bool> exists)
    {
        string[] served =
        [
            .. (read("/proc/self/mounts") ?? "").Split('\n').Select(line => line.Split(' '))
                .Where(fields => fields.Length > 2 && fields[2] == LxcfsType && IsOfTheKernel(fields[1]))
                .Select(fields => fields[1]).Order(StringComparer.Ordinal),
        ];
        return new ContainerView(KindOf(read, exists, served.Length > 0), served);
    }

    /// <summary>What lxcfs keeps elsewhere hides nothing.</summary>
    private static bool IsOfTheKernel(string path) => path.StartsWith("/proc/", StringComparison.Ordinal) || path.StartsWith("/sys/", StringComparison.Ordinal);

    /// <summary>systemd's own file first; then those that engines leave; then what init was told (readable as root).</summary>
    private static string? KindOf(Func<string, string?> read, Func<string, bool> exists, bool hasLxcfs) =>
        read("/run/systemd/container") is { Length: > 0 } named ? named
        : exists("/.dockerenv") ? "docker"
        : exists("/run/.containerenv") ? "podman"
        : read("/proc/1/environ")?.Split('\0').FirstOrDefault(v => v.StartsWith("container=", StringComparison.Ordinal)) is { } variable
            ? variable[(variable.IndexOf('=', StringComparison.Ordinal) + 1)..]
        : hasLxcfs ? "lxc"
        : null;
}

/// <summary>Whether time that a hypervisor takes shows in this machine's counters.</summary>
/// <param name="Seen">Null on bare metal, where nobody takes any; false where /proc/stat says 0 whatever is taken.</param>
/// <param name="WhyNot">Why it cannot be seen, as the end of "cannot be seen here: …"; null where it can, or there is nothing to see.</param>
public sealed record StealCounter(bool? Seen, string? WhyNot)
{
    /// <param name="hypervisor">As <see cref="Hypervisor.Read"/> names it.</param>
    /// <param name="release">Of the kernel: WSL2 names itself there.</param>
    /// <param name="container">Whose files these are.</param>
    public static StealCounter Of(string? hypervisor, string? release, ContainerView container) =>
        container.HidesCpuTimes ? Unseen("lxcfs serves /proc/stat in this container, which leaves out what runs outside it")
        : Names(release, "microsoft") || Names(release, "WSL") ? Unseen("WSL2 has no counter for it")
        // Hyper-V has no such counter for its guests; its boards call themselves "Microsoft Corporation Virtual Machine".
        : Names(hypervisor, "microsoft") || Names(hypervisor, "hyper-v") ? Unseen("Hyper-V has no counter for it")
        : new StealCounter(hypervisor is null ? null : true, null);

    private static StealCounter Unseen(string why) => new(false, why);

    private static bool Names(string? text, string word) => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
}
