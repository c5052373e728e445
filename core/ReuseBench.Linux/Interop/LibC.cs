using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>
/// The C library, split by topic over the files <c>LibC.*.cs</c>. Each declaration is the bare call; errno is read once, at once,
/// by <see cref="Result(int)"/> in the wrapper that owns the call. Signatures and sizes are those of 64-bit Linux.
/// </summary>
internal static unsafe partial class LibC
{
    private const string Library = "libc";

    /// <summary>The result as the kernel itself would give it: not negative, or the negative errno.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Result(int returned) => returned >= 0 ? returned : -Marshal.GetLastPInvokeError();

    /// <inheritdoc cref="Result(int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Result(nint returned) => returned >= 0 ? (int)returned : -Marshal.GetLastPInvokeError();
}
