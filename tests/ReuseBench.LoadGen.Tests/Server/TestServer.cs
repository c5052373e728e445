using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Tests.Server;

/// <summary>What a test server does with one request, given its number on its connection.</summary>
internal delegate Task Answer(Socket connection, int request);

/// <summary>A small server on loopback that does to its clients what a test asks for. Counts what it sees.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private const int Backlog = 1024;

    private readonly Socket _listener;
    private readonly Answer _answer;
    private readonly ConcurrentDictionary<Socket, byte> _connections = new();
    private readonly Task _accepting;
    private volatile bool _isDisposed;
    private long _accepted;
    private long _requests;
    private long _bodyBytes;

    /// <param name="answer">What it does with each request.</param>
    /// <param name="address">Where it listens; 127.0.0.1 by default.</param>
    /// <param name="backlog">Connections that may wait to be accepted.</param>
    /// <param name="acceptsAfter">How long it lets them wait at first.</param>
    public TestServer(Answer answer, IPAddress? address = null, int backlog = Backlog, TimeSpan acceptsAfter = default)
    {
        address ??= IPAddress.Loopback;
        _answer = answer;
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(address, 0));
        _listener.Listen(backlog);
        Port = (ushort)((IPEndPoint)_listener.LocalEndPoint!).Port;
        Target = new Target($"{new IPEndPoint(address, Port)}", SockAddr.From(address, Port));
        _accepting = Task.Run(() => Accept(acceptsAfter));
    }

    /// <summary>Whether it closes the connection after a request that said so.</summary>
    public bool ClosesWhenAsked { get; init; } = true;

    public ushort Port { get; }

    public Target Target { get; }

    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Requests read whole.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Bytes of the bodies of these requests.</summary>
    public long BodyBytes => Interlocked.Read(ref _bodyBytes);

    /// <summary>200 with a body and a worker.</summary>
    public static Answer Ok { get; } = Text("HTTP/1.1 200 OK\r\nX-Worker: 1\r\nContent-Length: 5\r\n\r\nhello");

    public static Answer Text(string answer) => async (connection, _) => await connection.SendAsync(Encoding.ASCII.GetBytes(answer));

    public static Answer After(TimeSpan delay, Answer answer) => async (connection, request) =>
    {
        await Task.Delay(delay);
        await answer(connection, request);
    };

    /// <summary>An address and port where nobody listens.</summary>
    public static Target Nobody()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        ushort port = (ushort)((IPEndPoint)socket.LocalEndPoint!).Port;
        return new Target($"127.0.0.1:{port}", SockAddr.From(IPAddress.Loopback, port));
    }

    /// <summary>Waits until every request that has come is answered.</summary>
    public async Task QuietAsync()
    {
        long before;
        do
        {
            before = Requests;
            await Task.Delay(20);
        }
        while (before != Requests || _connections.Keys.Any(connection => connection.Available > 0));
    }

    /// <summary>Ends all its connections.</summary>
    /// <returns>How many.</returns>
    public int EndAll()
    {
        Socket[] connections = [.. _connections.Keys];
        foreach (Socket connection in connections)
        {
            connection.Shutdown(SocketShutdown.Send);
            connection.Dispose();
        }

        return connections.Length;
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        _listener.Dispose();
        foreach (Socket connection in _connections.Keys)
        {
            connection.Dispose();
        }

        await _accepting.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private async Task Accept(TimeSpan after)
    {
        await Task.Delay(after);
        while (!_isDisposed)
        {
            try
            {
                Socket connection = await _listener.AcceptAsync();
                Interlocked.Increment(ref _accepted);
                _connections[connection] = 0;
                _ = Serve(connection);
            }
            catch (SocketException)
            {
                // The client has reset the connection already; the next one may be well.
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task Serve(Socket connection)
    {
        try
        {
            connection.NoDelay = true;
            byte[] buffer = new byte[64 * 1024];
            int kept = 0;
            for (int request = 0; ; request++)
            {
                int head;
                while ((head = buffer.AsSpan(0, kept).IndexOf("\r\n\r\n"u8)) < 0)
                {
                    int received = await connection.ReceiveAsync(buffer.AsMemory(kept));
                    if (received == 0)
                    {
                        return;
                    }

                    kept += received;
                }

                string fields = Encoding.ASCII.GetString(buffer, 0, head + 2);
                long body = BodyLength(fields);
                int here = (int)Math.Min(body, kept - head - 4);
                kept -= head + 4 + here;
                buffer.AsSpan(head + 4 + here, kept).CopyTo(buffer);
                if (!await Discard(connection, body - here))
                {
                    return;
                }

                Interlocked.Add(ref _bodyBytes, body);
                Interlocked.Increment(ref _requests);
                await _answer(connection, request);
                if (ClosesWhenAsked && fields.Contains("Connection: close\r\n", StringComparison.Ordinal))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client reset the connection, or the server ended it.
        }
        finally
        {
            _connections.TryRemove(connection, out _);
            connection.Dispose();
        }
    }

    private static async Task<bool> Discard(Socket connection, long bytes)
    {
        byte[] buffer = new byte[bytes > 0 ? 64 * 1024 : 0];
        while (bytes > 0)
        {
            int received = await connection.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(bytes, buffer.Length)));
            if (received == 0)
            {
                return false;
            }

            bytes -= received;
        }

        return true;
    }

    private static long BodyLength(string fields)
    {
        const string name = "Content-Length: ";
        int field = fields.IndexOf(name, StringComparison.Ordinal);
        return field < 0 ? 0 : long.Parse(fields[(field + name.Length)..].Split('\r')[0], CultureInfo.InvariantCulture);
    }
}
