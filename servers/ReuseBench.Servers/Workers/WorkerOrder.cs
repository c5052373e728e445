namespace ReuseBench.Servers.Workers;

/// <summary>What the thread that runs the variant can tell a worker.</summary>
internal enum WorkerTask
{
    /// <summary>Accept from the listener of the order.</summary>
    Listen,

    /// <summary>Take over what the acceptor has given, then leave the listener alone: once done, it may be closed.</summary>
    StopListening,

    /// <summary>Accept from the listener until its queue is empty or the order's time is up, then as <see cref="StopListening"/>.</summary>
    EmptyListener,

    /// <summary>Accept what is queued on the listener and reset it, so that it counts as accepted, then as <see cref="StopListening"/>.</summary>
    TurnAwayQueued,

    /// <summary>Close every connection at once.</summary>
    CloseConnections,

    /// <summary>Answer what is under way, close, and end the thread.</summary>
    Finish,
}

/// <summary>One order, carried out by the worker's own thread; who gave it waits for <see cref="Done"/>.</summary>
/// <param name="Task">What to do.</param>
/// <param name="Done">One signal from each worker that was given the order.</param>
/// <param name="Watch">For <see cref="WorkerTask.Listen"/> only.</param>
/// <param name="UntilNs">CLOCK_MONOTONIC; for <see cref="WorkerTask.EmptyListener"/> only.</param>
internal sealed record WorkerOrder(WorkerTask Task, CountdownEvent Done, ListenerWatch Watch = default, long UntilNs = long.MaxValue);

/// <summary>How a worker waits on a listener.</summary>
/// <param name="ListenerFd">A non-blocking listener, owned by the variant.</param>
/// <param name="Exclusive">EPOLLEXCLUSIVE: the kernel wakes one of the waiting workers, or a few, instead of all.</param>
internal readonly record struct ListenerWatch(int ListenerFd, bool Exclusive);
