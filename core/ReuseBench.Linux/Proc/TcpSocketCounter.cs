using System.Buffers.Text;

namespace ReuseBench.Linux;

/// <summary>
/// Counts the TCP sockets of one state and local port in the calling thread's namespace, like <see cref="TcpTable"/> but without an
/// object for each row: for counting beside a measurement, where a collection would be felt. Used by one thread.
/// </summary>
/// <param name="state">Which sockets to count.</param>
/// <param name="localPort">Their local port.</param>
public sealed class TcpSocketCounter(TcpState state, int localPort)
{
    private static readonly string[] Paths = ["/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"];

    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>The count now; the kernel walks its whole table for it.</summary>
    public int Count()
    {
        int count = 0;
        foreach (string path in Paths)
        {
            if (File.Exists(path))
            {
                count += CountIn(path);
            }
        }

        return count;
    }

    /// <summary>Rows in whole lines of /proc/net/tcp; the header line is none.</summary>
    internal int CountLines(ReadOnlySpan<byte> lines)
    {
        int count = 0;
        foreach (Range line in lines.Split((byte)'\n'))
        {
            count += Matches(lines[line]) ? 1 : 0;
        }

        return count;
    }

    private int CountIn(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        int count = 0;
        int kept = 0;
        int read;
        while ((read = file.Read(_buffer, kept, _buffer.Length - kept)) > 0)
        {
            int filled = kept + read;
            int whole = _buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            count += CountLines(_buffer.AsSpan(0, whole));
            kept = filled - whole;
            _buffer.AsSpan(whole, kept).CopyTo(_buffer);
        }

        return count;
    }

    /// <summary>
    /// "  0: 0100007F:1F90 00000000:0000 0A …": the local port is hexadecimal behind the second colon, the state the fourth word.
    /// </summary>
    private bool Matches(ReadOnlySpan<byte> line)
    {
        int slot = line.IndexOf(": "u8);
        if (slot < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> local = line[(slot + 2)..];
        int colon = local.IndexOf((byte)':');
        if (colon < 0 || !Utf8Parser.TryParse(local[(colon + 1)..], out int port, out int digits, 'X') || port != localPort)
        {
            return false;
        }

        ReadOnlySpan<byte> remote = local[(colon + 1 + digits + 1)..];
        int blank = remote.IndexOf((byte)' ');
        return blank > 0 && Utf8Parser.TryParse(remote[(blank + 1)..], out int number, out _, 'X') && number == (int)state;
    }
}
