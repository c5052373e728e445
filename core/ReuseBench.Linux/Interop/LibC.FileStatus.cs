using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

internal static unsafe partial class LibC
{
    internal const int AT_FDCWD = -100;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
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
}
