namespace ReuseBench.LoadGen.Clients;

/// <summary>How a slot came free.</summary>
internal enum SlotEnd
{
    /// <summary>The answer is complete and the connection stands.</summary>
    Standing,

    /// <summary>The connection has ended as agreed.</summary>
    Closed,

    /// <summary>Connect or request failed; there is no connection.</summary>
    Failed,
}

/// <summary>Decides when the slots of one thread begin their next request: the one difference between closed and open loop.</summary>
internal abstract class SlotLoop
{
    /// <summary>When <see cref="Advance"/> has something to do, if no slot comes free before; <see cref="long.MaxValue"/> for nothing.</summary>
    public abstract long NextDueNs { get; }

    /// <summary>Whether the first connections are up, so that the schedule and the warm-up may begin.</summary>
    public abstract bool IsReady { get; }

    /// <summary>Whether every client of a ramp has begun; true where there is none.</summary>
    public abstract bool IsGrown { get; }

    /// <summary>Connections that the load is to have from the start and that have not carried a request yet.</summary>
    public abstract int Missing { get; }

    /// <summary>Whether nothing more will be started.</summary>
    public abstract bool IsFinished { get; }

    /// <summary>
    /// The thread may begin: schedule and ramp run from <paramref name="epochNs"/>; nothing is due from <paramref name="endNs"/> on. Told again
    /// where the end becomes known, or comes sooner.
    /// </summary>
    public abstract void SetTimes(long epochNs, long endNs);

    /// <summary>Starts what is due.</summary>
    public abstract void Advance(long nowNs);

    /// <summary>An event was handled: catch up with the schedule, if there is one.</summary>
    public abstract void AfterEvent(long nowNs);

    /// <summary>A slot has nothing in progress any more. Called from within the engine; may start the slot's next request at once.</summary>
    public abstract void Freed(int slot, SlotEnd end, long nowNs);

    /// <summary>The server ended a connection that stood.</summary>
    public abstract void StandingLost(int slot);

    /// <summary>The thread has stood still: what was due in that time waited for the thread, not for the server.</summary>
    public virtual void Stalled(long fromNs, long toNs)
    {
        // Without a schedule nothing was due.
    }

    /// <summary>What had come to the sockets was reported then, and is handled next.</summary>
    public virtual void Reported(long nowNs)
    {
    }

    /// <summary>All that had come to the sockets by then is handled.</summary>
    public virtual void Looked(long sinceNs)
    {
    }

    /// <summary>The window is over: nothing new, except what the schedule had already asked for.</summary>
    public abstract void Drain();
}
