using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;

namespace ReuseBench.Servers.Restarts;

/// <summary>Gives listening sockets to everyone of the same user who connects to an abstract Unix name, one after the other, until it is disposed.</summary>
public sealed class ListenerGiver : IDisposable
{
    private readonly IReadOnlyList<int> _listenerFds;
    private readonly Descriptor _door;
    private readonly Thread _thread;

    /// <param name="endpoint">In the network namespace of the calling thread.</param>
    /// <param name="listenerFds">At least one; they stay open until this object is disposed.</param>
    /// <exception cref="LinuxException">The name is taken.</exception>
    public ListenerGiver(UnixEndpoint endpoint, params IReadOnlyList<int> listenerFds)
    {
        _listenerFds = listenerFds;
        _door = endpoint.Listen();
        _thread = new Thread(Give) { Name = "listener-giver", IsBackground = true };
        _thread.Start();
    }

    /// <summary>What the other side does: takes a copy of the first socket.</summary>
    /// <exception cref="Core.UsageException">The giver is another user's.</exception>
    /// <exception cref="LinuxException">Nobody gives a listener there.</exception>
    public static Descriptor Take(UnixEndpoint giver) => ReceivedOrigin.Receive(giver, 1)[0];

    public void Dispose()
    {
        // shutdown(2) wakes the thread that blocks in accept4(2); close(2) would not.
        SocketCalls.Shutdown(_door.Value, ShutdownHow.Both);
        _thread.Join();
        _door.Dispose();
    }

    private void Give()
    {
        while (true)
        {
            int taker = SocketCalls.Accept4(_door.Value);
            if (taker < 0)
            {
                return;
            }

            if (DescriptorPassing.IsPeerSameUser(taker))
            {
                // Who takes fewer than there are closes before it has all of them.
                _ = _listenerFds.All(fd => DescriptorPassing.Send(taker, fd) >= 0);
            }

            SocketCalls.Close(taker);
        }
    }
}

/// <summary>A listening socket in the hands of a supervisor, who accepts nothing from it: what is queued outlives the servers.</summary>
public sealed class HeldListener : IDisposable
{
    private readonly Listener _listener;

    private HeldListener(Listener listener) => _listener = listener;

    public int Fd => _listener.Fd;

    public int Port => _listener.Address.Port;

    /// <summary>Makes one with the options of <paramref name="settings"/>.</summary>
    /// <exception cref="UsageException">The address cannot be bound.</exception>
    public static HeldListener Open(ServerSettings settings) => new(new ListenerFactory(settings, settings.Port).Open());

    /// <summary>Takes a copy from the server that has it.</summary>
    /// <exception cref="UsageException">The giver is another user's.</exception>
    /// <exception cref="LinuxException">Nobody gives it.</exception>
    public static HeldListener TakeFrom(UnixEndpoint giver, ServerSettings settings) =>
        new(new ListenerFactory(settings, settings.Port).Adopt(ListenerGiver.Take(giver)));

    public void Dispose() => _listener.Dispose();
}
