using System.Buffers.Text;
using System.Text;
using ReuseBench.Bench.Host;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Children;

/// <summary>
/// A small HTTP/1.1 client: one connection on a bare socket, for the few requests that an experiment makes itself. Blocking within a time limit, or
/// non-blocking and looked at in turn. Disposing it closes in order (FIN); <see cref="Reset"/> leaves no TIME_WAIT.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private int _fd;

    private HttpConnection(int fd) => _fd = fd;

    /// <summary>A request without a body.</summary>
    /// <param name="host">Of the header <c>Host</c>.</param>
    /// <param name="close">Asks the server to close after its response.</param>
    public static byte[] Get(string host, bool close = false) => Encoding.ASCII.GetBytes(
        $"GET / HTTP/1.1\r\nHost: {host}\r\n{(close ? "Connection: close\r\n" : "")}\r\n");

    /// <summary>Takes over a socket that is connected, or about to be.</summary>
    public static HttpConnection On(int fd) => new(fd);

    /// <summary>Connects, and waits until it is.</summary>
    /// <param name="target">The server.</param>
    /// <param name="source">Local address and port; null lets the kernel choose.</param>
    /// <param name="timeoutSeconds">The longest that a call may wait.</param>
    /// <param name="shared">SO_REUSEADDR on the local address.</param>
    /// <param name="problem">The negative errno where there is no connection.</param>
    /// <returns>Null where it could not be made.</returns>
    public static HttpConnection? TryConnect(SockAddr target, SockAddr? source, int timeoutSeconds, bool shared, out int problem)
    {
        int fd = LinuxException.ThrowIfError(SocketCalls.StreamBlocking(target.Family), "socket", target);
        _ = LinuxException.ThrowIfError(SocketCalls.SetTimeouts(fd, timeoutSeconds), "setsockopt SO_RCVTIMEO", target);
        _ = SocketCalls.SetOption(fd, SocketOption.TcpNoDelay, 1);
        problem = 0;
        if (source is { } local)
        {
            problem = shared ? SocketCalls.SetOption(fd, SocketOption.ReuseAddr, 1) : 0;
            problem = problem < 0 ? problem : SocketCalls.Bind(fd, local);
        }

        problem = problem < 0 ? problem : SocketCalls.Connect(fd, target);
        if (problem >= 0)
        {
            return new HttpConnection(fd);
        }

        _ = SocketCalls.Close(fd);
        return null;
    }

    /// <returns>Bytes sent, or the negative errno.</returns>
    public int Send(ReadOnlySpan<byte> bytes) => SocketCalls.Send(_fd, bytes);

    /// <returns>Bytes received, 0 where the server closed, or the negative errno; −EAGAIN where nothing has come (in time).</returns>
    public int Receive(Span<byte> buffer) => SocketCalls.Receive(_fd, buffer);

    /// <summary>Ends the connection by a reset: no TIME_WAIT, its tuple is free at once.</summary>
    public void Reset()
    {
        if (_fd >= 0)
        {
            _ = SocketCalls.SetLinger(_fd, true, 0);
            Dispose();
        }
    }

    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = SocketCalls.Close(_fd);
            _fd = -1;
        }
    }
}

/// <summary>Who answered: the header <c>X-Worker</c>.</summary>
internal static class WorkerHeader
{
    /// <exception cref="RepeatFailedException">The answer names no worker.</exception>
    public static int Of(ReadOnlySpan<byte> answer)
    {
        ReadOnlySpan<byte> header = "X-Worker: "u8;
        int at = answer.IndexOf(header);
        return at >= 0 && Utf8Parser.TryParse(answer[(at + header.Length)..], out int worker, out _)
            ? worker
            : throw new RepeatFailedException("a response names no worker");
    }
}
