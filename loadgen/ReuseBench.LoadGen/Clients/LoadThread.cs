using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Pacing;
using ReuseBench.LoadGen.Recording;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen.Clients;

/// <summary>One client thread: an epoll loop over its share of the connections, from the first connect to the last close.</summary>
internal sealed class LoadThread : IDisposable
{
    /// <summary>Events of one turn: with more connections than this, what is idle and has ended may be seen a turn later.</summary>
    private const int EventsPerWait = 256;

    /// <summary>
    /// An idle thread looks up so often, which takes it 0.1 % of a CPU: so it knows that it was stopped, and for how long, though nothing was due.
    /// </summary>
    private const long LongestWaitNs = 5_000_000;

    /// <summary>
    /// A wait that ends so much later than it should has news of some time ago, or, cut short by a signal such as SIGCONT, none at all: the
    /// sockets are looked at again before anything is sent.
    /// </summary>
    private const long LookAgainNs = 1_000_000;

    private const ulong WakeData = ulong.MaxValue;

    private readonly LoadSettings _settings;
    private readonly WindowTimes _times;
    private readonly Epoll _epoll = Epoll.Create();
    private readonly EventFd _wake = EventFd.Create();
    private readonly EpollBuffer _events = new(EventsPerWait);
    private readonly bool[] _isTaken = new bool[EventsPerWait];
    private readonly TupleSource _source;
    private readonly ConnectionEngine _engine;
    private readonly SlotLoop _loop;
    private readonly int _index;
    private WindowTimes.Times? _seen;
    private bool _isReady;
    private readonly ArrivalClock? _arrivals;
    private readonly Descriptor? _stamping;
    private long _lookedNs;
    private long _reportedAllNs;
    private long _lookingSinceNs;
    private long _looked;
    private volatile bool _isGrown;

    public LoadThread(
        LoadSettings settings, int index, SockAddr target, SockAddr? otherFamily, TupleSource source, RequestBytes request, WindowTimes times,
        Action? afterResponse = null)
    {
        _settings = settings;
        _index = index;
        _times = times;
        _source = source;
        Recorder = new ThreadRecorder(settings);
        TupleSlice own = TupleSlice.Of(settings.Connections, index, settings.Threads);
        int slots = (int)own.Count;
        ClientSockets sockets = new(settings, target, source, otherFamily, beginsWithOther: own.First % 2 == 1);
        _arrivals = settings.Load == LoadShape.Open ? new ArrivalClock() : null;
        _stamping = sockets.HasTimestamps ? ClientSockets.KeepStamping(target.Family) : null;
        _engine = new ConnectionEngine(settings, slots, _epoll, sockets, request, Recorder, CreateLoop, _arrivals, afterResponse);
        _loop = _engine.Loop;
        Cpu = settings.Cpus.IsEmpty ? null : PinningOrder.Of(settings.Cpus.Cpus)[index % settings.Cpus.Count];
        LinuxException.ThrowIfError(_epoll.Add(_wake.Fd, EpollEvents.In, WakeData), "epoll_ctl", "the wake-up event");
    }

    public ThreadRecorder Recorder { get; }

    public ThreadMeter Meter { get; } = new();

    /// <summary>The CPU it is pinned to, if any.</summary>
    public int? Cpu { get; }

    public long? DistinctTuples => _source.DistinctTuples;

    /// <summary>As <see cref="SlotLoop.Missing"/>, when the window began.</summary>
    public int MissingAtBegin { get; private set; }

    /// <summary>When this thread first looked at its work at or behind the epoch, CLOCK_MONOTONIC; 0 before it has.</summary>
    public long StartedNs { get; private set; }

    /// <summary>Why the last connect failed; 0 before any did.</summary>
    public int LastConnectFailure => _engine.LastConnectFailure;

    /// <summary>Whether every client of a ramp has begun; true where there is none. Others may read it.</summary>
    public bool IsGrown => _isGrown;

    /// <summary>Interrupts its wait, so that it sees new times.</summary>
    public void Wake() => _wake.Signal();

