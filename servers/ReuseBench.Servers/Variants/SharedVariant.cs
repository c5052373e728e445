using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers.Variants;

/// <summary>One listener that every worker has in its epoll set, or in its io_uring. No reuse option.</summary>
internal sealed class SharedVariant(VariantContext context) : IListenerVariant
{
    private Listener? _listener;

    public Listener Listen()
    {
        _listener = new ListenerFactory(context.Settings, context.Settings.Port).Open();
        ListenerWatch watch = new(_listener.Fd, context.Settings.Accept);
        context.Workers.Listen(_ => watch);
        return _listener;
    }

    public void StopListening()
    {
        context.Workers.TurnAwayQueued();
        Dispose();
    }

    public void Dispose() => _listener?.Dispose();
}
