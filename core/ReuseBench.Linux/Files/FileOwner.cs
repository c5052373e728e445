namespace ReuseBench.Linux;

/// <summary>Who may change a file or directory.</summary>
/// <param name="UserId">Its owner.</param>
/// <param name="WritableByOthers">Whether anybody at all may write to it.</param>
public readonly record struct FileOwner(uint UserId, bool WritableByOthers)
{
    private const int OthersWrite = 2;

    /// <summary>Of the file itself: a symbolic link is not followed.</summary>
    /// <exception cref="LinuxException">There is no such file.</exception>
    public static unsafe FileOwner Of(string path)
    {
        LibC.FileStatus status;
        LinuxException.ThrowIfError(
            LibC.Result(LibC.statx(LibC.AT_FDCWD, path, LibC.AT_SYMLINK_NOFOLLOW, LibC.STATX_UID | LibC.STATX_MODE, &status)), "statx", path);
        return new FileOwner(status.UserId, (status.Mode & OthersWrite) != 0);
    }
}
