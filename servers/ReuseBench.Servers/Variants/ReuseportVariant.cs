using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers.Variants;

/// <summary>A listener with SO_REUSEPORT for each worker, on one port; the kernel picks one for each connection.</summary>
internal sealed class ReuseportVariant(VariantContext context) : IListenerVariant
{
    /// <summary>No other worker waits on the same listener, so nothing is taken from anyone: the batch only bounds how long established
    /// connections wait for their turn.</summary>
    private const int Batch = 32;

    private readonly List<Listener> _listeners = [];

    public Listener Listen()
    {
        if (context.Settings.Selector != Selector.Hash)
        {
            throw new UsageException($"selector: {Names.Of(context.Settings.Selector)} cannot be had; use hash");
        }

        int port = context.Settings.Port;
        for (int index = 0; index < context.Workers.Count; index++)
        {
            // In the order of the workers: the index in the group is the order of listen(2).
            Listener listener = new ListenerFactory(context.Settings, port).Open();
            _listeners.Add(listener);
            port = listener.Address.Port;
        }

        context.Workers.Listen(position => new ListenerWatch(_listeners[position].Fd, Exclusive: false, Batch));
        return _listeners[0];
    }

    public void StopListening()
    {
        context.Workers.StopListening();
        Dispose();
    }

    public void Dispose() => _listeners.ForEach(listener => listener.Dispose());
}
