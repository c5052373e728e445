using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.Servers.Selectors;

namespace ReuseBench.Servers.Listening;

/// <summary>
/// The listeners of a SO_REUSEPORT group on one port, numbered in the order of their listen(2), with the selector that picks among them.
/// A number stays a listener's own after others are closed.
/// </summary>
public sealed class ReuseportListeners : IDisposable
{
    private readonly ServerSettings _settings;
    private readonly List<Listener> _listeners = [];
    private readonly HashSet<int> _closed = [];
    private IListenerSelector? _selector;

    private ReuseportListeners(ServerSettings settings) => _settings = settings;

    /// <summary>Listeners opened so far, closed ones included.</summary>
    public int Count => _listeners.Count;

    /// <summary>The one address and port of all.</summary>
    public SockAddr Address => _listeners[0].Address;

    internal Listener First => _listeners[0];

    /// <summary>Where the worker of a listener says that it lives; null where the selector does not ask. Not to be used after <see cref="Dispose"/>.</summary>
    internal Pulse? PulseOf(int listener) => _selector?.PulseOf(listener);

    /// <summary>Opens as many listeners as the settings have workers and hands the choice to their selector.</summary>
    /// <exception cref="Core.UsageException">The address cannot be bound, or the selector does not suit the group.</exception>
    /// <exception cref="LinuxException">The kernel or the rights do not allow the selector.</exception>
    public static ReuseportListeners Open(ServerSettings settings)
    {
        ReuseportListeners group = new(settings);
        try
        {
            for (int worker = 0; worker < settings.Workers; worker++)
            {
                group.Add();
            }

            group._selector = SelectorRegistry.Create(settings.Selector);
            group._selector.Attach([.. group._listeners.Select(l => l.Fd)], settings.Cpus);
            return group;
        }
        catch
        {
            group.Dispose();
            throw;
        }
    }

    /// <summary>Descriptor of a listener that is open; non-blocking.</summary>
    public int Fd(int listener) => _listeners[listener].Fd;

    public bool IsOpen(int listener) => !_closed.Contains(listener);

    /// <summary>One more listener, at the end of the group. A selector with a table does not learn of it.</summary>
    /// <exception cref="Core.UsageException">The address cannot be bound.</exception>
    public void Add() =>
        _listeners.Add(new ListenerFactory(_settings, _listeners.Count == 0 ? _settings.Port : Address.Port).Open());

    /// <summary>Closes one; what is queued on it is reset, unless net.ipv4.tcp_migrate_req moves it.</summary>
    public void Close(int listener)
    {
        if (_closed.Add(listener))
        {
            _listeners[listener].Dispose();
        }
    }

    public void Dispose()
    {
        _listeners.ForEach(listener => listener.Dispose());
        _selector?.Dispose();
    }
}