    /// <summary>Runs from start to end on the calling thread.</summary>
    /// <param name="onReady">Called once the first connections are up.</param>
    public void Run(Action onReady)
    {
        ThreadInfo.SetName($"client-{_index}");
        ThreadInfo.SetTimerSlack(1);
        if (Cpu is int cpu)
        {
            CpuAffinity.SetCurrentThread([cpu]);
        }

        if (_settings.ShareCpus)
        {
            RealTimePriority.SetCurrentThread();
        }

        long nowNs = MonotonicClock.NowNs();
        while (!Step(nowNs, onReady))
        {
            nowNs = WaitAndHandle();
            Runs(nowNs);
        }

        _engine.CloseAll();
    }

    public void Dispose()
    {
        _wake.Dispose();
        _epoll.Dispose();
        _stamping?.Dispose();
    }

    private SlotLoop CreateLoop(ConnectionEngine engine)
    {
        if (_settings.Rate is not double rate)
        {
            return new ClosedLoop(engine, CreateFirstRequests(engine.Slots), _settings.RetryDelay, _settings.Idle);
        }

        int probes = _settings.ProbeTarget && _index == 0 ? 1 : 0;
        int rehearsals = _settings.Workload.IsKeepalive ? engine.Slots : probes;
        ArrivalSchedule schedule = ArrivalSchedule.Create(_settings.Arrivals, rate, _index, _settings.Threads, _settings.Seed);
        return new OpenLoop(engine, RampedSchedule.Over(schedule, _settings.Ramp), Recorder, rehearsals, _settings.Timeout.Nanoseconds);
    }

    private FirstRequests CreateFirstRequests(int slots) => _settings.Opening > Duration.Zero
        ? new RampedStart(slots, new SlotRamp(_settings.Opening, _settings.Connections, _index, _settings.Threads))
        : new BoundedStart(slots);

    /// <summary>What time alone brings about.</summary>
    /// <returns>Whether all is done.</returns>
    private bool Step(long nowNs, Action onReady)
    {
        if (_times.Current is WindowTimes.Times times && times != _seen)
        {
            _seen = times;
            Recorder.SetWindow(times.BeginNs, times.EndNs);
            _loop.SetTimes(times.ScheduleNs, times.EndNs);
        }

        PassBoundaries(nowNs);
        _engine.ExpireDeadlines(_lookedNs, nowNs);
        _loop.Advance(nowNs);
        _isGrown = _loop.IsGrown;
        if (!_isReady && _loop.IsReady)
        {
            _isReady = true;
            onReady();
        }

        return Meter.HasEnded && _loop.IsFinished && _engine.Active == 0;
    }

    private void PassBoundaries(long nowNs)
    {
        if (_seen is null || Meter.HasEnded)
        {
            return;
        }

        if (StartedNs == 0 && nowNs >= _seen.EpochNs)
        {
            StartedNs = nowNs;
        }

        if (!Meter.HasBegun && nowNs >= _seen.BeginNs)
        {
            Meter.Begin(nowNs);
            MissingAtBegin = _loop.Missing;
        }

        if (nowNs >= _seen.EndNs)
        {
            Meter.End(nowNs);
            _loop.Drain();
        }
    }

    /// <summary>Sleeps until something happens or is due, and handles the events that there are.</summary>
    /// <returns>The time afterwards.</returns>
    private long WaitAndHandle()
    {
        long beforeNs = MonotonicClock.NowNs();
        Runs(beforeNs);
        long dueNs = Math.Clamp(NextDueNs(), beforeNs, beforeNs + LongestWaitNs);
        int count = _epoll.WaitNs(_events, dueNs - beforeNs);
        long afterNs = MonotonicClock.NowNs();
        long restedNs = Math.Min(dueNs, afterNs);
        Recorder.Stalls.Waited(restedNs);
        Meter.Waited((Runs(afterNs) ? restedNs : afterNs) - beforeNs, count);
        bool hasSlept = ThreadMeter.HasSlept(afterNs - beforeNs, Math.Max(count, 0));
        bool isOldNews = afterNs - dueNs > LookAgainNs || (count == 0 && afterNs < dueNs);
        // One that slept had nothing when it began, and was woken by the first that came; or it should have been.
        BeginTurn(hasSlept ? restedNs : _reportedAllNs, beforeNs, hasSlept ? afterNs : 0, afterNs);
        Handle(count, count == 0 && !isOldNews ? restedNs : beforeNs, isOldNews ? beforeNs : afterNs);
        ReportedAll(count, hasSlept ? afterNs : beforeNs);
        if (isOldNews)
        {
            long againNs = MonotonicClock.NowNs();
            count = _epoll.WaitNs(_events, 0);
            BeginTurn(_reportedAllNs, againNs, 0, againNs);
            Handle(count, againNs, againNs);
            ReportedAll(count, againNs);
        }

        return count == 0 && !isOldNews ? afterNs : MonotonicClock.NowNs();
    }

