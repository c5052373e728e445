using ReuseBench.Core;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Variants;

namespace ReuseBench.Servers.Restarts;

/// <summary>bind(2), again and again while the port is taken; each attempt that fails is an event with its errno.</summary>
/// <param name="giveUp">Zero tries once.</param>
internal sealed class BindOrigin(Duration giveUp) : IListenerOrigin
{
    /// <summary>Between two attempts: a minute of them fits the log of events (<see cref="ServerPage.EventCapacity"/>) twice over.</summary>
    private const int RetryMs = 2;

    public Listener Take(VariantContext context)
    {
        ListenerFactory factory = new(context.Settings, context.Settings.Port);
        long giveUpNs = MonotonicClock.NowNs() + giveUp.Nanoseconds;
        while (true)
        {
            long attemptNs = MonotonicClock.NowNs();
            int errno = factory.TryOpen(out Listener? listener);
            if (listener is not null)
            {
                return listener;
            }

            context.Page.LogAt(attemptNs, ServerEventKind.BindAttempt, context.Milestones.Generation, errno);
            if (errno != ErrnoCode.EADDRINUSE || giveUp == Duration.Zero)
            {
                throw factory.CannotBind(errno);
            }

            if (MonotonicClock.NowNs() >= giveUpNs)
            {
                // By this, and not by the end of the process, the supervisor tells a port that stayed taken from a server that failed.
                context.Page.Log(ServerEventKind.GaveUp, context.Milestones.Generation, errno);
                throw new UsageException(
                    $"port {context.Settings.Port} on {context.Settings.Bind} was still taken after {giveUp} (EADDRINUSE); wait longer, or set SO_REUSEADDR");
            }

            Thread.Sleep(RetryMs);
        }
    }
}
