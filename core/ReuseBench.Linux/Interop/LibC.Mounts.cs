using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

internal static unsafe partial class LibC
{
    // include/uapi/linux/mount.h; the numbers are the same on every machine.
    internal const nint SYS_fsopen = 430;
    internal const nint SYS_fsconfig = 431;
    internal const nint SYS_fsmount = 432;
    internal const uint FSOPEN_CLOEXEC = 1;
    internal const uint FSMOUNT_CLOEXEC = 1;
    internal const uint FSCONFIG_CMD_CREATE = 6;

    /// <summary>fsopen(2), which older C libraries do not wrap. <see href="https://man7.org/linux/man-pages/man2/fsopen.2.html">fsopen(2)</see></summary>
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
