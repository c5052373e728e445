using ReuseBench.Linux;
using ReuseBench.LoadGen.Pacing;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.LoadGen.Clients;

/// <summary>
/// Requests begin when the schedule says so. One that finds no free connection waits, and its latency goes on counting from its intended
/// time; nothing the server does slows the schedule. The requests that wait are the part of the schedule behind now: no queue is needed.
/// A request may wait as long as it may wait for its answer, each counted from its own beginning: so in a lasting overload the server still
/// answers as fast as it can, every latency shows the wait, and what the server cannot carry is dropped before it starts.
/// </summary>
internal sealed class OpenLoop : SlotLoop
{
    private readonly ConnectionEngine _engine;
    private readonly ArrivalSchedule _schedule;
    private readonly ThreadRecorder _recorder;
    private readonly FreeSlots _free;
    private readonly FirstRequests _rehearsals;
    private readonly long _timeoutNs;
    private long _freeSinceNs;
    private long _epochNs;
    private long _endNs = long.MaxValue;
    private long _nextNs = long.MaxValue;

    /// <param name="engine">Of this thread.</param>
    /// <param name="schedule">Of this thread.</param>
    /// <param name="recorder">Of this thread.</param>
    /// <param name="rehearsals">Slots that carry one request before the schedule begins: persistent connections, or the probe of the target.</param>
    /// <param name="timeoutNs">A request that waited this long for a connection is given up.</param>
    public OpenLoop(ConnectionEngine engine, ArrivalSchedule schedule, ThreadRecorder recorder, int rehearsals, long timeoutNs)
    {
        _engine = engine;
        _schedule = schedule;
        _recorder = recorder;
        _timeoutNs = timeoutNs;
        _rehearsals = new BoundedStart(rehearsals);
        _free = new FreeSlots(engine.Slots);
        for (int slot = engine.Slots - 1; slot >= rehearsals; slot--)
        {
            _free.AddVacant(slot);
        }
    }

    public override long NextDueNs
    {
        get
        {
            if (!_rehearsals.AllStarted)
            {
                return _rehearsals.NextDueNs;
            }

            if (_nextNs >= _endNs)
            {
                return long.MaxValue;
            }

            return _free.Any ? _nextNs : _nextNs + _timeoutNs;
        }
    }

    public override bool IsReady => _rehearsals.AllAnswered;

    /// <summary>A ramp of arrivals is one of the schedule, and over when its time is.</summary>
    public override bool IsGrown => true;

    public override bool IsFinished => _nextNs >= _endNs;

    public override void SetTimes(long epochNs, long endNs)
    {
        _endNs = endNs;
        if (_epochNs == 0)
        {
            _epochNs = epochNs;
            _nextNs = _epochNs + _schedule.NextNs();
        }
    }

    public override void Advance(long nowNs)
    {
        while (_rehearsals.TryStart(nowNs, out int slot))
        {
            long startNs = MonotonicClock.NowNs();
            _engine.Open(slot, startNs, startNs);
        }

        StartDue(nowNs);
    }

    public override void AfterEvent(long nowNs) => StartDue(nowNs);

    public override void Freed(int slot, SlotEnd end, long nowNs)
    {
        if (!_rehearsals.AllAnswered)
        {
            _rehearsals.Answered();
        }

        if (!_free.Any)
        {
            _freeSinceNs = nowNs;
        }

        if (end == SlotEnd.Standing)
        {
            _free.AddStanding(slot);
        }
        else
        {
            _free.AddVacant(slot);
        }
    }

    public override void StandingLost(int slot) => _free.Lose(slot);

    public override void Drain() => _rehearsals.GiveUp();

    private void StartDue(long nowNs)
    {
        while (_nextNs <= nowNs && _nextNs < _endNs)
        {
            long intendedNs = _nextNs;
            long readyNs = _free.Any ? Math.Max(intendedNs, _freeSinceNs) : nowNs;
            if (nowNs - intendedNs >= _timeoutNs)
            {
                _recorder.ArrivalDropped(intendedNs, readyNs, nowNs);
            }
            else if (_free.TryTake(out int slot, out bool stands))
            {
                Start(slot, stands, intendedNs, readyNs);
            }
            else
            {
                return;
            }

            _nextNs = _epochNs + _schedule.NextNs();
        }
    }

    private void Start(int slot, bool stands, long intendedNs, long readyNs)
    {
        long startNs = MonotonicClock.NowNs();
        _recorder.ArrivalStarted(intendedNs, readyNs, startNs);
        if (stands)
        {
            _engine.Request(slot, intendedNs, startNs);
        }
        else
        {
            _engine.Open(slot, intendedNs, startNs);
        }
    }
}
