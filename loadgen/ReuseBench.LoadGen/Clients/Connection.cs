using System.Globalization;
using System.Text;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.LoadGen.Clients;

/// <summary>Where a slot of the connection table stands.</summary>
internal enum ConnectionState : byte
{
    /// <summary>No connection. The slot may hold an unconnected socket that waits to be used again.</summary>
    Vacant,

    /// <summary>connect(2) is in progress.</summary>
    Connecting,

    /// <summary>Established; the request is written in part.</summary>
    Sending,

    /// <summary>The request is written; its answer is not complete.</summary>
    Awaiting,

    /// <summary>Established, nothing in progress.</summary>
    Standing,

    /// <summary>The last answer is complete; the server's end of the stream is awaited.</summary>
    ServerClosing,
}

/// <summary>One slot: a connection at a time, one after the other. All times are CLOCK_MONOTONIC in nanoseconds.</summary>
internal struct Connection
{
    public const int NoSocket = -1;

    public int Fd;

    /// <summary>Counts the sockets of the slot; part of the epoll data, so that an event of an earlier socket is known as such.</summary>
    public uint Generation;

    public ConnectionState State;

    /// <summary>Whether the socket is registered with epoll, and whether for writing too.</summary>
    public bool Registered;
    public bool RegisteredForWriting;

    /// <summary>Whether its socket is of IPv6 while others are of IPv4.</summary>
    public bool IsOverOtherFamily;

    /// <summary>Whether an answer on this connection has named its worker.</summary>
    public bool WorkerKnown;

    /// <summary>Whether it was opened for a request whose persistent connection the server had closed before.</summary>
    public bool Reopened;

    /// <summary>Complete answers on this connection.</summary>
    public int Answered;

    /// <summary>Bytes of the request that the socket has taken.</summary>
    public int Sent;

    /// <summary>When the request in progress should have begun: its schedule's time, or its actual start in a closed loop.</summary>
    public long IntendedNs;

    /// <summary>When it did begin: with its connect, where it opened the connection, otherwise with its send.</summary>
    public long StartNs;

    /// <summary>How much later it began than it could.</summary>
    public StartLag Lag;

    /// <summary>When connect(2) was called, where it opened the connection.</summary>
    public long ConnectNs;

    /// <summary>When its first byte was given to the socket.</summary>
    public long SendNs;

    public ResponseParser Parser;

    /// <summary>For the log of attempts.</summary>
    public readonly AttemptTimes Times =>
        new(IntendedNs, ConnectNs, SendNs, Reopened ? AttemptPath.Reopened : Answered > 0 ? AttemptPath.Kept : AttemptPath.New);
}

/// <summary>The bytes of a request, made once for the whole swarm.</summary>
internal sealed class RequestBytes
{
    private readonly byte[] _keep;
    private readonly byte[] _close;

    /// <param name="settings">Path and body length.</param>
    /// <param name="host">Value of the Host header: host and port as the user named them.</param>
    public RequestBytes(LoadSettings settings, string host)
    {
        _keep = Build(settings, host, "");
        _close = Build(settings, host, "Connection: close\r\n");
    }

    /// <param name="closes">Whether it asks the server to close the connection after the answer.</param>
    public byte[] Of(bool closes) => closes ? _close : _keep;

    private static byte[] Build(LoadSettings settings, string host, string connection)
    {
        string method = settings.RequestBytes == 0 ? "GET" : "POST";
        string length = settings.RequestBytes == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {settings.RequestBytes}\r\n");
        byte[] head = Encoding.ASCII.GetBytes($"{method} {settings.Path} HTTP/1.1\r\n{settings.RequestHeaders.ToHead(host)}{length}{connection}\r\n");
        byte[] request = new byte[head.Length + settings.RequestBytes];
        head.CopyTo(request, 0);
        request.AsSpan(head.Length).Fill((byte)'x');
        return request;
    }
}
