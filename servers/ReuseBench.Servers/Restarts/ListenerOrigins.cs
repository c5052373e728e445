using ReuseBench.Core;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Variants;

namespace ReuseBench.Servers.Restarts;

/// <summary>Where a life of the server gets its listener from.</summary>
internal interface IListenerOrigin
{
    /// <summary>Returns once there is a listener.</summary>
    /// <exception cref="Core.UsageException">There is none to be had, or not in time.</exception>
    Listener Take(VariantContext context);
}

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
                    $"port {context.Settings.Port} on {context.Settings.Bind} was still taken after {giveUp} (EADDRINUSE); "
                    + "wait longer, or set SO_REUSEADDR");
            }

            Thread.Sleep(RetryMs);
        }
    }
}

/// <summary>The socket that a supervisor has left to this process (LISTEN_FDS).</summary>
internal sealed class InheritedOrigin : IListenerOrigin
{
    public Listener Take(VariantContext context)
    {
        Descriptor socket = SocketActivation.Take()
            ?? throw new UsageException(
                "no socket was left to this process; start it with LISTEN_FDS=1, LISTEN_PID and a listening socket at descriptor 3");
        return new ListenerFactory(context.Settings, context.Settings.Port).Adopt(socket);
    }
}

/// <summary>The listening socket itself, with its queue, from the server or the supervisor that holds it.</summary>
internal sealed class ReceivedOrigin(UnixEndpoint giver) : IListenerOrigin
{
    public Listener Take(VariantContext context) =>
        new ListenerFactory(context.Settings, context.Settings.Port).Adopt(Receive(giver));

    /// <exception cref="UsageException">The giver is another user's.</exception>
    /// <exception cref="LinuxException">Nobody gives a listener there.</exception>
    internal static Descriptor Receive(UnixEndpoint giver)
    {
        using Descriptor connection = giver.Connect();
        if (!DescriptorPassing.IsPeerSameUser(connection.Value))
        {
            throw new UsageException($"{giver} belongs to another user; a listener is taken over from the same user only");
        }

        return Descriptor.Own(DescriptorPassing.Receive(connection.Value), "recvmsg", $"a listener from {giver}");
    }
}
