using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>Which kernel this is.</summary>
/// <param name="Release">As `uname -r` says; null where /proc does not.</param>
/// <param name="Machine">The architecture in .NET's words: x64, arm64.</param>
/// <param name="BootId">Another one after each start of the kernel; null where /proc does not say.</param>
public sealed record KernelInfo(string? Release, string Machine, string? BootId)
{
    public static KernelInfo Read() => new(
        SysText.TryRead("/proc/sys/kernel/osrelease"),
        RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
        SysText.TryRead("/proc/sys/kernel/random/boot_id"));
}
