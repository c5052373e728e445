using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;

namespace ReuseBench.Servers.Restarts;

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
        new(new ListenerFactory(settings, settings.Port).Adopt(ReceivedOrigin.Receive(giver)));

    public void Dispose() => _listener.Dispose();
}
