using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;

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
    /// <exception cref="FormatException">A line of a CPU is too short, or holds what is no number.</exception>
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
        long Number(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new FormatException($"/proc/stat: '{text}' is no number");
        long? Column(int index) => index < fields.Length ? Number(fields[index]) : null;
        long Required(int index) => Column(index)
            ?? throw new FormatException($"/proc/stat: '{string.Join(' ', fields)}' is too short");

        string number = fields[0][Prefix.Length..];
        int cpu = number.Length == 0 ? AllCpus : (int)Math.Min(Number(number), int.MaxValue);
        return new CpuTimes(cpu, Required(1), Required(2), Required(3), Required(4), Column(5), Column(6), Column(7), Column(8));
    }
}

/// <summary>
/// User and system time of a process apart, in ticks; coarse. The exact sum of both is <see cref="MonotonicClock.ProcessCpuNs"/>.
/// <see href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</see>
/// </summary>
/// <param name="UserTicks">In user space.</param>
/// <param name="SystemTicks">In the kernel.</param>
/// <param name="Threads">Threads now.</param>
public sealed record ProcessCpu(long UserTicks, long SystemTicks, int Threads)
{
    // Fields of the file, counted from 1 as in the man page; the name in field 2 may hold spaces and parentheses.
    private const int StateField = 3;
    private const int UserTimeField = 14;
    private const int SystemTimeField = 15;
    private const int ThreadsField = 20;

    /// <summary>Ticks in a second of all files under /proc (USER_HZ), 100 on x64 and arm64.</summary>
    public static long TicksPerSecond => LibC.sysconf(LibC.SC_CLK_TCK);

    /// <exception cref="IOException">There is no such process.</exception>
    public static ProcessCpu Read(int pid) => Parse(File.ReadAllText($"/proc/{pid}/stat"));

    /// <summary>That of this process.</summary>
    public static ProcessCpu Read() => Read(Environment.ProcessId);

    /// <param name="text">The content of /proc/PID/stat.</param>
    /// <exception cref="FormatException">Too few fields, or no numbers.</exception>
    public static ProcessCpu Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long Field(int number) => number - StateField < fields.Length
            && long.TryParse(fields[number - StateField], CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new FormatException($"/proc/PID/stat has no number in field {number}");

        return new ProcessCpu(Field(UserTimeField), Field(SystemTimeField), (int)Field(ThreadsField));
    }
}

/// <summary>To whom the kernel charges the time of interrupts, software interrupts (where packets are received) included.</summary>
public enum InterruptTime
{
    /// <summary>The kernel's build configuration cannot be read here.</summary>
    Unknown,

    /// <summary>To the process that was interrupted: its CPU time holds it.</summary>
    Process,

    /// <summary>To no process (CONFIG_IRQ_TIME_ACCOUNTING): it is in /proc/stat alone.</summary>
    Apart,
}

/// <summary>Reads <see cref="InterruptTime"/> from the kernel's build configuration.</summary>
public static class KernelConfig
{
    private const string Option = "CONFIG_IRQ_TIME_ACCOUNTING";

    public static InterruptTime ReadInterruptTime() => ParseInterruptTime(ReadText());

    /// <param name="text">The kernel's .config; null where it cannot be read.</param>
    public static InterruptTime ParseInterruptTime(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return InterruptTime.Unknown;
        }

        // An option that the build did not choose is a comment, or not there at all.
        return text.Split('\n').Any(line => line.TrimEnd() == Option + "=y") ? InterruptTime.Apart : InterruptTime.Process;
    }

    private static string? ReadText()
    {
        try
        {
            using FileStream packed = File.OpenRead("/proc/config.gz");
            using StreamReader reader = new(new GZipStream(packed, CompressionMode.Decompress));
            return reader.ReadToEnd();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            string? release = KernelInfo.Read().Release;
            return SysText.TryRead($"/boot/config-{release}") ?? SysText.TryRead($"/lib/modules/{release}/config");
        }
    }
}
