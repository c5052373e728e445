using System.Net;
using System.Net.Sockets;

namespace ReuseBench.LoadGen;

/// <summary>Which address of a name has a server behind it.</summary>
internal static class ListeningAddress
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="addresses">In the order in which they are preferred; at least one.</param>
    /// <param name="port">The server's.</param>
    /// <returns>The first that takes a connection, which is closed again; the first of all where none does.</returns>
    public static IPAddress FirstOf(IReadOnlyList<IPAddress> addresses, ushort port) =>
        addresses.Count == 1 ? addresses[0] : addresses.FirstOrDefault(address => TakesConnections(new IPEndPoint(address, port))) ?? addresses[0];

    private static bool TakesConnections(IPEndPoint endpoint)
    {
        using Socket socket = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using CancellationTokenSource limit = new(Patience);
        try
        {
            socket.ConnectAsync(endpoint, limit.Token).AsTask().GetAwaiter().GetResult();
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
