using System.Globalization;
using System.Text.Json;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Recording;

/// <summary>Why a connect or a request failed: an errno of Linux (below 200), or one of the reasons here that no call reports.</summary>
internal static class FailureCode
{
    /// <summary>Nothing came within the time allowed.</summary>
    public const int Timeout = 200;

    /// <summary>The peer ended the stream in order before the first byte of the answer.</summary>
    public const int Closed = 201;

    /// <summary>Bytes on a connection where nothing was asked, or after the last answer.</summary>
    public const int Unasked = 202;

    /// <summary>A TLS record (RFC 8446, 5.1) where a status line belongs, mostly an alert.</summary>
    public const int LooksLikeTls = 203;

    /// <summary>An SSH identification (RFC 4253, 4.2) where a status line belongs.</summary>
    public const int LooksLikeSsh = 204;

    /// <summary>An HTTP/2 frame of the connection (RFC 9113, 4.1) or a preface where a status line belongs.</summary>
    public const int LooksLikeHttp2 = 205;

    /// <summary>The answer does not begin as one of HTTP/1.x.</summary>
    public const int NotHttp = 206;

    /// <summary>A status line or field that HTTP/1.1 does not allow, or one that contradicts another.</summary>
    public const int HeadMalformed = 207;

    /// <summary>The head is longer than 64 KiB.</summary>
    public const int HeadTooLong = 208;

    /// <summary>The stream ended within the head.</summary>
    public const int HeadCut = 209;

    /// <summary>The stream ended before the end of the body.</summary>
    public const int BodyCut = 210;

    /// <summary>A chunk of the body is not one.</summary>
    public const int BodyMalformed = 211;

    /// <summary>Bytes after the end of the answer, to which no request belongs.</summary>
    public const int Surplus = 212;

    /// <summary>One above the highest code.</summary>
    public const int Count = 213;

    /// <summary>The name under which the code is reported: <c>ECONNREFUSED</c>, <c>timeout</c>.</summary>
    public static string NameOf(int code) => code switch
    {
        Timeout => "timeout",
        Closed => "closed",
        Unasked => "bytes without a request",
        LooksLikeTls => "not HTTP/1.1: looks like TLS",
        LooksLikeSsh => "not HTTP/1.1: looks like SSH",
        LooksLikeHttp2 => "not HTTP/1.1: looks like HTTP/2",
        NotHttp => "not HTTP/1.1",
        HeadMalformed => "malformed response head",
        HeadTooLong => "response head longer than 64 KiB",
        HeadCut => "closed within the response head",
        BodyCut => "closed within the response body",
        BodyMalformed => "malformed chunk",
        Surplus => "bytes after the end of the response",
        _ => new Errno(code).Name,
    };

    /// <summary>Whether the server speaks something other than HTTP/1.x.</summary>
    public static bool IsOtherProtocol(int code) => code is >= LooksLikeTls and <= NotHttp;

    /// <summary>What speaks, by the first bytes where a status line belongs; at least one.</summary>
    public static int Recognize(ReadOnlySpan<byte> bytes)
    {
        // A TLS record: type 20 to 23, then the version, 3.x in all of them.
        if (bytes[0] is >= 0x14 and <= 0x17 && (bytes.Length == 1 || bytes[1] == 3))
        {
            return LooksLikeTls;
        }

        if (bytes.StartsWith("SSH-"u8))
        {
            return LooksLikeSsh;
        }

        // SETTINGS (4), GOAWAY (7) or WINDOW_UPDATE (8) of stream 0, below the 16 KiB that no peer has to take.
        const int frameHead = 9;
        bool isFrame = bytes.Length >= frameHead && bytes[0] == 0 && bytes[1] <= 0x40 && bytes[3] is 4 or 7 or 8
            && bytes[5..frameHead].IndexOfAnyExcept((byte)0) < 0;
        return isFrame || bytes.StartsWith("PRI * HTTP/2"u8) ? LooksLikeHttp2 : NotHttp;
    }

    /// <summary>The name of an answer with a status other than 2xx.</summary>
    public static string NameOfStatus(int status) => string.Create(CultureInfo.InvariantCulture, $"http-{status}");

    public static FailureClass ClassOf(int code) => code switch
    {
        ErrnoCode.ECONNREFUSED => FailureClass.Refused,
        ErrnoCode.ECONNRESET or ErrnoCode.EPIPE or Closed => FailureClass.Reset,
        ErrnoCode.ETIMEDOUT or Timeout => FailureClass.Timeout,
        ErrnoCode.EADDRNOTAVAIL or ErrnoCode.EADDRINUSE => FailureClass.Address,
        >= Unasked => FailureClass.Protocol,
        _ => FailureClass.Other,
    };
}

/// <summary>The columns in which failures are counted.</summary>
internal enum FailureClass
{
    Refused,
    Reset,
    Timeout,
    Address,
    Protocol,
    Other,
}

/// <summary>What was in progress when something failed.</summary>
internal enum FailurePhase
{
    /// <summary>Socket, bind and connect, until the connection is established.</summary>
    Connect,

    /// <summary>The request was not written whole.</summary>
    Send,

    /// <summary>No byte of the answer had come.</summary>
    FirstByte,

    /// <summary>The answer had begun.</summary>
    Answer,

    /// <summary>The answer was complete; the server's end of the stream was awaited.</summary>
    Close,

    /// <summary>Open loop: the request waited too long for a free connection and was never started.</summary>
    Schedule,
}

/// <summary>Failures of a whole life by phase and code, and answers by status. One thread writes.</summary>
internal sealed class FailureTally
{
    private const int Statuses = 1000;

    private static readonly int Phases = Enum.GetValues<FailurePhase>().Length;

    private readonly long[] _failures = new long[Phases * FailureCode.Count];
    private readonly long[] _statuses = new long[Statuses];

    public void Count(FailurePhase phase, int code) => _failures[((int)phase * FailureCode.Count) + code]++;

    /// <summary>Of a code, in all phases. Others may ask: a count is a whole word.</summary>
    public long CountOf(int code)
    {
        long count = 0;
        for (int phase = 0; phase < Phases; phase++)
        {
            count += Volatile.Read(ref _failures[(phase * FailureCode.Count) + code]);
        }

        return count;
    }

    /// <param name="status">Of an answer other than 2xx; 0 to 999.</param>
    public void CountStatus(int status) => _statuses[status]++;

    public void Add(FailureTally other)
    {
        for (int i = 0; i < _failures.Length; i++)
        {
            _failures[i] += other._failures[i];
        }

        for (int i = 0; i < _statuses.Length; i++)
        {
            _statuses[i] += other._statuses[i];
        }
    }

    public ErrorCount[] ToErrorCounts()
    {
        List<ErrorCount> counts = [];
        for (int i = 0; i < _failures.Length; i++)
        {
            if (_failures[i] > 0)
            {
                counts.Add(new ErrorCount(NameOf((FailurePhase)(i / FailureCode.Count)), FailureCode.NameOf(i % FailureCode.Count), _failures[i]));
            }
        }

        for (int status = 0; status < Statuses; status++)
        {
            if (_statuses[status] > 0)
            {
                counts.Add(new ErrorCount(NameOf(FailurePhase.Answer), FailureCode.NameOfStatus(status), _statuses[status]));
            }
        }

        return [.. counts];
    }

    private static string NameOf(FailurePhase phase) => JsonNamingPolicy.SnakeCaseLower.ConvertName(phase.ToString());
}
