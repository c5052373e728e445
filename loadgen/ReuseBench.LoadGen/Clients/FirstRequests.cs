using ReuseBench.LoadGen.Pacing;

namespace ReuseBench.LoadGen.Clients;

/// <summary>Begins the first request of each slot of one thread, in ascending order.</summary>
internal abstract class FirstRequests(int slots)
{
    private readonly bool[] _hasAnswered = new bool[slots];
    private int _answered;
    private int _distinctAnswered;

    public bool AllStarted => Started == slots;

    public bool AllAnswered => _answered == slots;

    /// <summary>When the next may begin though nothing is answered until then; <see cref="long.MaxValue"/> when all have begun.</summary>
    public abstract long NextDueNs { get; }

    /// <summary>Whether the warm-up may begin.</summary>
    public abstract bool IsReady { get; }

    /// <summary>Whether the load has grown as far as it will: a window must not begin before.</summary>
    public abstract bool IsGrown { get; }

    /// <summary>Slots whose first request has not come to an end though all should have begun.</summary>
    public virtual int Missing => slots - _distinctAnswered;

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

    /// <summary>A request has come to its end. Until all slots have had one: an answer makes room for a start, whoever gave it.</summary>
    public void Answered(int slot)
    {
        _answered = Math.Min(_answered + 1, Started);
        _distinctAnswered += _hasAnswered[slot] ? 0 : 1;
        _hasAnswered[slot] = true;
    }

    /// <summary>The swarm is told to stop before all have begun.</summary>
    public void GiveUp() => _answered = _distinctAnswered = Started = slots;

    protected abstract bool MayStart(long nowNs);

    /// <summary>One more has begun, and is in <see cref="Started"/>.</summary>
    protected abstract void OnStarted(long nowNs);
}

/// <summary>
/// Brings the first connections up before the warm-up without flooding the server's accept queue: a bounded number wait for their first
/// answer, but at least one more begins each millisecond, so that a server that answers slowly does not hold up the start.
/// </summary>
internal sealed class BoundedStart(int slots) : FirstRequests(slots)
{
    /// <summary>Connections of one thread that may wait for their first answer at once: below any sensible backlog.</summary>
    public const int MostUnanswered = 64;

    private const long StepNs = 1_000_000;

    private long _lastStartNs = long.MinValue;

    public override long NextDueNs => AllStarted ? long.MaxValue : _lastStartNs + StepNs;

    public override bool IsReady => AllStarted && AnyAnswered;

    /// <summary>Nothing is left to grow in the warm-up.</summary>
    public override bool IsGrown => true;

    public override void SetEpoch(long epochNs)
    {
        // What begins before the warm-up does not wait for it.
    }

    protected override bool MayStart(long nowNs) => Unanswered < MostUnanswered || nowNs >= NextDueNs;

    protected override void OnStarted(long nowNs) => _lastStartNs = nowNs;
}

/// <summary>
/// The clients of a ramp, each at its time after the beginning of the warm-up. Before it only the very first one begins, whose request shows
/// that the target answers.
/// </summary>
internal sealed class RampedStart : FirstRequests
{
    private readonly SlotRamp _ramp;
    private readonly bool _hasFirst;
    private long? _epochNs;
    private long _nextDueNs;

    public RampedStart(int slots, SlotRamp ramp)
        : base(slots)
    {
        _ramp = ramp;
        _hasFirst = ramp.NumberOf(0) == 0;
        _nextDueNs = DueNs();
    }

    public override long NextDueNs => AllStarted ? long.MaxValue : _nextDueNs;

    public override bool IsReady => !_hasFirst || AnyAnswered;

    public override bool IsGrown => AllStarted;

    /// <summary>They begin one after the other until the very end of the ramp.</summary>
    public override int Missing => 0;

    public override void SetEpoch(long epochNs)
    {
        _epochNs = epochNs;
        _nextDueNs = DueNs();
    }

    protected override bool MayStart(long nowNs) => nowNs >= _nextDueNs;

    protected override void OnStarted(long nowNs) => _nextDueNs = DueNs();

    private long DueNs() => _hasFirst && Started == 0 ? 0 : _epochNs + _ramp.BeginNs(Started) ?? long.MaxValue;
}
