using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>
/// A folder that one process has for itself. The lock is on the directory, so it leaves no file behind, and it goes with the process, however
/// that ends. Only those who ask are kept out: nothing stops a program that does not.
/// <see href="https://man7.org/linux/man-pages/man2/flock.2.html">flock(2)</see>
/// </summary>
public sealed class FolderLock : IDisposable
{
    private readonly Descriptor _folder;

    private FolderLock(Descriptor folder) => _folder = folder;

    /// <param name="path">An existing directory that may be read.</param>
    /// <param name="taken">The lock; null where another holds it.</param>
    /// <param name="holder">Process id of the other; null where it cannot be known, as for a process of another pid namespace.</param>
    /// <returns>Whether the lock was taken.</returns>
    /// <exception cref="LinuxException">The folder cannot be opened or its file system has no locks.</exception>
    public static bool TryTake(string path, out FolderLock? taken, out int? holder)
    {
        taken = null;
        holder = null;
        Descriptor folder = Descriptor.Own(LibC.Result(LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC, 0)), "open", path);
        int result = LibC.Result(LibC.flock(folder.Value, LibC.LOCK_EX | LibC.LOCK_NB));
        if (result < 0)
        {
            holder = result == -ErrnoCode.EAGAIN ? HolderOf(folder) : null;
            folder.Dispose();
            return result == -ErrnoCode.EAGAIN ? false : throw new LinuxException("flock", path, Errno.FromResult(result));
        }

        taken = new FolderLock(folder);
        return true;
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The kernel names the holder by the inode in /proc/locks: <c>1: FLOCK ADVISORY WRITE 4711 fd:01:131090 0 EOF</c>.</summary>
    private static int? HolderOf(Descriptor folder)
    {
        string? inode = SysText.TryRead($"/proc/self/fdinfo/{folder.Value}")?.Split('\n')
            .FirstOrDefault(line => line.StartsWith("ino:", StringComparison.Ordinal))?["ino:".Length..].Trim();
        if (inode is null)
        {
            return null;
        }

        foreach (string line in SysText.TryRead("/proc/locks")?.Split('\n') ?? [])
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields is [_, "FLOCK", _, _, var pid, var file, ..] && file.EndsWith(":" + inode, StringComparison.Ordinal)
                && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id > 0)
            {
                return id;
            }
        }

        return null;
    }
}

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

/// <summary>What a name in a folder stands for.</summary>
public static class FileKind
{
    // include/uapi/linux/stat.h
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    /// <returns>
    /// Whether it is a regular file, links followed: one that has an end, and whose reader waits for nobody. True, too, where nothing is there.
    /// </returns>
    public static unsafe bool IsRegularOrNone(string path)
    {
        LibC.FileStatus status;
        return LibC.Result(LibC.statx(LibC.AT_FDCWD, path, 0, LibC.STATX_TYPE, &status)) < 0 || (status.Mode & TypeMask) == Regular;
    }
}
