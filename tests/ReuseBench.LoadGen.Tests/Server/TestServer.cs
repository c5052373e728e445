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

    /// <summary>Bound, and listening never: ports that nobody else takes while the tests run.</summary>
    private static readonly ConcurrentBag<Socket> Silent = [];

    private readonly Socket _listener;
    private readonly Answer _answer;
    private readonly ConcurrentDictionary<Socket, Progress> _connections = new();
    private readonly Task _accepting;
    private volatile bool _isDisposed;
    private long _accepted;
    private long _requests;
    private long _bodyBytes;

    /// <param name="answer">What it does with each request.</param>
    /// <param name="address">Where it listens; 127.0.0.1 by default.</param>
    /// <param name="backlog">Connections that may wait to be accepted.</param>
    /// <param name="acceptsAfter">So many connects must have begun before it accepts any, and has room for all.</param>
    public TestServer(Answer answer, IPAddress? address = null, int backlog = Backlog, int acceptsAfter = 0)
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

    /// <summary>Counts from 0 again; nothing is to be in progress.</summary>
    public void Forget()
    {
        Interlocked.Exchange(ref _accepted, 0);
        Interlocked.Exchange(ref _requests, 0);
        Interlocked.Exchange(ref _bodyBytes, 0);
    }

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
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Silent.Add(socket);
        ushort port = (ushort)((IPEndPoint)socket.LocalEndPoint!).Port;
        return new Target($"127.0.0.1:{port}", SockAddr.From(IPAddress.Loopback, port));
    }

    /// <summary>
    /// Waits until every connection is accepted and every request that was sent is answered, as the kernel counts both: what it has sent or received,
    /// and this has not yet looked at, is a request too. The clients are to send nothing meanwhile.
    /// </summary>
    public async Task QuietAsync()
    {
        long untilNs = MonotonicClock.NowNs() + (long)SwarmRuns.Limit.TotalNanoseconds;
        while (!IsQuiet(TcpTable.Read()))
        {
            Assert.True(MonotonicClock.NowNs() < untilNs, "the server does not come to rest");
            await Task.Delay(5);
        }
    }

    private bool IsQuiet(TcpTable table) =>
        !table.Rows.Any(row => row.Remote.Port == Port && (row.TransmitQueue > 0 || row.State == TcpState.SynSent))
            && table.Count(TcpState.Established, Port) == _connections.Count
            && _connections.All(c => Received(c.Key) == c.Value.AnsweredBytes);

    /// <summary>
    /// Ends all its connections that have had a response, and waits until the kernel has closed them: until then it would take what is sent on them. A
    /// client may have been stopped between its connect and its first request.
    /// </summary>
    /// <returns>How many.</returns>
    public async Task<int> EndAllAsync()
    {
        Socket[] connections = [.. _connections.Where(c => c.Value.AnsweredBytes > 0).Select(c => c.Key)];
        foreach (Socket connection in connections)
        {
            connection.Shutdown(SocketShutdown.Send);
            connection.Dispose();
        }

        long untilNs = MonotonicClock.NowNs() + (long)SwarmRuns.Limit.TotalNanoseconds;
        while (TcpTable.Read().Rows.Any(row => row.Local.Port == Port && row.State is not (TcpState.Listen or TcpState.Established) && row.Inode != 0))
        {
            Assert.True(MonotonicClock.NowNs() < untilNs, "the connections are not closed");
            await Task.Delay(5);
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

        await _accepting.WaitAsync(SwarmRuns.Limit);
    }

    private async Task Accept(int after)
    {
        while (after > 0 && !_isDisposed && TcpTable.Read().Rows.Count(row => row.Remote.Port == Port) < after)
        {
            await Task.Delay(5);
        }

        if (after > 0 && !_isDisposed)
        {
            _listener.Listen(Backlog);
        }

        while (!_isDisposed)
        {
            try
            {
                Socket connection = await _listener.AcceptAsync();
                Interlocked.Increment(ref _accepted);
                Progress progress = new();
                _connections[connection] = progress;
                _ = Serve(connection, progress);
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

    private async Task Serve(Socket connection, Progress progress)
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

                long length = head + 4;
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
                progress.AnsweredBytes += length + body;
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

    /// <summary>tcpi_bytes_received of struct tcp_info, include/uapi/linux/tcp.h; less than 0 of a socket that is closed.</summary>
    private static long Received(Socket connection)
    {
        const int IpProtoTcp = 6;
        const int TcpInfo = 11;
        const int BytesReceived = 128;
        byte[] info = new byte[BytesReceived + sizeof(long)];
        try
        {
            Assert.Equal(info.Length, connection.GetRawSocketOption(IpProtoTcp, TcpInfo, info));
            return BitConverter.ToInt64(info, BytesReceived);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return -1;
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

    private sealed class Progress
    {
        private long _answeredBytes;

        /// <summary>Of the requests that are answered.</summary>
        public long AnsweredBytes
        {
            get => Volatile.Read(ref _answeredBytes);
            set => Volatile.Write(ref _answeredBytes, value);
        }
    }

    private static long BodyLength(string fields)
    {
        const string name = "Content-Length: ";
        int field = fields.IndexOf(name, StringComparison.Ordinal);
        return field < 0 ? 0 : long.Parse(fields[(field + name.Length)..].Split('\r')[0], CultureInfo.InvariantCulture);
    }
}
