using ReuseBench.Core.Cells;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers.Variants;

/// <summary>A listener with SO_REUSEPORT for each worker, on one port; the kernel picks one for each connection.</summary>
internal sealed class ReuseportVariant(VariantContext context) : IListenerVariant
{
    private ReuseportListeners? _listeners;

    public Listener Listen()
    {
        if (context.Workers[0].Index == 0)
        {
            // Later processes of a group join the first on purpose; it, and a server of one process, begin a group of their own.
            new ListenerFactory(context.Settings, context.Settings.Port).RequireNoListener();
        }

        // In the order of the workers: the index in the group is the order of listen(2).
        ReuseportListeners listeners = ReuseportListeners.Open(context.Settings);
        _listeners = listeners;
        AcceptMode accept = context.Settings.Accept == AcceptMode.IoUring ? AcceptMode.IoUring : AcceptMode.Epoll;
        context.Workers.Listen(position => new ListenerWatch(listeners.Fd(position), accept) { Pulse = listeners.PulseOf(position) });
        return listeners.First;
    }

    public void StopListening()
    {
        context.Workers.TurnAwayQueued();
        Dispose();
    }

    public void Dispose() => _listeners?.Dispose();
}
