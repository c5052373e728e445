using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Variants;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers.Restarts;

/// <summary>
/// One life of a server that takes part in a restart: one listener that all workers share, or a group with one for each. Where they come from and how
/// they are let go is what the restart methods differ in.
/// </summary>
internal sealed class SuccessionVariant(VariantContext context, Succession succession, Func<int>? gate) : IListenerVariant
{
    private IReadOnlyList<Listener> _listeners = [];
    private ListenerGiver? _giver;

    public Listener Listen()
    {
        VariantContext begun = gate is null ? context : context with { Settings = context.Settings with { Port = gate() } };
        _listeners = Origin().Take(begun);
        if (succession.AcceptDelayMs > 0)
        {
            MonotonicClock.SleepUntil(MonotonicClock.NowNs() + Duration.FromMilliseconds(succession.AcceptDelayMs).Nanoseconds);
        }

        // A transient member listens, and that is all.
        if (succession.StayMs == 0)
        {
            AcceptMode mode = context.Settings.Accept;
            context.Workers.Listen(position => new ListenerWatch(_listeners[Math.Min(position, _listeners.Count - 1)].Fd, mode));
        }

        if (succession.GiveAt is { } name)
        {
            _giver = new ListenerGiver(new UnixEndpoint(name), [.. _listeners.Select(listener => listener.Fd)]);
        }

        return _listeners[0];
    }

    public void StopListening()
    {
        if (_listeners.Count == 0)
        {
            return;
        }

        CloseGiver();
        Release().Release(_listeners, context);
    }

    public void Dispose()
    {
        CloseGiver();
        foreach (Listener listener in _listeners)
        {
            listener.Dispose();
        }
    }

    private void CloseGiver()
    {
        _giver?.Dispose();
        _giver = null;
    }

    private IListenerOrigin Origin() => succession.Origin switch
    {
        ListenerOrigin.Received => new ReceivedOrigin(new UnixEndpoint(succession.TakeFrom ?? ""), Math.Max(1, succession.Kept)),
        ListenerOrigin.Inherited => new InheritedOrigin(),
        _ => new BindOrigin(Duration.FromMilliseconds(succession.RestartTimeoutMs)),
    };

    private IListenerRelease Release() => succession.Release == ListenerRelease.Drain
        ? new DrainRelease(Math.Max(1, succession.Successors))
        : new CloseRelease();
}
