using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>
/// The connection tracking table that the calling thread's network namespace uses. What this kernel does not have is null, never 0.
/// <see href="https://docs.kernel.org/networking/nf_conntrack-sysctl.html">networking/nf_conntrack-sysctl</see>
/// </summary>
/// <param name="Entries">In the table now.</param>
/// <param name="Max">Most that it holds (nf_conntrack_max).</param>
/// <param name="Drops">Packets dropped because no entry could be made for them, since the namespace began.</param>
public sealed record ConntrackCounters(long? Entries, long? Max, long? Drops)
{
    private const string Path = "/proc/thread-self/net/stat/nf_conntrack";

    /// <summary>That of the calling thread's namespace, now.</summary>
    public static ConntrackCounters Read() => new(
        Number(Sysctl.TryRead("net.netfilter.nf_conntrack_count")),
        Number(Sysctl.TryRead("net.netfilter.nf_conntrack_max")),
        SysText.TryRead(Path) is { } text ? ParseDrops(text) : null);

    /// <param name="text">The content of /proc/net/stat/nf_conntrack: names, then one line of hexadecimal numbers for each CPU.</param>
    public static long? ParseDrops(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int column = lines.Length == 0 ? -1 : Array.IndexOf(Fields(lines[0]), "drop");
        return column < 0 ? null : HexColumns.Sum(lines.Skip(1).Select(Fields), column);
    }

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}

/// <summary>
/// What each CPU's receive queue did since boot, whatever the namespace: loopback packets go through it, too (/proc/net/softnet_stat,
/// softnet_seq_show in net/core/net-procfs.c).
/// </summary>
public static class SoftnetCounters
{
    private const string Path = "/proc/net/softnet_stat";

    private const int DroppedField = 1;

    /// <summary>Packets dropped because such a queue was full (net.core.netdev_max_backlog), of all CPUs; null where no file says.</summary>
    public static long? ReadDrops() => SysText.TryRead(Path) is { } text ? ParseDrops(text) : null;

    /// <param name="text">The content of /proc/net/softnet_stat: one line of hexadecimal numbers for each CPU.</param>
    public static long? ParseDrops(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return HexColumns.Sum(
            text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)), DroppedField);
    }
}

/// <summary>Tables of the kernel with one line a CPU, in hexadecimal.</summary>
internal static class HexColumns
{
    /// <summary>The sum over all lines; null where one lacks the column.</summary>
    internal static long? Sum(IEnumerable<string[]> lines, int column)
    {
        long? sum = null;
        foreach (string[] fields in lines)
        {
            if (fields.Length <= column || !long.TryParse(fields[column], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value))
            {
                return null;
            }

            sum = (sum ?? 0) + value;
        }

        return sum;
    }
}
