using System.Net;
using System.Net.Sockets;
using System.Text;
using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Tests.Server;

/// <summary>Answers a TLS handshake with an alert, anything else as a test says, and closes.</summary>
internal sealed class TlsLikeServer : IAsyncDisposable
{
    private const byte Handshake = 0x16;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _plainAnswer;
    private readonly Task _serving;

    /// <param name="plainAnswer">To what is not TLS.</param>
    public TlsLikeServer(string plainAnswer)
    {
        _plainAnswer = Encoding.ASCII.GetBytes(plainAnswer);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        IPEndPoint endpoint = (IPEndPoint)_listener.LocalEndPoint!;
        Target = new Target($"{endpoint}", SockAddr.From(endpoint.Address, (ushort)endpoint.Port));
        _serving = Task.Run(Serve);
    }

    public Target Target { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving.WaitAsync(SwarmRuns.Limit);
    }

    private async Task Serve()
    {
        byte[] buffer = new byte[4096];
        while (true)
        {
            try
            {
                using Socket connection = await _listener.AcceptAsync();
                int received = await connection.ReceiveAsync(buffer);
                if (received == 0)
                {
                    continue;
                }

                // The lengths of record, handshake and extensions agree, or a real server would wait for more.
                bool isHello = buffer[0] == Handshake && received == 5 + (buffer[3] << 8) + buffer[4] && received == 9 + (buffer[7] << 8) + buffer[8];
                await connection.SendAsync(isHello ? [0x15, 3, 3, 0, 2, 2, 40] : _plainAnswer);
            }
            catch (SocketException) when (_listener.SafeHandle is { IsClosed: false })
            {
                // The client has reset it.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
