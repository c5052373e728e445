using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Clients;

/// <summary>
/// Every slot always has one request in progress: the next begins when the answer is in. After a failure it begins after a pause, so that a
/// server that is down is asked in measure and not as fast as it can refuse. Idle slots send their first request alone, and keep their connection.
/// </summary>
internal sealed class ClosedLoop : SlotLoop
{
    /// <summary>After so long of opening connections the sockets are read again.</summary>
    private const long LongestOpeningNs = 1_000_000;

    /// <summary>
    /// So long after the sockets have reported, a connection is opened again only after all that they reported is read. No turn of the loop takes
    /// so long but where connect(2) searches for ports.
    /// </summary>
    private const long LongestTurnNs = 10_000_000;

    private readonly ConnectionEngine _engine;
    private readonly DeadlineQueue _retries;
    private readonly FirstRequests _first;
    private readonly long _retryDelayNs;
    private readonly bool _isIdle;
    private long _reportedNs;
    private bool _draining;

    /// <param name="engine">Its connections.</param>
    /// <param name="first">Begins them.</param>
    /// <param name="retryDelay">After a failure.</param>
    /// <param name="isIdle">Whether a connection that has had its first answer has nothing more to send.</param>
    public ClosedLoop(ConnectionEngine engine, FirstRequests first, Duration retryDelay, bool isIdle = false)
    {
        _engine = engine;
        _first = first;
        _retryDelayNs = retryDelay.Nanoseconds;
        _isIdle = isIdle;
        _retries = new DeadlineQueue(engine.Slots);
    }

    public override long NextDueNs => _draining ? long.MaxValue : Math.Min(_retries.NextDueNs, _first.NextDueNs);

    public override bool IsReady => _first.IsReady;

    public override bool IsGrown => _first.IsGrown;

    public override int Missing => _first.Missing;

    public override bool IsFinished => _draining;

    public override void SetTimes(long epochNs, long endNs) => _first.SetEpoch(epochNs);

    public override void Advance(long nowNs)
    {
        if (_draining)
        {
            return;
        }

        while (_engine.NowNs - nowNs < LongestOpeningNs && _retries.TryExpire(nowNs, out int slot))
        {
            Open(slot);
        }

        while (_engine.NowNs - nowNs < LongestOpeningNs && _first.TryStart(nowNs, out int slot))
        {
            Open(slot);
        }
    }

    public override void Reported(long nowNs) => _reportedNs = nowNs;

    public override void AfterEvent(long nowNs)
    {
        // Slots start their next request themselves, in Freed.
    }

    public override void Freed(int slot, SlotEnd end, long nowNs)
    {
        if (!_first.AllAnswered || _first.Missing > 0)
        {
            _first.Answered(slot);
        }

        if (_draining)
        {
            _engine.CloseStanding(slot);
            return;
        }

        switch (end)
        {
            case SlotEnd.Standing when _isIdle:
                break;
            case SlotEnd.Standing:
                _engine.Request(slot, nowNs, nowNs);
                break;
            case SlotEnd.Closed when nowNs - _reportedNs < LongestTurnNs:
                Open(slot);
                break;
            case SlotEnd.Closed:
                _retries.Arm(slot, nowNs);
                break;
            default:
                _retries.Arm(slot, nowNs + _retryDelayNs);
                break;
        }
    }

    /// <summary>One that the server ended is opened again, as one that failed would be: as many are to stand as were asked for.</summary>
    public override void StandingLost(int slot)
    {
        if (!_isIdle)
        {
            throw new InvalidOperationException("a closed loop has no connections without a request");
        }

        if (!_draining)
        {
            _retries.Arm(slot, _engine.NowNs + _retryDelayNs);
        }
    }

    public override void Drain()
    {
        _draining = true;
        _first.GiveUp();
    }

    private void Open(int slot)
    {
        long nowNs = MonotonicClock.NowNs();
        _engine.Open(slot, nowNs, nowNs);
    }
}
