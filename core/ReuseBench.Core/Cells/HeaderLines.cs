namespace ReuseBench.Core.Cells;

/// <summary>Header lines of a request, written <c>Name: value | Name: value</c>; none is an empty text.</summary>
public sealed class HeaderLines : IEquatable<HeaderLines>
{
    /// <summary>Characters of all lines together; a server may take as few as 8 KiB for a whole head.</summary>
    public const int MaxLength = 4096;

    private const string Separator = " | ";

    /// <summary>The swarm writes these itself: another value would contradict what it sends.</summary>
    private static readonly string[] Own = ["Connection", "Content-Length", "Transfer-Encoding"];

    private readonly string[] _lines;

    private HeaderLines(string[] lines) => _lines = lines;

    public static HeaderLines None { get; } = new([]);

    public bool IsEmpty => _lines.Length == 0;

    /// <exception cref="UsageException">A line is no header, is the swarm's own, or all are too long.</exception>
    public static HeaderLines Parse(string text, string what)
    {
        if (text.Length > MaxLength)
        {
            throw new UsageException($"{what}: {text.Length} characters; use up to {MaxLength}");
        }

        return text.Length == 0 ? None : new HeaderLines([.. text.Split('|', StringSplitOptions.TrimEntries).Select(line => Line(line, what))]);
    }

    /// <summary>The lines as they are sent, each with its CRLF; a Host line with this value first, unless they have one.</summary>
    /// <param name="host">Host and port of the target as the user named them.</param>
    public string ToHead(string host)
    {
        IEnumerable<string> lines = _lines.Any(line => IsNamed(line, "Host")) ? _lines : _lines.Prepend($"Host: {host}");
        return string.Concat(lines.Select(line => line + "\r\n"));
    }

    public override string ToString() => string.Join(Separator, _lines);

    public bool Equals(HeaderLines? other) => other is not null && _lines.AsSpan().SequenceEqual(other._lines);

    public override bool Equals(object? obj) => Equals(obj as HeaderLines);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static bool IsNamed(string line, string name) => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase);

    private static string Line(string line, string what)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        bool isHeader = colon > 0 && line[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            && line[colon..].All(c => c is >= ' ' and < '\x7f');
        if (!isHeader)
        {
            throw new UsageException($"{what}: '{line}' is not a header line; write Name: value, and | between two of them");
        }

        return Own.FirstOrDefault(name => IsNamed(line, name)) is { } own
            ? throw new UsageException($"{what}: the swarm writes {own} itself; leave it out, and use workload, close or request-bytes")
            : $"{line[..colon]}: {line[(colon + 1)..].Trim()}";
    }
}
