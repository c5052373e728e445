namespace ReuseBench.Bench.Runs;

/// <summary>
/// A folder that nobody but its owner may look into, whatever the umask is: what a run writes tells much about its host. The files in it have the
/// modes that the umask leaves; who wants others to read them opens the folder.
/// </summary>
internal static class PrivateFolder
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Under sudo who reads is another user than who writes.</summary>
    private const UnixFileMode ReadByAll =
        OwnerAlone | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Makes it, and the folders above it that are missing; what is there keeps its mode.</summary>
    /// <exception cref="IOException">A file is in the way, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing may be made there.</exception>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("folders have modes on Linux only");
        }

        UnixFileMode mode = Environment.GetEnvironmentVariable("SUDO_UID") is null ? OwnerAlone : ReadByAll;
        Stack<string> missing = new();
        for (string? folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)); folder is not null && !Directory.Exists(folder);
            folder = Path.GetDirectoryName(folder))
        {
            missing.Push(folder);
        }

        foreach (string folder in missing)
        {
            Directory.CreateDirectory(folder, mode);
        }
    }
}
