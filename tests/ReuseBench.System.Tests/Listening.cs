using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using ReuseBench.Linux;

namespace ReuseBench.SystemTests;

/// <summary>
/// A socket that waits for somebody, of a process or of one that it started, as /proc shows it: TCP that listens, UDP that is bound, Unix that listens.
/// </summary>
/// <param name="Owner">Command line of the process.</param>
/// <param name="UserId">Its effective user.</param>
/// <param name="Namespace">Its network namespace: another one than the test's is nobody's but the run's.</param>
/// <param name="Address">Of the Internet; null for a Unix socket.</param>
/// <param name="UnixName">A path, or an abstract name with an @; null for the Internet.</param>
internal sealed partial record Listening(string Owner, int UserId, string Namespace, IPAddress? Address, string? UnixName)
{
    private const string TcpListen = "0A";
    private const string UdpBound = "07";

    /// <summary>__SO_ACCEPTCON of include/linux/net.h.</summary>
    private const string Accepts = "00010000";

    /// <summary>Of the process itself and of all below it; a process that ends meanwhile has none.</summary>
    public static IEnumerable<Listening> Of(int pid) => Below(pid).Prepend(pid).SelectMany(OfProcess);

    public static string NamespaceOf(string pid) => new FileInfo($"/proc/{pid}/ns/net").LinkTarget ?? throw new IOException($"{pid} has ended");

    private static IEnumerable<int> Below(int pid) => ProcessFamily.ChildrenOf(pid).SelectMany(child => Below(child).Prepend(child));

    private static List<Listening> OfProcess(int pid)
    {
        string proc = $"/proc/{pid}";
        try
        {
            HashSet<string> sockets =
            [
                .. Directory.GetFiles($"{proc}/fd").Select(fd => SocketInode().Match(new FileInfo(fd).LinkTarget ?? "")).Where(m => m.Success)
                    .Select(m => m.Groups[1].Value),
            ];
            string owner = File.ReadAllText($"{proc}/cmdline").Replace('\0', ' ');
            int user = int.Parse(EffectiveUser().Match(File.ReadAllText($"{proc}/status")).Groups[1].Value, CultureInfo.InvariantCulture);
            string space = NamespaceOf($"{pid}");
            return
            [
                .. from table in (string[])["tcp", "tcp6", "udp", "udp6"]
                   where File.Exists($"{proc}/net/{table}")
                   from line in File.ReadLines($"{proc}/net/{table}").Skip(1)
                   let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                   where fields[3] == (table.StartsWith("tcp", StringComparison.Ordinal) ? TcpListen : UdpBound) && sockets.Contains(fields[9])
                   select new Listening(owner, user, space, AddressOf(fields[1].Split(':')[0]), null),
                .. from line in File.ReadLines($"{proc}/net/unix").Skip(1)
                   let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                   where fields[3] == Accepts && sockets.Contains(fields[6])
                   select new Listening(owner, user, space, null, fields.Length > 7 ? fields[7] : ""),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            // It ended while we looked.
            return [];
        }
    }

    /// <summary>Words of 32 bits in the byte order of the machine.</summary>
    private static IPAddress AddressOf(string hex) => new(
        [.. hex.Chunk(8).SelectMany(word => BitConverter.GetBytes(uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))]);

    [GeneratedRegex(@"^socket:\[(\d+)\]$")]
    private static partial Regex SocketInode();

    [GeneratedRegex(@"^Uid:\s+\d+\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex EffectiveUser();
}
