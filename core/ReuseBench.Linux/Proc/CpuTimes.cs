using System.Collections.Immutable;
using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>
/// Where the time of one CPU went since boot, in ticks (<see cref="ProcessCpu.TicksPerSecond"/>). A column that this kernel does
/// not have is null. <see href="https://man7.org/linux/man-pages/man5/proc_stat.5.html">proc_stat(5)</see>
/// </summary>
/// <param name="Cpu">The CPU; −1 for the sum of all.</param>
/// <param name="User">Includes the time of guests.</param>
/// <param name="Nice">User time at lowered priority.</param>
/// <param name="System">In the kernel.</param>
/// <param name="Idle">Nothing to do.</param>
/// <param name="IoWait">Nothing to do while a disk was asked.</param>
/// <param name="Irq">In hardware interrupts.</param>
/// <param name="SoftIrq">In software interrupts: where packets are received.</param>
/// <param name="Steal">The host of this virtual machine ran something else.</param>
public sealed record CpuTimes(
    int Cpu, long User, long Nice, long System, long Idle, long? IoWait, long? Irq, long? SoftIrq, long? Steal)
{
    public const int AllCpus = -1;

    private const string Path = "/proc/stat";
    private const string Prefix = "cpu";

    /// <summary>Ticks of all kinds.</summary>
    public long Total => User + Nice + System + Idle + (IoWait ?? 0) + (Irq ?? 0) + (SoftIrq ?? 0) + (Steal ?? 0);

    /// <summary>The sum first, then each CPU that is online.</summary>
    public static ImmutableArray<CpuTimes> Read() => Parse(File.ReadAllText(Path));

    /// <param name="text">The content of /proc/stat.</param>
    public static ImmutableArray<CpuTimes> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return
        [
            .. text.Split('\n')
                .Where(line => line.StartsWith(Prefix, StringComparison.Ordinal))
                .Select(line => ParseLine(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
        ];
    }

    private static CpuTimes ParseLine(string[] fields)
    {
        long? Column(int index) => index < fields.Length ? long.Parse(fields[index], CultureInfo.InvariantCulture) : null;
        long Required(int index) => Column(index)
            ?? throw new FormatException($"/proc/stat: '{string.Join(' ', fields)}' is too short");

        string number = fields[0][Prefix.Length..];
        int cpu = number.Length == 0 ? AllCpus : int.Parse(number, CultureInfo.InvariantCulture);
        return new CpuTimes(cpu, Required(1), Required(2), Required(3), Required(4), Column(5), Column(6), Column(7), Column(8));
    }
}
