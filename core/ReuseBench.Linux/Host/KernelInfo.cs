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

/// <summary>What runs this virtual machine.</summary>
public static class Hypervisor
{
    private const string Unnamed = "of an unnamed kind";

    /// <summary>Words that vendors of virtual machines put into their product names; arm64 has no CPU flag to tell.</summary>
    private static readonly string[] ProductWords =
    [
        "kvm", "qemu", "virtual", "vmware", "xen", "bochs", "hvm", "amazon ec2", "google compute", "firecracker",
    ];

    /// <summary>Its name, or that it has none; null on bare metal, as far as the kernel says.</summary>
    public static string? Read() => Parse(
        SysText.TryRead("/sys/hypervisor/type"),
        SysText.TryRead("/proc/cpuinfo") ?? "",
        SysText.TryRead("/sys/class/dmi/id/sys_vendor"),
        SysText.TryRead("/sys/class/dmi/id/product_name"),
        SysText.TryRead("/sys/devices/system/clocksource/clocksource0/available_clocksource"));

    /// <param name="type">/sys/hypervisor/type, where there is one: xen.</param>
    /// <param name="cpuinfo">/proc/cpuinfo: its flags hold "hypervisor" in an x64 guest.</param>
    /// <param name="vendor">DMI vendor of the system.</param>
    /// <param name="product">DMI product name.</param>
    /// <param name="clockSources">The clock sources that this kernel could use: kvm-clock and others are a guest's.</param>
    public static string? Parse(string? type, string cpuinfo, string? vendor, string? product, string? clockSources)
    {
        string board = $"{vendor} {product}".Trim();
        bool isGuest = !string.IsNullOrEmpty(type)
            || $" {ProcLines.Value(cpuinfo, "flags")} ".Contains(" hypervisor ", StringComparison.Ordinal)
            || ProductWords.Any(word => board.Contains(word, StringComparison.OrdinalIgnoreCase));
        if (!isGuest)
        {
            return null;
        }

        return string.IsNullOrEmpty(type) ? board.Length > 0 ? board : ByClock(clockSources ?? "") : type;
    }

    private static string ByClock(string clockSources) =>
        clockSources.Contains("kvm-clock", StringComparison.Ordinal) ? "kvm"
        : clockSources.Contains("hyperv", StringComparison.Ordinal) ? "hyper-v"
        : clockSources.Contains("xen", StringComparison.Ordinal) ? "xen"
        : Unnamed;
}
