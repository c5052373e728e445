using ReuseBench.Linux;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers.Variants;

/// <summary>
/// One of several processes that inherited the same listener with SO_REUSEPORT: what servers do that open their socket once and fork. The option stands on
/// one socket, which is a group of one; the workers wait for it as those of <c>shared</c> do.
/// </summary>
internal sealed class InheritedVariant(VariantContext context) : IListenerVariant
{
    private Listener? _listener;

    public Listener Listen()
    {
        Descriptor socket = context.InheritedListener
            ?? throw new InvalidOperationException("a process of the variant inherited is started with the listener that its parent opened");
        _listener = new ListenerFactory(context.Settings, context.Settings.Port).Adopt(socket);
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
