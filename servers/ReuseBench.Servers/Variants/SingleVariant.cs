using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers.Variants;

/// <summary>One listener and one acceptor thread, which deals the connections to the workers in strict turn. No reuse option.</summary>
internal sealed class SingleVariant(VariantContext context) : IListenerVariant
{
    private Listener? _listener;
    private Acceptor? _acceptor;

    public long LastAcceptNs => _acceptor?.LastAcceptNs ?? 0;

    public Listener Listen()
    {
        _listener = new ListenerFactory(context.Settings, context.Settings.Port).OpenBlocking();
        // On the workers' CPUs and on no other, or this variant would have one CPU more than the rest. Not on one of them alone: it belongs to
        // no worker, and would slow that one.
        _acceptor = new Acceptor(
            _listener.Fd, [.. context.Workers.All], context.Workers.Cpus, "acceptor", context.Milestones, context.Failures,
            context.Page.PublishBeside);
        _acceptor.Start();
        return _listener;
    }

    public void StopListening()
    {
        _listener?.AwaitEmptyQueue();
        _listener?.Shutdown();
        _acceptor?.Join();
        context.Workers.StopListening();
        Dispose();
    }

    public void Dispose() => _listener?.Dispose();
}
