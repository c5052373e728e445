using System.Buffers.Text;

namespace ReuseBench.LoadGen.Clients;

internal enum HeadOutcome
{
    /// <summary>The empty line has not come yet.</summary>
    Incomplete,

    Complete,

    /// <summary>Not the head of an HTTP/1.x response.</summary>
    Malformed,
}

/// <summary>
/// Status line and header fields of one response, as far as they matter for its length, the connection and the worker.
/// <see href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112</see>
/// </summary>
internal ref struct ResponseHead
{
    /// <summary>No Content-Length was given.</summary>
    public const long NoLength = -1;

    private static ReadOnlySpan<byte> Version => "HTTP/1."u8;

    public int Status;

    /// <summary>Bytes of the body by Content-Length, or <see cref="NoLength"/>.</summary>
    public long ContentLength;

    /// <summary>Whether chunked is the last transfer coding.</summary>
    public bool Chunked;

    /// <summary>A transfer coding other than chunked comes last: the body ends with the connection.</summary>
    public bool OtherCoding;

    /// <summary>Whether the server keeps the connection.</summary>
    public bool KeepAlive;

    /// <summary>Value of the worker header; empty without one.</summary>
    public ReadOnlySpan<byte> Worker;

    /// <summary>Bytes of the head, the empty line included.</summary>
    public int Length;

    /// <param name="bytes">From the first byte of the response.</param>
    /// <param name="workerHeader">Name of the worker header in lower case; may be empty.</param>
    /// <param name="head">What was found, if complete.</param>
    public static HeadOutcome Parse(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> workerHeader, out ResponseHead head)
    {
        head = default;
        head.ContentLength = NoLength;
        if (!BeginsAsOne(bytes))
        {
            return HeadOutcome.Malformed;
        }

        if (!NextLine(bytes, 0, out ReadOnlySpan<byte> line, out int position))
        {
            return HeadOutcome.Incomplete;
        }

        if (!head.StatusLine(line))
        {
            return HeadOutcome.Malformed;
        }

        while (NextLine(bytes, position, out line, out position))
        {
            if (line.IsEmpty)
            {
                head.Length = position;
                return HeadOutcome.Complete;
            }

            if (!head.Field(line, workerHeader))
            {
                return HeadOutcome.Malformed;
            }
        }

        return HeadOutcome.Incomplete;
    }

    /// <summary>Whether these can be the first bytes of an HTTP/1.x response.</summary>
    public static bool BeginsAsOne(ReadOnlySpan<byte> bytes)
    {
        int prefix = Math.Min(bytes.Length, Version.Length);
        return bytes[..prefix].SequenceEqual(Version[..prefix]);
    }

    /// <summary>A line without its end, CR LF or LF alone (RFC 9112, 2.2).</summary>
    private static bool NextLine(ReadOnlySpan<byte> bytes, int from, out ReadOnlySpan<byte> line, out int next)
    {
        int end = bytes[from..].IndexOf((byte)'\n');
        if (end < 0)
        {
            line = default;
            next = from;
            return false;
        }

        next = from + end + 1;
        line = bytes.Slice(from, end);
        line = line.EndsWith((byte)'\r') ? line[..^1] : line;
        return true;
    }

    private bool StatusLine(ReadOnlySpan<byte> line)
    {
        // HTTP/1.x SP 3DIGIT [SP reason]
        int statusAt = Version.Length + 2;
        if (line.Length < statusAt + 3
            || !char.IsAsciiDigit((char)line[Version.Length])
            || line[statusAt - 1] != ' '
            || !Utf8Parser.TryParse(line.Slice(statusAt, 3), out Status, out int digits)
            || digits != 3
            || Status < 100
            || (line.Length > statusAt + 3 && line[statusAt + 3] != ' '))
        {
            return false;
        }

        KeepAlive = line[Version.Length] != '0';
        return true;
    }

    private bool Field(ReadOnlySpan<byte> line, ReadOnlySpan<byte> workerHeader)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            return false;
        }

        ReadOnlySpan<byte> name = line[..colon];
        ReadOnlySpan<byte> value = line[(colon + 1)..];
        if (Is(name, workerHeader))
        {
            Worker = Trim(value);
            return true;
        }

        // Length and first letter rule out nearly every other field before any compare.
        return (name.Length, name[0] | 0x20) switch
        {
            (14, 'c') when Is(name, "content-length"u8) => SetLength(Trim(value)),
            (17, 't') when Is(name, "transfer-encoding"u8) => SetCoding(Trim(value)),
            (10, 'c') when Is(name, "connection"u8) => SetConnection(value),
            _ => true,
        };
    }

    private bool SetLength(ReadOnlySpan<byte> value)
    {
        if (!Utf8Parser.TryParse(value, out ulong length, out int consumed)
            || consumed != value.Length
            || length > long.MaxValue
            || (ContentLength != NoLength && ContentLength != (long)length))
        {
            return false;
        }

        ContentLength = (long)length;
        return true;
    }

    private bool SetCoding(ReadOnlySpan<byte> value)
    {
        Chunked = Is(Trim(value[(value.LastIndexOf((byte)',') + 1)..]), "chunked"u8);
        OtherCoding = !Chunked;
        return true;
    }

    private bool SetConnection(ReadOnlySpan<byte> value)
    {
        while (true)
        {
            int comma = value.IndexOf((byte)',');
            ReadOnlySpan<byte> option = Trim(comma < 0 ? value : value[..comma]);
            if (Is(option, "close"u8))
            {
                KeepAlive = false;
            }
            else if (Is(option, "keep-alive"u8))
            {
                KeepAlive = true;
            }

            if (comma < 0)
            {
                return true;
            }

            value = value[(comma + 1)..];
        }
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value) => value.Trim(" \t"u8);

    /// <param name="text">As it came.</param>
    /// <param name="lower">In lower case; empty matches nothing.</param>
    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) =>
        text.Length == lower.Length && !lower.IsEmpty && System.Text.Ascii.EqualsIgnoreCase(text, lower);
}
