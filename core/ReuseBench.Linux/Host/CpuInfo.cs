namespace ReuseBench.Linux;

/// <summary>What the processors are and how they are clocked. What the host does not say is null.</summary>
/// <param name="ModelName">From /proc/cpuinfo; arm64 kernels give none.</param>
/// <param name="Governor">The frequency governor of the first CPU; virtual machines have none.</param>
/// <param name="ClockSource">What the kernel reads the time from: tsc, kvm-clock, arch_sys_counter, …</param>
public sealed record CpuInfo(string? ModelName, string? Governor, string? ClockSource)
{
    public static CpuInfo Read() => new(
        ParseModelName(SysText.TryRead("/proc/cpuinfo") ?? ""),
        SysText.TryRead("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        SysText.TryRead("/sys/devices/system/clocksource/clocksource0/current_clocksource"));

    /// <param name="text">The content of /proc/cpuinfo.</param>
    public static string? ParseModelName(string text) => ProcLines.Value(text, "model name");
}
