using System.Collections.Concurrent;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.Servers.Counters;
using ReuseBench.Servers.Selectors;

namespace ReuseBench.Servers.Workers;

/// <summary>
/// A serving thread: one epoll loop over its connections and, where the variant says so, a listener or the ring that accepts from one. All its state is
/// its own; other threads reach it through the <see cref="HandOver"/> and through orders.
/// </summary>
internal sealed class Worker : IDisposable
{
    /// <summary>How long a worker that finishes waits for requests in progress: from the last one that it answered.</summary>
    public const int DrainMs = 1_000;

    /// <summary>And in all: each answer may take its time, but clients must not keep a server that is to end.</summary>
    private const int DrainMostMs = 5_000;

    private const ulong WakeEvent = ulong.MaxValue;
    private const ulong ListenerEvent = ulong.MaxValue - 1;
    private const ulong RingEvent = ulong.MaxValue - 2;

    /// <summary>More than a queue holds: who is turned away beyond them came while others were.</summary>
    private const int MostQueued = 65_536;

    private const int EventsPerWait = 256;
    private const int TickMs = 50;
    private const long NsPerMs = 1_000_000;
    private const int NotCounted = -1;

    private readonly Epoll _epoll = Epoll.Create();
    private readonly EpollBuffer _events = new(EventsPerWait);
    private readonly ConcurrentQueue<WorkerOrder> _orders = new();
    private readonly ThreadLaunch _launch = new();
    private readonly Responder _responder;
    private readonly WorkerTally _tally;
    private readonly Milestones _milestones;
    private readonly AcceptFailures _failures;
    private readonly Thread _thread;
    private readonly int _localCpu;
    private readonly int _acceptBatch;

    private ListenerWatch? _watch;
    private AcceptRing? _ring;
    private Pulse? _pulse;
    private long _listenAgainNs;
    private long _nextTickNs;
    private long _allocatedBytes;
    private long _finishByNs;
    private long _finishAtMostNs;
    private long _answeredAtLook;
    private WorkerOrder? _finish;

    public Worker(WorkerParts parts)
    {
        _tally = parts.Tally;
        _milestones = parts.Milestones;
        _failures = parts.Failures;
        _responder = new Responder(_epoll, _tally, _milestones, parts.Answers, parts.Service, parts.Close, parts.CountsFamilies);
        Index = parts.Index;
        Cpus = parts.Cpus;
        _localCpu = parts.CountsRxCpu ? parts.Cpus[0] : NotCounted;
        _acceptBatch = parts.AcceptBatch;
        string name = $"worker-{parts.Index}";
        _thread = new Thread(() => _launch.Run(name, Cpus, Loop)) { Name = name, IsBackground = true };
        LinuxException.ThrowIfError(
            _epoll.Add(HandOver.WakeFd, EpollEvents.In | EpollEvents.EdgeTriggered, WakeEvent), "epoll_ctl", "the wake-up of a worker");
    }

    /// <summary>Its number among the workers of all processes: its block on the page, its <c>X-Worker</c>.</summary>
    public int Index { get; }

    /// <summary>The one CPU that it is pinned to, or none.</summary>
    public IReadOnlyList<int> Cpus { get; }

    /// <summary>Where an acceptor leaves connections for this worker.</summary>
    public HandOver HandOver { get; } = new();

    /// <summary>What an acceptor thread of this worker alone has used: it counts as the worker's.</summary>
    public ThreadUsageCell Companion { get; } = new();

    /// <summary>CLOCK_MONOTONIC of the last accept, 0 before the first; exact once the worker has stopped listening.</summary>
    public long LastAcceptNs => Volatile.Read(ref _tally.LastAcceptNs);

    /// <summary>Connections that the last <see cref="WorkerTask.CloseConnections"/> closed; to be read once it is done.</summary>
    public int ClosedByOrder { get; private set; }

    /// <summary>Whether the last <see cref="WorkerTask.EmptyListener"/> came to the end of the queue in time; to be read once it is done.</summary>
    public bool HasEmptiedListener { get; private set; }

    /// <summary>Connections that it closed at its end although their client still waited for an answer; to be read once the thread has ended.</summary>
    public int ClosedUnanswered { get; private set; }

    /// <summary>Managed memory that the worker's thread has allocated so far; refreshed at each tick.</summary>
    internal long AllocatedBytes => Volatile.Read(ref _allocatedBytes);

    public void Start()
    {
        _thread.Start();
        _launch.Wait();
    }

    /// <summary>Gives an order, from any thread; carried out in the order given.</summary>
    public void Post(WorkerOrder order)
    {
        _orders.Enqueue(order);
        HandOver.Wake();
    }

    /// <summary>Waits for the thread to end, after <see cref="WorkerTask.Finish"/>.</summary>
    public void Join() => _thread.Join();

    public void Dispose()
    {
        _ring?.Dispose();
        _epoll.Dispose();
        HandOver.Dispose();
    }

    private void Loop()
    {
        _tally.PublishIdentity();
        _launch.Succeeded();
        while (!IsFinished())
        {
            Turn();
        }

        ClosedUnanswered = _responder.CloseAll().Unanswered;
        Publish();
        _finish?.Done.Signal();
    }

