using ReuseBench.Core.Cells;

namespace ReuseBench.LoadGen.Recording;

/// <summary>
/// Everything that one client thread records, without a lock and without an allocation. Counts of the whole life always; figures of the
/// window by these rules: a latency belongs to the window in which its request began (intended start in an open loop), a count to the
/// window in which it happened.
/// </summary>
internal sealed class ThreadRecorder
{
    /// <summary>A request started later than this after it could have been is late; one that lacked a connection for longer has waited.</summary>
    public const long LateNs = 1_000_000;

    /// <summary>
    /// A connect(2) that takes so long itself searched for a port. It begins a connect and does not wait: on loopback the whole handshake takes
    /// it 20 to 40 µs; past half of the port range the search alone takes about a millisecond and more.
    /// </summary>
    public const long SlowConnectNs = 1_000_000;

    private readonly bool _openLoop;
    private long _beginNs = long.MaxValue;
    private long _endNs = long.MaxValue;

    public ThreadRecorder(LoadSettings settings)
    {
        _openLoop = settings.Load == LoadShape.Open;
        Histograms = new PhaseHistograms(settings.Load);
        Timeline = new Timeline(settings.Duration, settings.Interval);
        Peaks = new PhasePeaks(settings.Duration);
        Attempts = AttemptLog.For(settings);
    }

    public LifeCounters Life { get; } = new();

    public WindowCounts Window { get; } = new();

    public PhaseHistograms Histograms { get; }

    public Timeline Timeline { get; }

    public PhasePeaks Peaks { get; }

    public FailureTally Failures { get; } = new();

    public WorkerTable Workers { get; } = new();

    public Stalls Stalls { get; } = new();

    /// <summary>Open loop, where asked for.</summary>
    public AttemptLog? Attempts { get; }

    /// <summary>Where the window lies, CLOCK_MONOTONIC; may be told again with an earlier end.</summary>
    public void SetWindow(long beginNs, long endNs)
    {
        _beginNs = beginNs;
        _endNs = endNs;
        Timeline.Begin(beginNs);
        Peaks.Begin(beginNs);
        Stalls.SetWindow(beginNs, endNs);
    }

    public void ConnectStarted() => Life.ConnectsStarted++;

    /// <summary>connect(2) has returned.</summary>
    public void ConnectReturned(long calledNs, long returnedNs)
    {
        if (returnedNs - calledNs >= SlowConnectNs && InWindow(returnedNs))
        {
            Window.SlowConnects++;
        }
    }

    public void ConnectionOpened(long connectNs, long establishedNs)
    {
        Life.ConnectionsOpened++;
        if (InWindow(establishedNs))
        {
            Window.ConnectionsOpened++;
            Timeline.Connection(establishedNs);
        }

        if (InWindow(connectNs))
        {
            Histograms.Connect(establishedNs - connectNs);
            Peaks.Connect.Record(establishedNs, establishedNs - connectNs);
        }
    }

    /// <param name="code">Of <see cref="FailureCode"/>.</param>
    /// <param name="intendedNs">Intended start of the request that it was opened for.</param>
    /// <param name="nowNs">When it failed.</param>
    public void ConnectFailed(int code, long intendedNs, long nowNs)
    {
        Life.FailedConnects++;
        Failed(FailurePhase.Connect, code, nowNs);
        Ended(intendedNs, nowNs);
    }

    public void RequestSent() => Life.RequestsSent++;

    /// <summary>The connection was closed by the server before the request came there: it is taken back, and sent again on a new one.</summary>
    public void FoundClosed(long nowNs)
    {
        Life.RequestsSent--;
        Life.ReusedClosed++;
        Window.ReusedClosed += InWindow(nowNs) ? 1 : 0;
    }

    /// <summary>The first byte of an answer, whatever its status, which is not known yet.</summary>
    public void FirstByte(long startNs, long sendNs, long nowNs)
    {
        if (InWindow(startNs))
        {
            Histograms.FirstByte(nowNs - sendNs);
        }
    }

    /// <summary>An answer is complete. Latencies and the timeline's answers are those with status 2xx: a fast refusal is no fast answer.</summary>
    /// <param name="status">Of the answer.</param>
    /// <param name="worker">Of <see cref="WorkerTable"/>.</param>
    /// <param name="intendedNs">Intended start; in a closed loop the actual one.</param>
    /// <param name="startNs">Actual start.</param>
    /// <param name="endNs">Last byte.</param>
    public void AnswerCompleted(int status, int worker, long intendedNs, long startNs, long endNs)
    {
        Life.Answers++;
        if (worker != WorkerTable.None)
        {
            Workers.CountAnswer(worker);
        }

        bool completedInWindow = InWindow(endNs);
        if (status is >= 200 and < 300)
        {
            Succeeded(intendedNs, startNs, endNs, completedInWindow);
        }
        else
        {
            HttpError(status, endNs, completedInWindow);
        }

        Ended(intendedNs, endNs);
    }

    /// <summary>Open loop: what of a latency that is recorded was the swarm's own.</summary>
    /// <param name="status">As of <see cref="AnswerCompleted"/>.</param>
    /// <param name="intendedNs">Likewise.</param>
    /// <param name="endNs">Likewise.</param>
    /// <param name="start">Before its start.</param>
    /// <param name="read">Before its response was read.</param>
    public void GeneratorLag(int status, long intendedNs, long endNs, StartLag start, ReadLag read)
    {
        if (status is >= 200 and < 300 && InWindow(intendedNs))
        {
            long netNs = endNs - intendedNs - start.Ns - read.Ns;
            Window.ReadLagsExact += read.IsExact ? 1 : 0;
            Histograms.ReadLag(read.Ns);
            Histograms.NetOfLag(netNs);
            Histograms.NetOfQueue(netNs + start.WakeUpNs + read.WakeUpNs);
        }
    }

