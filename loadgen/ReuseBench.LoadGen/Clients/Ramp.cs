namespace ReuseBench.LoadGen.Clients;

/// <summary>
/// Brings the first connections up without flooding the server's accept queue: a bounded number wait for their first answer, but at
/// least one more begins each millisecond, so that a server that answers slowly does not hold up the start.
/// </summary>
internal sealed class Ramp(int slots)
{
    /// <summary>Connections of one thread that may wait for their first answer at once: below any sensible backlog.</summary>
    public const int MostUnanswered = 64;

    private const long StepNs = 1_000_000;

    private int _started;
    private int _answered;
    private long _lastStartNs = long.MinValue;

    public bool AllStarted => _started == slots;

    public bool AnyAnswered => _answered > 0;

    public bool AllAnswered => _answered == slots;

    /// <summary>When the next may begin without an answer; <see cref="long.MaxValue"/> when all have begun.</summary>
    public long NextDueNs => AllStarted ? long.MaxValue : _lastStartNs + StepNs;

    /// <summary>Slots are started in ascending order.</summary>
    public bool TryStart(long nowNs, out int slot)
    {
        slot = _started;
        if (AllStarted || (_started - _answered >= MostUnanswered && nowNs < NextDueNs))
        {
            return false;
        }

        _started++;
        _lastStartNs = nowNs;
        return true;
    }

    /// <summary>The first request of a slot has come to its end.</summary>
    public void Answered() => _answered = Math.Min(_answered + 1, _started);

    /// <summary>The swarm is told to stop before all have begun.</summary>
    public void GiveUp() => _answered = _started = slots;
}