    private void Turn()
    {
        int timeoutMs = HandOver.TrySleep() ? WaitMs() : 0;
        int count = _epoll.Wait(_events, timeoutMs);
        HandOver.Awake();
        for (int index = 0; index < count; index++)
        {
            Dispatch(_events.Data(index), _events.Events(index));
            if (_responder.HasCutTurn)
            {
                // Hundreds of such turns may follow one another, and who is new would have to wait for them all, once for each that came before him.
                _responder.HasCutTurn = false;
                if (_listenAgainNs == 0)
                {
                    AcceptBatch(most: 1);
                }

                TakeDealt(most: 1);
            }
        }

        if (_ring is not null)
        {
            // Also where the wait ended without an event: what the kernel does for a ring interrupts it, and comes before the event.
            AcceptBatch(_acceptBatch);
        }

        TakeDealt(_acceptBatch);

        while (_orders.TryDequeue(out WorkerOrder? order))
        {
            CarryOut(order);
        }

        _tally.PublishCounts();
        long now = MonotonicClock.NowNs();
        _pulse?.Beat(now);
        if (now >= _nextTickNs)
        {
            Tick(now);
        }
    }

    private void TakeDealt(int most)
    {
        for (int taken = 0; taken < most && HandOver.TryTake(out int fd); taken++)
        {
            _responder.Admit(fd);
        }
    }

    private int WaitMs() => _pulse is not null ? Pulse.IdleEveryMs : _listenAgainNs != 0 ? AcceptFailures.PauseMs : TickMs;

    private bool IsFinished()
    {
        if (_finish is null || _responder.Open == 0)
        {
            return _finish is not null;
        }

        long now = MonotonicClock.NowNs();
        if (_tally.Requests != _answeredAtLook)
        {
            _answeredAtLook = _tally.Requests;
            _finishByNs = now + (DrainMs * NsPerMs);
        }

        return now >= Math.Min(_finishByNs, _finishAtMostNs);
    }

    private void Dispatch(ulong data, EpollEvents events)
    {
        switch (data)
        {
            case ListenerEvent:
                AcceptBatch(_acceptBatch);
                break;
            case WakeEvent:
            case RingEvent:
                // What it is about is looked at in each turn.
                break;
            default:
                _responder.Handle(data, events);
                break;
        }
    }