    /// <param name="phase">What was in progress.</param>
    /// <param name="code">Of <see cref="FailureCode"/>.</param>
    /// <param name="intendedNs">Intended start of the request.</param>
    /// <param name="nowNs">When it failed.</param>
    public void RequestFailed(FailurePhase phase, int code, long intendedNs, long nowNs)
    {
        Life.FailedRequests++;
        Failed(phase, code, nowNs);
        Ended(intendedNs, nowNs);
    }

    /// <summary>The answer was complete, but the connection did not end as agreed.</summary>
    public void CloseFailed(int code, long nowNs) => Failed(FailurePhase.Close, code, nowNs);

    /// <summary>Open loop: an arrival was started.</summary>
    /// <param name="intendedNs">When its schedule wanted it.</param>
    /// <param name="readyNs">
    /// When a connection was free for it, at the earliest its intended time: the wait before is the server's, the lag after it the swarm's.
    /// </param>
    /// <param name="startNs">When it was started.</param>
    public void ArrivalStarted(long intendedNs, long readyNs, long startNs)
    {
        Life.Scheduled++;
        Arrived(intendedNs, readyNs, startNs);
    }

    /// <summary>
    /// Open loop: an arrival waited too long for a connection and is given up. Counted apart from the timeouts of connects and answers: no
    /// server has seen it.
    /// </summary>
    /// <param name="intendedNs">When its schedule wanted it.</param>
    /// <param name="readyNs">When a connection was free for it; <paramref name="nowNs"/> where none is.</param>
    /// <param name="nowNs">When it was given up.</param>
    public void ArrivalDropped(long intendedNs, long readyNs, long nowNs)
    {
        Life.Scheduled++;
        Attempts?.NeverStarted(intendedNs, nowNs);
        NeverStarted(nowNs);
        Arrived(intendedNs, readyNs, nowNs);
    }

    /// <summary>Open loop of a driver with a schedule of its own: it asked for a request. Whether that was later than meant, nobody knows.</summary>
    /// <param name="askedNs">When it asked.</param>
    /// <param name="readyNs">When a connection was free for it.</param>
    public void ArrivalAsked(long askedNs, long readyNs)
    {
        Life.Scheduled++;
        if (InWindow(askedNs))
        {
            Window.Scheduled++;
            Window.Waited += readyNs - askedNs > LateNs ? 1 : 0;
        }
    }

    /// <summary>The same, where the run was over before a connection was free.</summary>
    /// <param name="askedNs">When it asked.</param>
    /// <param name="nowNs">When it was given up.</param>
    public void ArrivalForgone(long askedNs, long nowNs)
    {
        ArrivalAsked(askedNs, nowNs);
        NeverStarted(nowNs);
    }

    private void NeverStarted(long nowNs)
    {
        Life.NeverStarted++;
        Failures.Count(FailurePhase.Schedule, FailureCode.Timeout);
        Window.Dropped += InWindow(nowNs) ? 1 : 0;
    }

    private void Arrived(long intendedNs, long readyNs, long startNs)
    {
        if (InWindow(intendedNs))
        {
            Window.Scheduled++;
            Window.Waited += readyNs - intendedNs > LateNs ? 1 : 0;
            Window.Late += startNs - readyNs > LateNs ? 1 : 0;
            Histograms.Lag(startNs - readyNs);
        }
    }

    private void Succeeded(long intendedNs, long startNs, long endNs, bool completedInWindow)
    {
        if (completedInWindow)
        {
            Window.Ok++;
            Timeline.Answer(endNs, endNs - intendedNs);
        }

        if (InWindow(intendedNs))
        {
            Histograms.Request(endNs - intendedNs);
            Peaks.Request.Record(endNs, endNs - intendedNs);
            if (_openLoop)
            {
                Histograms.FromSend(endNs - startNs);
            }
        }
    }

    private void HttpError(int status, long nowNs, bool inWindow)
    {
        Life.HttpErrors++;
        Failures.CountStatus(status);
        if (inWindow)
        {
            Window.HttpErrors++;
            Timeline.Error(nowNs);
        }
    }

    private void Failed(FailurePhase phase, int code, long nowNs)
    {
        Failures.Count(phase, code);
        if (InWindow(nowNs))
        {
            Window.CountFailure(code);
            Timeline.Error(nowNs);
        }
    }

    private void Ended(long intendedNs, long nowNs)
    {
        Window.Begun += InWindow(intendedNs) ? 1 : 0;
        Window.Ended += InWindow(nowNs) ? 1 : 0;
    }

    private bool InWindow(long ns) => ns >= _beginNs && ns < _endNs;
}

/// <summary>How much later a request was started than it could be, nanoseconds.</summary>
/// <param name="Ns">All of it.</param>
/// <param name="WakeUpNs">What of it was the waking of an idle thread.</param>
internal readonly record struct StartLag(long Ns, long WakeUpNs);

/// <summary>How much later a response was read than the kernel had it, nanoseconds.</summary>
/// <param name="Ns">All of it; an upper limit where it is not exact.</param>
/// <param name="WakeUpNs">What of it was the waking of an idle thread.</param>
/// <param name="IsExact">Whether the kernel told when it came.</param>
internal readonly record struct ReadLag(long Ns, long WakeUpNs, bool IsExact);
