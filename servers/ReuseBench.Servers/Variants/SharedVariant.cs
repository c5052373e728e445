using ReuseBench.Core.Cells;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers.Variants;

/// <summary>One listener that every worker has in its epoll set. No reuse option.</summary>
internal sealed class SharedVariant(VariantContext context) : IListenerVariant
{
    /// <summary>
    /// Accepts in a row. One, because a worker that goes on accepting takes what the others were just woken for; the README gives what
    /// a larger batch brings in throughput.
    /// </summary>
    internal const int Batch = 1;

    private Listener? _listener;

    public Listener Listen()
    {
        _listener = new ListenerFactory(context.Settings, context.Settings.Port).Open();
        ListenerWatch watch = new(_listener.Fd, context.Settings.Accept == AcceptMode.EpollExclusive, Batch);
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
