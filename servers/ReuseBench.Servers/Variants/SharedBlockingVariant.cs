using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers.Variants;

/// <summary>
/// One listener on which a thread for each worker blocks in accept4(2); the thread is pinned with its worker, and its CPU time counts as
/// the worker's. No reuse option.
/// </summary>
internal sealed class SharedBlockingVariant(VariantContext context) : IListenerVariant
{
    private readonly List<Acceptor> _acceptors = [];
    private Listener? _listener;

    public long LastAcceptNs => _acceptors.Select(acceptor => acceptor.LastAcceptNs).DefaultIfEmpty().Max();

    public Listener Listen()
    {
        _listener = new ListenerFactory(context.Settings, context.Settings.Port).OpenBlocking();
        foreach (Worker worker in context.Workers.All)
        {
            Acceptor acceptor = new(
                _listener.Fd, [worker], worker.Cpus, $"accept-{worker.Index}", context.Milestones, context.Failures, worker.Companion.Set);
            _acceptors.Add(acceptor);
            acceptor.Start();
        }

        return _listener;
    }

    public void StopListening()
    {
        _listener?.AwaitEmptyQueue();
        _listener?.Shutdown();
        _acceptors.ForEach(acceptor => acceptor.Join());
        context.Workers.StopListening();
        Dispose();
    }

    public void Dispose() => _listener?.Dispose();
}
