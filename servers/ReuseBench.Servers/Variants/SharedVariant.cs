using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers.Variants;

/// <summary>One listener that every worker has in its epoll set, or in its io_uring. No reuse option, but of a listener that was inherited.</summary>
/// <param name="context">What it works with.</param>
/// <param name="open">Opens the listener, or takes one over.</param>
internal sealed class SharedVariant(VariantContext context, Func<ListenerFactory, Listener> open) : IListenerVariant
{
    private Listener? _listener;

    public Listener Listen()
    {
        _listener = open(new ListenerFactory(context.Settings, context.Settings.Port));
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
