using System.Net;
using System.Net.Sockets;
using System.Text;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Restarts;

/// <summary>
/// Connections that the server closes first, so that its side is left in TIME_WAIT and holds the port. They come from an address of their
/// own: a SYN of a probe onto the tuple of a TIME_WAIT would kill it.
/// </summary>
internal static class TimeWaits
{
    public const int Count = 8;

    private const int Attempts = 100;

    /// <summary>The first of the ports that a probe of the same tuples uses; below the usual range of ephemeral ports.</summary>
    public const int FirstPort = 20_000;

    private static readonly byte[] Request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: time-wait\r\nConnection: close\r\n\r\n");

    public static IPAddress Source { get; } = IPAddress.Parse("127.0.0.9");

    /// <summary>Makes them; returns once the server has closed each.</summary>
    public static void Make(IPEndPoint target)
    {
        byte[] buffer = new byte[64 * 1024];
        for (int index = 0; index < Count; index++)
        {
            using Socket socket = Connect(target, FirstPort + index);
            socket.Send(Request);
            while (socket.Receive(buffer) > 0)
            {
                // To the server's FIN: only then has it closed first.
            }
        }
    }

    /// <summary>A probe may have the port for the moment that it lasts.</summary>
    private static Socket Connect(IPEndPoint target, int port)
    {
        for (int attempt = 1; ; attempt++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5000 };
            try
            {
                socket.Bind(new IPEndPoint(Source, port));
                socket.Connect(target);
                return socket;
            }
            catch (SocketException) when (attempt < Attempts)
            {
                socket.Dispose();
                Thread.Sleep(1);
            }
        }
    }

    /// <summary>Sockets in TIME_WAIT on a port of the calling thread's namespace.</summary>
    public static int On(int port) => TcpTable.Read().Count(TcpState.TimeWait, port);
}
