using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers.Variants;

/// <summary>One listener and one acceptor thread, which deals the connections to the workers in strict turn. No reuse option.</summary>
internal sealed class SingleVariant(VariantContext context) : IListenerVariant
{
    private Listener? _listener;
    private Acceptor? _acceptor;

    public long ExtraCpuNs => _acceptor?.Usage.Get().CpuNs ?? 0;

    public long LastAcceptNs => _acceptor?.LastAcceptNs ?? 0;

    public Listener Listen()
    {
        _listener = new ListenerFactory(context.Settings, context.Settings.Port).OpenBlocking();
        // Not pinned to one CPU of the set: it belongs to no worker, and tied to one it would slow that worker alone.
        _acceptor = new Acceptor(_listener.Fd, [.. context.Workers.All], context.Settings.Cpus.Cpus, "acceptor", context.Milestones, context.Failures);
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
