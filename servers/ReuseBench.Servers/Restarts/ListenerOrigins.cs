using ReuseBench.Core;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Variants;

namespace ReuseBench.Servers.Restarts;

/// <summary>Where a life of the server gets its listeners from: one that all workers share, or one for each worker of a group.</summary>
internal interface IListenerOrigin
{
    /// <summary>Returns once all of them are there; in a group in the order of their listen(2). They are the caller's.</summary>
    /// <exception cref="Core.UsageException">One of them is not to be had, or not in time.</exception>
    IReadOnlyList<Listener> Take(VariantContext context);
}

/// <summary>Further members of a group, on the port of its first.</summary>
internal static class GroupMembers
{
    /// <summary>The first, and as many more as the settings have listeners; none is left open where one of them is not to be had.</summary>
    /// <exception cref="Core.UsageException">The address cannot be bound.</exception>
    public static IReadOnlyList<Listener> Complete(IReadOnlyList<Listener> first, VariantContext context)
    {
        List<Listener> all = [.. first];
        try
        {
            ListenerFactory factory = new(context.Settings, all[0].Address.Port);
            while (all.Count < context.Settings.Listeners)
            {
                all.Add(factory.Open());
            }

            return all;
        }
        catch
        {
            all.ForEach(listener => listener.Dispose());
            throw;
        }
    }
}

/// <summary>
/// bind(2), again and again while the port is taken; each attempt that fails is an event with its errno. Where the first listener of a group got the
/// port, the others get it, too.
/// </summary>
/// <param name="giveUp">Zero tries once.</param>
internal sealed class BindOrigin(Duration giveUp) : IListenerOrigin
{
    /// <summary>Between two attempts: a minute of them fits the log of events (<see cref="ServerPage.EventCapacity"/>) twice over.</summary>
    private const int RetryMs = 2;

    public IReadOnlyList<Listener> Take(VariantContext context) => GroupMembers.Complete([First(context)], context);

    private Listener First(VariantContext context)
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
    public IReadOnlyList<Listener> Take(VariantContext context)
    {
        Descriptor socket = SocketActivation.Take()
            ?? throw new UsageException(
                "no socket was left to this process; start it with LISTEN_FDS=1, LISTEN_PID and a listening socket at descriptor 3");
        return [new ListenerFactory(context.Settings, context.Settings.Port).Adopt(socket)];
    }
}

/// <summary>
/// The listening sockets themselves, with their queues, from the server or the supervisor that holds them. A group that grows binds those that are
/// missing.
/// </summary>
/// <param name="giver">Who has them.</param>
/// <param name="count">How many are taken: the first ones of the giver.</param>
internal sealed class ReceivedOrigin(UnixEndpoint giver, int count) : IListenerOrigin
{
    public IReadOnlyList<Listener> Take(VariantContext context)
    {
        ListenerFactory factory = new(context.Settings, context.Settings.Port);
        return GroupMembers.Complete([.. Receive(giver, count).Select(factory.Adopt)], context);
    }

    /// <exception cref="UsageException">The giver is another user's.</exception>
    /// <exception cref="LinuxException">Nobody gives so many listeners there.</exception>
    internal static IReadOnlyList<Descriptor> Receive(UnixEndpoint giver, int count)
    {
        using Descriptor connection = giver.Connect();
        if (!DescriptorPassing.IsPeerSameUser(connection.Value))
        {
            throw new UsageException($"{giver} belongs to another user; a listener is taken over from the same user only");
        }

        return [.. Enumerable.Range(0, count).Select(_ => Descriptor.Own(DescriptorPassing.Receive(connection.Value), "recvmsg", $"a listener from {giver}"))];
    }
}
