using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Clients;

namespace ReuseBench.LoadGen.Drivers;

/// <summary>
/// The window of a <see cref="SessionSwarm"/>: its times count from the first request; marks its two ends, takes the process's CPU time there.
/// </summary>
internal sealed class SessionWindow : IDisposable
{
    private const long ProgressNs = 1_000_000_000;
    private const int NsPerMs = 1_000_000;

    private readonly LoadSettings _settings;
    private readonly SharedRecorder[] _recorders;
    private readonly ILoadSignals _signals;
    private readonly Duration _entry;
    private readonly CancellationTokenSource _end;
    private readonly Thread _lead;
    private WindowTimes.Times _times = new(0, 0, 0);
    private long _cpuNs;
    private int _begun;

    public SessionWindow(LoadSettings settings, SharedRecorder[] recorders, ILoadSignals signals, Duration entry, CancellationToken stop)
    {
        _settings = settings;
        _recorders = recorders;
        _signals = signals;
        _entry = entry;
        _end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _lead = new Thread(Lead) { IsBackground = true, Name = "window" };
    }

    /// <summary>CPU time of this process within the window.</summary>
    public double CpuS => new Duration(_cpuNs).Seconds;

    /// <summary>Of the CPUs that it may use, 0 to 1.</summary>
    public double? BusyShare => _times.EndNs > _times.BeginNs
        ? Math.Clamp((double)_cpuNs / (_times.EndNs - _times.BeginNs) / CpuAffinity.OfCurrentThread().Length, 0, 1)
        : null;

    /// <summary>Begins the driver's entry, which the warm-up follows; does nothing when it has begun.</summary>
    public void Begin()
    {
        if (Volatile.Read(ref _begun) != 0 || Interlocked.Exchange(ref _begun, 1) != 0)
        {
            return;
        }

        long nowNs = MonotonicClock.NowNs();
        long beginNs = nowNs + _entry.Nanoseconds + _settings.Warmup.Nanoseconds;
        Tell(new WindowTimes.Times(nowNs, beginNs, beginNs + _settings.Duration.Nanoseconds));
        _lead.Start();
    }

    /// <summary>Ends it no later than now.</summary>
    public WindowTimes.Times End()
    {
        _end.Cancel();
        if (_begun != 0)
        {
            _lead.Join();
        }

        return _times;
    }

    public void Dispose()
    {
        End();
        _end.Dispose();
    }

    private void Lead()
    {
        SleepUntil(_times.BeginNs);
        long cpuNs = MonotonicClock.ProcessCpuNs(Environment.ProcessId);
        Report(LoadSignal.Begin);
        SleepUntil(_times.EndNs);
        _cpuNs = MonotonicClock.ProcessCpuNs(Environment.ProcessId) - cpuNs;
        long nowNs = MonotonicClock.NowNs();
        if (nowNs < _times.EndNs)
        {
            Tell(_times with { BeginNs = Math.Min(_times.BeginNs, nowNs), EndNs = nowNs });
        }

        Report(LoadSignal.End);
    }

    private void SleepUntil(long dueNs)
    {
        long leftNs;
        while ((leftNs = dueNs - MonotonicClock.NowNs()) > 0 && !_end.IsCancellationRequested)
        {
            if (leftNs <= 2 * NsPerMs)
            {
                MonotonicClock.SleepUntil(dueNs);
            }
            else if (!_end.Token.WaitHandle.WaitOne((int)((Math.Min(leftNs, ProgressNs) / NsPerMs) - 1)) && leftNs > ProgressNs)
            {
                Report(LoadSignal.Progress);
            }
        }
    }

    private void Tell(WindowTimes.Times times)
    {
        _times = times;
        foreach (SharedRecorder shared in _recorders)
        {
            lock (shared.Gate)
            {
                shared.Recorder.SetWindow(times.BeginNs, times.EndNs);
            }
        }
    }

    private void Report(string signal) => _signals.Report(new LoadSignal
    {
        Signal = signal,
        TimeNs = MonotonicClock.NowNs(),
        Requests = _recorders.Sum(r => Volatile.Read(ref r.Recorder.Life.Answers)),
        Errors = _recorders.Sum(r => r.Recorder.Life.Errors),
    });
}
