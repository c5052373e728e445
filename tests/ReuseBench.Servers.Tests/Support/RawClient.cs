using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ReuseBench.Servers.Tests;

/// <summary>An HTTP/1.1 client that sends exactly the bytes it is told to; every wait ends after a minute.</summary>
internal sealed class RawClient : IDisposable
{
    private const int LimitMs = 60_000;

    private readonly Socket _socket;
    private readonly List<byte> _unread = [];

    private RawClient(Socket socket) => _socket = socket;

    public static RawClient Connect(int port, int receiveBuffer = 0)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = LimitMs,
            SendTimeout = LimitMs,
            NoDelay = true,
        };
        if (receiveBuffer > 0)
        {
            socket.ReceiveBufferSize = receiveBuffer;
        }

        socket.Connect(IPAddress.Loopback, port);
        return new RawClient(socket);
    }

    /// <summary>Bytes that have arrived and belong to no answer that was read.</summary>
    public int Available => _unread.Count + _socket.Available;

    /// <summary>One request on a connection of its own.</summary>
    public static RawAnswer Get(int port)
    {
        using RawClient client = Connect(port);
        client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        return client.ReadAnswer();
    }

    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <returns>Whether the kernel took it all: it does not where the server has closed the connection.</returns>
    public bool TrySend(string text)
    {
        try
        {
            Send(text);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>As much as the kernel takes without waiting for the server.</summary>
    public void SendWhatFits(ReadOnlySpan<byte> bytes)
    {
        _socket.Blocking = false;
        _ = _socket.Send(bytes, SocketFlags.None, out _);
        _socket.Blocking = true;
    }

    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset instead of a FIN.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    /// <summary>Reads one answer; its body by Content-Length unless it answers a HEAD.</summary>
    public RawAnswer ReadAnswer(bool toHead = false)
    {
        int end;
        while ((end = IndexOfHeadEnd()) < 0)
        {
            Assert.True(Receive() > 0, "the connection ended within the head of an answer");
        }

        string head = Encoding.Latin1.GetString([.. _unread[..end]]);
        _unread.RemoveRange(0, end + 4);
        RawAnswer answer = RawAnswer.Parse(head);
        int length = toHead ? 0 : answer.ContentLength;
        while (_unread.Count < length)
        {
            Assert.True(Receive() > 0, "the connection ended within the body of an answer");
        }

        answer = answer with { Body = [.. _unread[..length]] };
        _unread.RemoveRange(0, length);
        return answer;
    }

    /// <summary>Whether the server closes in order, with nothing more to read.</summary>
    public bool ServerCloses() => _unread.Count == 0 && Receive() == 0;

    public void Dispose() => _socket.Dispose();

    private int Receive()
    {
        byte[] buffer = new byte[64 * 1024];
        int received = _socket.Receive(buffer);
        _unread.AddRange(buffer.AsSpan(0, received));
        return received;
    }

    private int IndexOfHeadEnd() => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_unread).IndexOf("\r\n\r\n"u8);
}

internal sealed record RawAnswer(int Status, Dictionary<string, string> Fields)
{
    public byte[] Body { get; init; } = [];

    public int ContentLength => int.Parse(Fields["Content-Length"], CultureInfo.InvariantCulture);

    public int Worker => int.Parse(Fields["X-Worker"], CultureInfo.InvariantCulture);

    public string? Connection => Fields.GetValueOrDefault("Connection");

    public static RawAnswer Parse(string head)
    {
        string[] lines = head.Split("\r\n");
        Assert.StartsWith("HTTP/1.1 ", lines[0], StringComparison.Ordinal);
        return new RawAnswer(
            int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture),
            lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(": ", 2)).ToDictionary(field => field[0], field => field[1]));
    }
}
