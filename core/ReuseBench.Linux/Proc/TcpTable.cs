using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>
/// The TCP sockets of a network namespace, IPv4 and IPv6 (/proc/net/tcp, /proc/net/tcp6). Reading walks the kernel's whole hash
/// table: for checks between measurements, never within one.
/// <see href="https://man7.org/linux/man-pages/man5/proc_pid_net.5.html">proc_pid_net(5)</see>
/// </summary>
/// <param name="Rows">In the order of the files.</param>
public sealed record TcpTable(ImmutableArray<TcpTable.Row> Rows)
{
    private const string InetPath = "/proc/thread-self/net/tcp";
    private const string Inet6Path = "/proc/thread-self/net/tcp6";

    // Bytes of an address.
    private const int Inet = 4;
    private const int Inet6 = 16;

    // Columns of the files, counted from 0.
    private const int LocalColumn = 1;
    private const int RemoteColumn = 2;
    private const int StateColumn = 3;
    private const int QueuesColumn = 4;
    private const int InodeColumn = 9;

    /// <summary>Those of the calling thread's namespace, now.</summary>
    public static TcpTable Read() => new(
        [.. ParseRows(File.ReadAllText(InetPath)), .. File.Exists(Inet6Path) ? ParseRows(File.ReadAllText(Inet6Path)) : []]);

    /// <param name="text">The content of /proc/net/tcp or /proc/net/tcp6.</param>
    /// <exception cref="FormatException">A line is none of a socket.</exception>
    public static TcpTable Parse(string text) => new([.. ParseRows(text)]);

    /// <summary>Sockets in a state.</summary>
    public int Count(TcpState state) => Rows.Count(row => row.State == state);

    /// <summary>Sockets in a state whose local port is <paramref name="localPort"/>.</summary>
    public int Count(TcpState state, int localPort) => Rows.Count(row => row.State == state && row.Local.Port == localPort);

    private static IEnumerable<Row> ParseRows(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('\n')
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > InodeColumn)
            .Select(ParseRow);
    }

    private static Row ParseRow(string[] fields)
    {
        try
        {
            (string sent, string received) = Pair(fields[QueuesColumn]);
            return new Row(
                ParseAddress(fields[LocalColumn]),
                ParseAddress(fields[RemoteColumn]),
                (TcpState)Hex(fields[StateColumn]),
                Hex(sent),
                Hex(received),
                long.Parse(fields[InodeColumn], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is OverflowException or ArgumentException)
        {
            throw new FormatException($"/proc/net/tcp: '{string.Join(' ', fields)}' is no socket", e);
        }
    }

    private static (string First, string Second) Pair(string field) =>
        field.Split(':') is [var first, var second] ? (first, second) : throw new FormatException($"/proc/net/tcp: '{field}' is no pair");

    /// <summary>The address is printed as 32-bit words in host order, the port as a number.</summary>
    private static SockAddr ParseAddress(string field)
    {
        (string address, string port) = Pair(field);
        byte[] words = Convert.FromHexString(address);
        if (words.Length is not (Inet or Inet6))
        {
            throw new FormatException($"/proc/net/tcp: '{field}' is no address");
        }

        if (BitConverter.IsLittleEndian)
        {
            Span<uint> swapped = MemoryMarshal.Cast<byte, uint>(words.AsSpan());
            BinaryPrimitives.ReverseEndianness(swapped, swapped);
        }

        return SockAddr.From(new IPAddress(words), checked((ushort)Hex(port)));
    }

    private static long Hex(string text) => long.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>One socket.</summary>
    /// <param name="Local">Its own address.</param>
    /// <param name="Remote">The peer's; port 0 for a listener.</param>
    /// <param name="State">Where the connection stands.</param>
    /// <param name="TransmitQueue">Bytes that the peer's kernel has not acknowledged yet.</param>
    /// <param name="ReceiveQueue">Bytes not read yet; for a listener the connections that wait to be accepted.</param>
    /// <param name="Inode">The socket's inode; 0 for TIME_WAIT and connections not accepted yet.</param>
    public readonly record struct Row(SockAddr Local, SockAddr Remote, TcpState State, long TransmitQueue, long ReceiveQueue, long Inode);
}

/// <summary>The state of a TCP socket, numbered as in <c>include/net/tcp_states.h</c>.</summary>
public enum TcpState
{
    None = 0,
    Established = 1,
    SynSent = 2,
    SynReceived = 3,
    FinWait1 = 4,
    FinWait2 = 5,
    TimeWait = 6,
    Close = 7,
    CloseWait = 8,
    LastAck = 9,
    Listen = 10,
    Closing = 11,
    NewSynReceived = 12,
}