    /// <param name="count">Of events, or the negative errno of the wait.</param>
    /// <param name="sinceNs">All that had come to the sockets by then was there to be reported.</param>
    /// <param name="reportedNs">When they were reported.</param>
    private void Handle(int count, long sinceNs, long reportedNs)
    {
        LinuxException.ThrowIfError(count, "epoll_pwait2", "the client's sockets");
        Looked(count, sinceNs);
        _loop.Reported(reportedNs);

        // Ends of idle connections first: the requests that come due in between must not go out there.
        for (int i = 0; i < count; i++)
        {
            _isTaken[i] = _engine.TakeIdleEnd(_events.Data(i), _events.Events(i));
        }

        for (int i = 0; i < count; i++)
        {
            ulong data = _events.Data(i);
            if (data == WakeData)
            {
                _wake.Drain();
                continue;
            }

            if (!_isTaken[i])
            {
                _engine.OnEvent(data, _events.Events(i));
            }

            Runs(_engine.NowNs);
            _loop.AfterEvent(_engine.NowNs);
        }

        _loop.Looked(sinceNs);
    }

    /// <summary>
    /// Notes until when all that came to the sockets has been reported. A batch that is not full was all there was; of full ones, as many as the
    /// sockets, since epoll reports in the order of arrival and each socket once before any of them again.
    /// </summary>
    private void Looked(int count, long sinceNs)
    {
        if (_looked == 0)
        {
            _lookingSinceNs = sinceNs;
        }

        _looked += count;
        if (count < EventsPerWait || _looked > _engine.Slots)
        {
            _lookedNs = count < EventsPerWait ? sinceNs : _lookingSinceNs;
            _looked = 0;
        }
    }

    private void BeginTurn(long lookedNs, long sleptFromNs, long wokenNs, long nowNs)
    {
        if (_arrivals is not null)
        {
            _arrivals.BeginTurn(_lookedNs, lookedNs, sleptFromNs, wokenNs);
            _arrivals.ReadOffset(nowNs);
        }
    }

    /// <summary>What came by then has been reported; of a full batch that is not known, and the time before it stands.</summary>
    private void ReportedAll(int count, long byNs) => _reportedAllNs = count < EventsPerWait ? byNs : _reportedAllNs;

    /// <summary>The thread runs now; where it had stood still, its loop learns which requests were due then.</summary>
    private bool Runs(long nowNs)
    {
        if (!Recorder.Stalls.Runs(nowNs, out long sinceNs))
        {
            return false;
        }

        _loop.Stalled(sinceNs, nowNs);
        return true;
    }

    private long NextDueNs() => Math.Min(NextBoundaryNs(), Math.Min(_engine.NextDeadlineNs, _loop.NextDueNs));

    private long NextBoundaryNs()
    {
        if (_seen is null || Meter.HasEnded)
        {
            return long.MaxValue;
        }

        return Meter.HasBegun ? _seen.EndNs : StartedNs == 0 ? Math.Min(_seen.EpochNs, _seen.BeginNs) : _seen.BeginNs;
    }
}

/// <summary>When the schedule and the measured window begin and when the window ends, CLOCK_MONOTONIC; told by one thread to many.</summary>
internal sealed class WindowTimes
{
    private Times? _times;

    /// <summary>Null until all threads are ready.</summary>
    public Times? Current => Volatile.Read(ref _times);

    public void Publish(Times times) => Volatile.Write(ref _times, times);

    /// <param name="EpochNs">The warm-up begins, and with it the ramp of clients.</param>
    /// <param name="BeginNs">The window begins; <see cref="long.MaxValue"/> while a ramp of clients decides when.</param>
    /// <param name="EndNs">The window ends; likewise.</param>
    public sealed record Times(long EpochNs, long BeginNs, long EndNs)
    {
        /// <summary>The schedule begins: with the warm-up, or later where this swarm takes turns with others.</summary>
        public long ScheduleNs { get; init; } = EpochNs;
    }
}
