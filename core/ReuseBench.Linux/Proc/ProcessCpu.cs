using System.Globalization;

namespace ReuseBench.Linux;

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
    /// <exception cref="FormatException">Too few fields.</exception>
    public static ProcessCpu Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long Field(int number) => number - StateField < fields.Length
            ? long.Parse(fields[number - StateField], CultureInfo.InvariantCulture)
            : throw new FormatException($"/proc/PID/stat has no field {number}");

        return new ProcessCpu(Field(UserTimeField), Field(SystemTimeField), (int)Field(ThreadsField));
    }
}
