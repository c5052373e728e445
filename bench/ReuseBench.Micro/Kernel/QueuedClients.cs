using ReuseBench.Linux;

namespace ReuseBench.Micro.Kernel;

/// <summary>
/// Clients whose connections wait in a listener's queue. They reset when they are cleared away, so that neither side is left with a
/// TIME_WAIT, whichever closed first.
/// </summary>
/// <param name="count">How many; no more than the queue holds.</param>
internal sealed class QueuedClients(int count)
{
    private readonly int[] _sockets = new int[count];
    private int _open;

    /// <summary>Connects them all; returns once every client is established.</summary>
    /// <exception cref="LinuxException">A call failed.</exception>
    public void Connect(in SockAddr target)
    {
        while (_open < _sockets.Length)
        {
            int socket = LinuxException.ThrowIfError(SocketCalls.StreamBlocking(SocketCalls.Inet), "socket", "a client");
            _sockets[_open++] = socket;
            LinuxException.ThrowIfError(SocketCalls.SetLinger(socket, on: true, seconds: 0), "setsockopt", "SO_LINGER");
            LinuxException.ThrowIfError(SocketCalls.Connect(socket, target), "connect", target);
        }
    }

    public void Reset()
    {
        while (_open > 0)
        {
            SocketCalls.Close(_sockets[--_open]);
        }
    }
}
