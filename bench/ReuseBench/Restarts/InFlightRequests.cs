using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ReuseBench.Bench.Restarts;

/// <summary>Requests that are under way at the restart: sent by half before it, the rest shortly after it.</summary>
internal sealed class InFlightRequests : IDisposable
{
    private static readonly byte[] FirstHalf = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: in-flight\r\n");
    private static readonly byte[] SecondHalf = Encoding.ASCII.GetBytes("Connection: close\r\n\r\n");

    private readonly List<Socket> _sockets = [];
    private readonly HashSet<Socket> _broken = [];

    /// <param name="target">The old server.</param>
    /// <param name="count">0 for none.</param>
    public InFlightRequests(IPEndPoint target, int count)
    {
        for (int index = 0; index < count; index++)
        {
            Socket socket = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 2000 };
            _sockets.Add(socket);
            socket.Connect(target);
            socket.Send(FirstHalf);
        }
    }

    public int Count => _sockets.Count;

    /// <summary>Sends the second halves; a connection that is gone by now is lost.</summary>
    public void Complete() => _sockets.ForEach(socket => Try(socket, () => socket.Send(SecondHalf)));

    /// <summary>Waits for the answers.</summary>
    /// <returns>How many never came.</returns>
    public int CountLost()
    {
        byte[] buffer = new byte[4096];
        foreach (Socket socket in _sockets.Where(s => !_broken.Contains(s)))
        {
            Try(socket, () =>
            {
                if (socket.Receive(buffer) == 0)
                {
                    _broken.Add(socket);
                }
            });
        }

        return _broken.Count;
    }

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    private void Try(Socket socket, Action action)
    {
        try
        {
            action();
        }
        catch (SocketException)
        {
            _broken.Add(socket);
        }
    }
}
