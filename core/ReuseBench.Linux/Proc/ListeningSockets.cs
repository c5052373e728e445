using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>
/// The listening TCP sockets on a port of the calling thread's namespace, told apart by their inodes, and the processes that have them open: what a
/// server really listens on, whatever its configuration says. For checks beside a measurement: it reads the kernel's whole table and the descriptors of
/// the processes.
/// </summary>
/// <param name="Held">Sockets that one of the processes has open.</param>
/// <param name="Others">Sockets on the port that none of them has.</param>
public sealed record ListeningSockets(IReadOnlySet<long> Held, IReadOnlySet<long> Others)
{
    private const string Prefix = "socket:[";

    /// <param name="port">Local port.</param>
    /// <param name="pids">The processes; one that has ended, or may not be looked at, has none.</param>
    public static ListeningSockets Of(int port, IEnumerable<int> pids)
    {
        HashSet<long> listening = [.. TcpTable.Read().Rows.Where(row => row.State == TcpState.Listen && row.Local.Port == port).Select(row => row.Inode)];
        HashSet<long> held = [.. listening.Count == 0 ? [] : pids.SelectMany(SocketsOf).Where(listening.Contains)];
        listening.ExceptWith(held);
        return new ListeningSockets(held, listening);
    }

    /// <param name="link">What a descriptor of /proc/PID/fd points to, such as <c>socket:[12345]</c>.</param>
    /// <returns>The inode; null where it is no socket.</returns>
    internal static long? ParseInode(string? link) =>
        link is not null && link.StartsWith(Prefix, StringComparison.Ordinal)
        && long.TryParse(link.AsSpan(Prefix.Length).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out long inode) ? inode : null;

    private static IEnumerable<long> SocketsOf(int pid)
    {
        string[] descriptors;
        try
        {
            descriptors = Directory.GetFileSystemEntries($"/proc/{pid}/fd");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another user's.
            return [];
        }

        return descriptors.Select(TargetOf).Select(ParseInode).OfType<long>();
    }

    private static string? TargetOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
