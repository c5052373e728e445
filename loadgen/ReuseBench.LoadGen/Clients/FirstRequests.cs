namespace ReuseBench.LoadGen.Clients;

/// <summary>Begins the first request of each slot of one thread, in ascending order.</summary>
internal abstract class FirstRequests(int slots)
{
    private int _answered;

    public bool AllStarted => Started == slots;

    public bool AllAnswered => _answered == slots;

    /// <summary>When the next may begin though nothing is answered until then; <see cref="long.MaxValue"/> when all have begun.</summary>
    public abstract long NextDueNs { get; }

    /// <summary>Whether the warm-up may begin.</summary>
    public abstract bool IsReady { get; }

    /// <summary>Whether the load has grown as far as it will: a window must not begin before.</summary>
    public abstract bool IsGrown { get; }

    protected int Started { get; private set; }

    protected int Unanswered => Started - _answered;

    protected bool AnyAnswered => _answered > 0;

    /// <summary>The warm-up begins.</summary>
    public abstract void SetEpoch(long epochNs);

    public bool TryStart(long nowNs, out int slot)
    {
        slot = Started;
        if (AllStarted || !MayStart(nowNs))
        {
            return false;
        }

        Started++;
        OnStarted(nowNs);
        return true;
    }

    /// <summary>The first request of a slot has come to its end.</summary>
    public void Answered() => _answered = Math.Min(_answered + 1, Started);

    /// <summary>The swarm is told to stop before all have begun.</summary>
    public void GiveUp() => _answered = Started = slots;

    protected abstract bool MayStart(long nowNs);

    /// <summary>One more has begun, and is in <see cref="Started"/>.</summary>
    protected abstract void OnStarted(long nowNs);
}
