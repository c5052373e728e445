using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Cli;

/// <summary>What failed and why, in words for a reader at a terminal; the code in brackets is that of <c>load --json</c>.</summary>
internal static class FailureText
{
    private const string Status = "http-";

    /// <summary>Such as <c>connection refused: nothing listens there (connect, ECONNREFUSED)</c>.</summary>
    public static string Of(ErrorCount error) => $"{Cause(error.Phase, error.Error)} ({error.Phase}, {error.Error})";

    /// <summary>Whether it is an answer with a status other than 2xx, and no failure of the connection.</summary>
    public static bool IsStatus(string error) => error.StartsWith(Status, StringComparison.Ordinal);

    /// <summary>Such as <c>404</c>.</summary>
    public static string StatusOf(string error) => error[Status.Length..];

    private static string Cause(string phase, string error) => (phase, error) switch
    {
        ("schedule", _) => "dropped unstarted: no connection came free within the timeout",
        ("connect", "timeout") => "the handshake did not end within the timeout",
        (_, "timeout") => "no complete response within the timeout",
        (_, "ECONNREFUSED") => "connection refused: nothing listens there",
        (_, "ECONNRESET") => "connection reset by the server",
        (_, "EPIPE") => "the server had closed the connection when the request was sent",
        (_, "closed") => "the server closed the connection without a response",
        (_, "ETIMEDOUT") => "the kernel gave up sending again",
        (_, "EADDRNOTAVAIL" or "EADDRINUSE") => "no free local address and port: use more --sources, or --close rst",
        (_, "ENETUNREACH" or "EHOSTUNREACH") => "no route to the target",
        (_, "EMFILE" or "ENFILE") => "no file descriptor left: raise the limit (ulimit -n)",
        (_, "not HTTP/1.1: looks like TLS") => "the target speaks TLS: use its port for plain HTTP",
        (_, "not HTTP/1.1: looks like SSH") => "the target is an SSH server: check the port",
        (_, "not HTTP/1.1: looks like HTTP/2") => "the target speaks HTTP/2 only: use a port for HTTP/1.1",
        (_, "http-404") => "answered 404: there is no such path, see --path",
        (_, _) when IsStatus(error) => $"answered with status {StatusOf(error)}",
        _ => error,
    };
}
