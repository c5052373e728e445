using System.Text;

namespace ReuseBench.Servers.Http;

/// <summary>Every answer that one worker gives, built once.</summary>
internal sealed class ResponseTemplate
{
    /// <summary>The interim answer to <c>Expect: 100-continue</c>.</summary>
    public static readonly byte[] Continue = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();

    /// <summary>A body up to this size is copied behind each head: it costs a send(2) less.</summary>
    private const int LargestInlineBody = 64 * 1024;

    private readonly Answer _keepAlive;
    private readonly Answer _keepAliveHttp10;
    private readonly Answer _close;
    private readonly Answer _badRequest;
    private readonly Answer _headerTooLarge;
    private readonly Answer _notImplemented;
    private readonly Answer _versionNotSupported;

    /// <param name="worker">The value of <c>X-Worker</c>.</param>
    /// <param name="body">The body of each answer; see <see cref="Body"/>.</param>
    public ResponseTemplate(int worker, byte[] body)
    {
        _keepAlive = Build("200 OK", "", worker, body);
        _keepAliveHttp10 = Build("200 OK", "Connection: keep-alive\r\n", worker, body);
        _close = Build("200 OK", "Connection: close\r\n", worker, body);
        _badRequest = BuildRefusal("400 Bad Request", worker);
        _headerTooLarge = BuildRefusal("431 Request Header Fields Too Large", worker);
        _notImplemented = BuildRefusal("501 Not Implemented", worker);
        _versionNotSupported = BuildRefusal("505 HTTP Version Not Supported", worker);
    }

    /// <summary>The body of all answers: <paramref name="bytes"/> bytes of text.</summary>
    public static byte[] Body(int bytes)
    {
        byte[] body = new byte[bytes];
        body.AsSpan().Fill((byte)'x');
        return body;
    }

    public Answer KeepAlive(bool http10) => http10 ? _keepAliveHttp10 : _keepAlive;

    /// <summary>The answer after which the server closes.</summary>
    public Answer Close() => _close;

    public Answer Refused(Refusal why) => why switch
    {
        Refusal.HeaderTooLarge => _headerTooLarge,
        Refusal.NotImplemented => _notImplemented,
        Refusal.VersionNotSupported => _versionNotSupported,
        _ => _badRequest,
    };

    private static Answer BuildRefusal(string status, int worker) =>
        Build(status, "Connection: close\r\n", worker, Encoding.ASCII.GetBytes(status + "\n"));

    private static Answer Build(string status, string connection, int worker, byte[] body)
    {
        byte[] head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\nX-Worker: {worker}\r\n{connection}\r\n");
        return body.Length <= LargestInlineBody ? new Answer([.. head, .. body], [], head.Length) : new Answer(head, body, head.Length);
    }
}

/// <summary>
/// The finished bytes of one answer, in one or two pieces: a small body lies behind its head, so that one send(2) carries both; a
/// large one is shared by all answers and workers.
/// </summary>
internal sealed class Answer(byte[] first, byte[] second, int headBytes)
{
    /// <summary>Bytes of head and body.</summary>
    public int Length { get; } = first.Length + second.Length;

    /// <summary>Bytes of the head with its empty line: the whole of an answer to HEAD.</summary>
    public int HeadBytes { get; } = headBytes;

    /// <summary>What can be sent at once from <paramref name="offset"/> on, when <paramref name="length"/> bytes are to be sent in all.</summary>
    public ReadOnlySpan<byte> From(int offset, int length) => offset < first.Length
        ? first.AsSpan(offset, Math.Min(length, first.Length) - offset)
        : second.AsSpan(offset - first.Length, length - offset);
}
