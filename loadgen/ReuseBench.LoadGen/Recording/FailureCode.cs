using System.Globalization;
using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Recording;

/// <summary>Why a connect or a request failed: an errno of Linux (below 200), or one of the reasons here that no call reports.</summary>
internal static class FailureCode
{
    /// <summary>Nothing came within the time allowed.</summary>
    public const int Timeout = 200;

    /// <summary>The peer ended the stream in order before the first byte of the answer.</summary>
    public const int Closed = 201;

    /// <summary>The answer is not HTTP/1.x, ended before its length, or was followed by bytes that nobody asked for.</summary>
    public const int Protocol = 202;

    /// <summary>One above the highest code.</summary>
    public const int Count = 203;

    /// <summary>The name under which the code is reported: <c>ECONNREFUSED</c>, <c>timeout</c>.</summary>
    public static string NameOf(int code) => code switch
    {
        Timeout => "timeout",
        Closed => "closed",
        Protocol => "protocol",
        _ => new Errno(code).Name,
    };

    /// <summary>The name of an answer with a status other than 2xx.</summary>
    public static string NameOfStatus(int status) => string.Create(CultureInfo.InvariantCulture, $"http-{status}");

    public static FailureClass ClassOf(int code) => code switch
    {
        ErrnoCode.ECONNREFUSED => FailureClass.Refused,
        ErrnoCode.ECONNRESET or ErrnoCode.EPIPE or Closed => FailureClass.Reset,
        ErrnoCode.ETIMEDOUT or Timeout => FailureClass.Timeout,
        ErrnoCode.EADDRNOTAVAIL or ErrnoCode.EADDRINUSE => FailureClass.Address,
        Protocol => FailureClass.Protocol,
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

/// <summary>What was under way when something failed.</summary>
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
