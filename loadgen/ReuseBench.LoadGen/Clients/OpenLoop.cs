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
    /// <summary>
    /// So long after the sockets have reported, nothing more is started until they have again: answers wait there, and ends. A turn of the loop
    /// takes less, but where the thread did not run or opens connections slowly.
    /// </summary>
    private const long NewsKeepNs = 2_000_000;

    /// <summary>Stalls whose arrivals are not all started; beyond these the oldest is forgotten.</summary>
    private const int MostStalls = 64;

    private readonly ConnectionEngine _engine;
    private readonly ArrivalSchedule _schedule;
    private readonly ThreadRecorder _recorder;
    private readonly FreeSlots _free;
    private readonly FirstRequests _rehearsals;
    private readonly long _timeoutNs;
    private readonly Queue<(long FromNs, long ToNs)> _stalls = new(MostStalls);
    private (long FromNs, long ToNs) _undecided;
    private long _freeSinceNs;
    private long _reportedNs;
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

            if (_undecided.ToNs != 0)
            {
                return 0;
            }

            return _free.Any ? _nextNs : _nextNs + _timeoutNs;
        }
    }

    public override bool IsReady => _rehearsals.AllAnswered;

    /// <summary>A ramp of arrivals is one of the schedule, and over when its time is.</summary>
    public override bool IsGrown => true;

    public override int Missing => _rehearsals.Missing;

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
        while (_engine.NowNs - nowNs < NewsKeepNs && _rehearsals.TryStart(nowNs, out int slot))
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
            _rehearsals.Answered(slot);
        }

        if (!_free.Any)
        {
            // The connection was free when its response came; what that waited to be read is no wait for the server.
            _freeSinceNs = nowNs - _engine.ReadLagNs;
            if (_undecided.ToNs != 0)
            {
                Keep(_undecided);
                _undecided = default;
            }
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

    /// <summary>
    /// The wait of what was due then is the thread's doing where it had a connection free, or finds an answer in a socket when it next looks.
    /// Otherwise the server had all of them, and what was due would have waited all the same.
    /// </summary>
    public override void Stalled(long fromNs, long toNs)
    {
        if (_free.Any)
        {
            Keep((fromNs, toNs));
        }
        else
        {
            _undecided = (fromNs, toNs);
        }
    }

    public override void Reported(long nowNs) => _reportedNs = nowNs;

    public override void Looked(long sinceNs)
    {
        if (_undecided.ToNs <= sinceNs)
        {
            _undecided = default;
        }
    }

    public override void Drain() => _rehearsals.GiveUp();

    private void Keep((long FromNs, long ToNs) stall)
    {
        if (_stalls.Count == MostStalls)
        {
            _stalls.Dequeue();
        }

        _stalls.Enqueue(stall);
    }

    private void StartDue(long nowNs)
    {
        while (_nextNs <= nowNs && _nextNs < _endNs)
        {
            long intendedNs = _nextNs;
            if (nowNs - intendedNs >= _timeoutNs)
            {
                long readyNs = _free.Any ? Math.Max(intendedNs, _freeSinceNs) : nowNs;
                _recorder.ArrivalDropped(intendedNs, readyNs - StalledNs(intendedNs, readyNs), nowNs);
            }
            else
            {
                long startNs = MonotonicClock.NowNs();
                if (startNs - _reportedNs > NewsKeepNs || !_free.TryTake(out int slot, out bool stands))
                {
                    return;
                }

                Start(slot, stands, intendedNs, startNs);
            }

            _nextNs = _epochNs + _schedule.NextNs();
        }
    }

    /// <summary>
    /// How much of an arrival's wait for a connection was the thread's own: it came due while the thread stood still, with whose waking the wait
    /// begins. Asked in the order of the arrivals.
    /// </summary>
    private long StalledNs(long intendedNs, long readyNs)
    {
        while (_stalls.TryPeek(out (long FromNs, long ToNs) stall))
        {
            if (intendedNs < stall.ToNs)
            {
                return intendedNs >= stall.FromNs ? Math.Clamp(stall.ToNs - intendedNs, 0, readyNs - intendedNs) : 0;
            }

            _stalls.Dequeue();
        }

        return 0;
    }

    private void Start(int slot, bool stands, long intendedNs, long startNs)
    {
        // Taken from those that were free since then: the wait before is the server's.
        long readyNs = Math.Max(intendedNs, _freeSinceNs);
        long couldNs = readyNs - StalledNs(intendedNs, readyNs);
        _recorder.ArrivalStarted(intendedNs, couldNs, startNs);
        StartLag lag = new(startNs - couldNs, Math.Min(startNs - couldNs, _engine.WakeUpOf(couldNs)));
        if (stands)
        {
            _engine.Request(slot, intendedNs, startNs, lag);
        }
        else
        {
            _engine.Open(slot, intendedNs, startNs, lag);
        }
    }
}
