using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Variants;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers.Restarts;

/// <summary>
/// One life of a server that takes part in a restart: one listener that all workers share. Where it comes from and how it is let go is
/// what the restart methods differ in.
/// </summary>
internal sealed class SuccessionVariant(VariantContext context, Succession succession, Func<int>? gate) : IListenerVariant
{
    private Listener? _listener;
    private ListenerGiver? _giver;

    public Listener Listen()
    {
        VariantContext begun = gate is null ? context : context with { Settings = context.Settings with { Port = gate() } };
        _listener = Origin().Take(begun);
        ListenerWatch watch = new(
            _listener.Fd, context.Settings.Accept == AcceptMode.IoUring ? AcceptMode.IoUring : AcceptMode.EpollExclusive);
        context.Workers.Listen(_ => watch);
        if (succession.GiveAt is { } name)
        {
            _giver = new ListenerGiver(new UnixEndpoint(name), _listener.Fd);
        }

        return _listener;
    }

    public void StopListening()
    {
        if (_listener is null)
        {
            return;
        }

        CloseGiver();
        Release().Release(_listener, context);
    }

    public void Dispose()
    {
        CloseGiver();
        _listener?.Dispose();
    }

    private void CloseGiver()
    {
        _giver?.Dispose();
        _giver = null;
    }

    private IListenerOrigin Origin() => succession.Origin switch
    {
        ListenerOrigin.Received => new ReceivedOrigin(new UnixEndpoint(succession.TakeFrom ?? "")),
        ListenerOrigin.Inherited => new InheritedOrigin(),
        _ => new BindOrigin(Duration.FromMilliseconds(succession.RestartTimeoutMs)),
    };

    private IListenerRelease Release() => succession.Release == ListenerRelease.Drain ? new DrainRelease() : new CloseRelease();
}
