using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

internal static unsafe partial class LibC
{
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 1;
    internal const int O_RDWR = 2;
    internal const int O_CLOEXEC = 0x80000;
    internal const int F_GETFD = 1;
    internal const int F_SETFD = 2;
    internal const int FD_CLOEXEC = 1;
    internal const int F_ADD_SEALS = 1033;
    internal const int F_SEAL_SHRINK = 2;
    internal const int F_SEAL_GROW = 4;
    internal const int SEEK_END = 2;
    internal const int LOCK_EX = 2;
    internal const int LOCK_NB = 4;
    internal const uint MFD_CLOEXEC = 1;
    internal const uint MFD_ALLOW_SEALING = 2;
    internal const int PROT_READ = 1;
    internal const int PROT_WRITE = 2;
    internal const int MAP_SHARED = 1;

    /// <summary><see href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</see></summary>
    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags, int mode);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/close.2.html">close(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int close(int fd);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint read(int fd, void* data, nuint length);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint write(int fd, void* data, nuint length);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fcntl(int fd, int command, int argument);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/flock.2.html">flock(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int flock(int fd, int operation);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/lseek.2.html">lseek(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial long lseek(int fd, long offset, int whence);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/truncate.2.html">ftruncate(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int ftruncate(int fd, long length);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/memfd_create.2.html">memfd_create(2)</see></summary>
    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int memfd_create(string name, uint flags);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/mmap.2.html">mmap(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial void* mmap(void* address, nuint length, int protection, int flags, int fd, long offset);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/mmap.2.html">munmap(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int munmap(void* address, nuint length);

    internal const int AT_FDCWD = -100;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
    internal const uint STATX_TYPE = 1;
    internal const uint STATX_UID = 8;
    internal const uint STATX_MODE = 2;

    /// <summary>The head of struct statx, whose layout is the same on every architecture; the rest is room for the kernel to write to.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct FileStatus
    {
        [FieldOffset(20)]
        internal uint UserId;

        [FieldOffset(28)]
        internal ushort Mode;
    }

    /// <summary><see href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</see></summary>
    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx(int folder, string path, int flags, uint mask, FileStatus* status);

    // include/uapi/linux/mount.h; the numbers are the same on every machine.
    internal const nint SYS_fsopen = 430;
    internal const nint SYS_fsconfig = 431;
    internal const nint SYS_fsmount = 432;
    internal const uint FSOPEN_CLOEXEC = 1;
    internal const uint FSMOUNT_CLOEXEC = 1;
    internal const uint FSCONFIG_CMD_CREATE = 6;

    /// <summary>
    /// fsopen(2), which older C libraries do not wrap. <see href="https://man7.org/linux/man-pages/man2/fsopen.2.html">fsopen(2)</see>
    /// </summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint syscall_fsopen(nint number, string fileSystem, uint flags);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/fsconfig.2.html">fsconfig(2)</see></summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint syscall_fsconfig(nint number, int fd, uint command, void* key, void* value, int auxiliary);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/fsmount.2.html">fsmount(2)</see></summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint syscall_fsmount(nint number, int fd, uint flags, uint attributes);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/open.2.html">openat(2)</see></summary>
    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int openat(int directory, string path, int flags, int mode);
}