    /// <returns>Whether more may be queued.</returns>
    private bool AcceptBatch(int most)
    {
        if (_watch is not { } watch)
        {
            return false;
        }

        if (_ring is { } ring)
        {
            return TakeFrom(ring, most);
        }

        for (int accepted = 0; accepted < most; accepted++)
        {
            int result = SocketCalls.Accept4(watch.ListenerFd);
            if (result >= 0)
            {
                Accepted(result);
            }
            else if (result == -ErrnoCode.EAGAIN)
            {
                return false;
            }
            else if (AcceptFailures.IsShortage(result))
            {
                PauseListening(result);
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes connections that the kernel has accepted for this worker, and lets it go on where it has stopped.</summary>
    /// <returns>Whether more may wait.</returns>
    private bool TakeFrom(AcceptRing ring, int most)
    {
        bool mayBeMore = true;
        for (int taken = 0; taken < most && mayBeMore; taken++)
        {
            mayBeMore = ring.TryTake(out int result);
            if (mayBeMore && result >= 0)
            {
                Accepted(result);
            }
            else if (AcceptFailures.IsShortage(result))
            {
                PauseListening(result);
            }
        }

        if (!ring.IsArmed && _listenAgainNs == 0)
        {
            Arm(ring);
        }

        return mayBeMore;
    }

    private void Arm(AcceptRing ring) => LinuxException.ThrowIfError(ring.Start(_watch!.Value.ListenerFd), "io_uring_enter", "the accept of a worker");

    private void Accepted(int fd)
    {
        Volatile.Write(ref _tally.LastAcceptNs, MonotonicClock.NowNs());
        _milestones.Accepted();
        CountRxCpu(fd);
        _responder.Admit(fd);
    }

    /// <returns>Whether it found the queue empty before the time was up.</returns>
    private bool EmptyListener(long untilNs)
    {
        CloseRing();
        while (AcceptBatch(_acceptBatch))
        {
            _tally.PublishCounts();
            if (MonotonicClock.NowNs() >= untilNs)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Ends at an empty queue; where clients fill it as fast, once a second has passed and as many are turned away as a queue holds.</summary>
    private void TurnAwayQueued()
    {
        CloseRing();
        long now = MonotonicClock.NowNs();
        long limitNs = now + (DrainMs * NsPerMs);
        for (int taken = 0; _watch is { } watch && (now < limitNs || taken < MostQueued); taken++)
        {
            int result = SocketCalls.Accept4(watch.ListenerFd);
            now = MonotonicClock.NowNs();
            if (result >= 0)
            {
                Volatile.Write(ref _tally.LastAcceptNs, now);
                _milestones.Accepted();
                CountRxCpu(result);
                _responder.TurnAway(result);
            }
            else if (result == -ErrnoCode.EAGAIN || AcceptFailures.IsShortage(result))
            {
                return;
            }
        }
    }

    private void CountRxCpu(int fd)
    {
        if (_localCpu != NotCounted && SocketCalls.GetOption(fd, SocketOption.IncomingCpu, out int cpu) == 0 && cpu == _localCpu)
        {
            _tally.AcceptedLocal++;
        }
    }

    private void PauseListening(int result)
    {
        _failures.Add(result);
        if (_ring is null)
        {
            _epoll.Delete(_watch!.Value.ListenerFd);
        }

        _listenAgainNs = MonotonicClock.NowNs() + (AcceptFailures.PauseMs * NsPerMs);
        _nextTickNs = _listenAgainNs;
    }

    private void Tick(long now)
    {
        _nextTickNs = now + (TickMs * NsPerMs);
        if (_listenAgainNs != 0 && now >= _listenAgainNs)
        {
            _listenAgainNs = 0;
            WatchListener();
        }

        _responder.ExpireLingering(now);
        Publish();
    }

    private void Publish()
    {
        _tally.PublishCounts();
        ThreadUsage own = ThreadInfo.Usage();
        ThreadUsage beside = Companion.Get();
        _tally.PublishUsage(new ThreadUsage(
            own.CpuNs + beside.CpuNs, own.VoluntarySwitches + beside.VoluntarySwitches, own.InvoluntarySwitches + beside.InvoluntarySwitches));
        Volatile.Write(ref _allocatedBytes, GC.GetAllocatedBytesForCurrentThread());
    }

    private void CarryOut(WorkerOrder order)
    {
        switch (order.Task)
        {
            case WorkerTask.Listen:
                _watch = order.Watch;
                _pulse = order.Watch.Pulse;
                WatchListener();
                break;
            case WorkerTask.StopListening:
                StopListening();
                break;
            case WorkerTask.EmptyListener:
                HasEmptiedListener = EmptyListener(order.UntilNs);
                StopListening();
                break;
            case WorkerTask.TurnAwayQueued:
                TurnAwayQueued();
                StopListening();
                break;
            case WorkerTask.CloseConnections:
                ClosedByOrder = _responder.CloseAll().Closed;
                break;
            case WorkerTask.Finish:
                Finish(order);
                return;
        }

        order.Done.Signal();
    }

    private void WatchListener()
    {
        if (_watch is not { } watch)
        {
            return;
        }

        if (watch.Accept != AcceptMode.IoUring)
        {
            EpollEvents events = watch.Accept == AcceptMode.EpollExclusive ? EpollEvents.In | EpollEvents.Exclusive : EpollEvents.In;
            LinuxException.ThrowIfError(_epoll.Add(watch.ListenerFd, events, ListenerEvent), "epoll_ctl", "the listener");
            return;
        }

        if (_ring is null)
        {
            _ring = AcceptRing.Create();
            LinuxException.ThrowIfError(_epoll.Add(_ring.Fd, EpollEvents.In, RingEvent), "epoll_ctl", "the ring of a worker");
        }

        if (!_ring.IsArmed)
        {
            Arm(_ring);
        }
    }

    /// <summary>
    /// Ends the accept and waits for its end, or the port would stay taken; what the kernel has accepted for this worker until then is served.
    /// </summary>
    private void CloseRing()
    {
        if (_ring is not { } ring)
        {
            return;
        }

        LinuxException.ThrowIfError(ring.Cancel(), "io_uring_enter", "the end of a worker's accept");
        while (TryTakeLast(ring))
        {
            _tally.PublishCounts();
        }

        _epoll.Delete(ring.Fd);
        ring.Dispose();
        _ring = null;
    }

    /// <returns>Whether the accept has not ended, or more may wait.</returns>
    private bool TryTakeLast(AcceptRing ring)
    {
        if (!ring.TryTake(out int result))
        {
            if (ring.IsArmed)
            {
                LinuxException.ThrowIfError(ring.Wait(), "io_uring_enter", "the end of a worker's accept");
            }

            return ring.IsArmed;
        }

        if (result >= 0)
        {
            Accepted(result);
        }
        else if (AcceptFailures.IsShortage(result))
        {
            _failures.Add(result);
        }

        return true;
    }

    private void StopListening()
    {
        CloseRing();
        while (HandOver.TryTake(out int fd))
        {
            _responder.Admit(fd);
        }

        if (_watch is { } watch && _listenAgainNs == 0)
        {
            _epoll.Delete(watch.ListenerFd);
        }

        _watch = null;
        _pulse = null;
        _listenAgainNs = 0;
        Publish();
    }

    private void Finish(WorkerOrder order)
    {
        _finish = order;
        _finishAtMostNs = MonotonicClock.NowNs() + (DrainMostMs * NsPerMs);
        _responder.BeginDrain();

        // What was there may have taken as long to answer as others are waited for.
        _answeredAtLook = _tally.Requests;
        _finishByNs = MonotonicClock.NowNs() + (DrainMs * NsPerMs);
    }
}
