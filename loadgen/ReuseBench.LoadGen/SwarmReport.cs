using System.Globalization;
using HdrHistogram;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Recording;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen;

/// <summary>Merges what the threads recorded into the one document of the run.</summary>
internal sealed class SwarmReport
{
    private readonly LoadSettings _settings;
    private readonly Target _target;
    private readonly SwarmPart[] _threads;
    private readonly WindowTimes.Times _window;
    private readonly PortDemand _ports;
    private readonly LifeCounters _life = new();
    private readonly WindowCounts _counts = new();
    private readonly FailureTally _failures = new();
    private readonly PhaseHistograms _histograms;
    private readonly Timeline _timeline;
    private readonly SortedDictionary<string, SlotPeaks> _peaks;
    private readonly SortedDictionary<string, long> _answersByWorker = [];
    private readonly SortedDictionary<string, long> _connectionsByWorker = [];

    public SwarmReport(LoadSettings settings, Target target, PortDemand ports, SwarmPart[] threads, WindowTimes.Times window)
    {
        _ports = ports;
        _settings = settings;
        _target = target;
        _threads = threads;
        _window = window;
        _histograms = new PhaseHistograms(settings.Load);
        _timeline = new Timeline(settings.Duration, settings.Interval);
        PhasePeaks peaks = new(settings.Duration);
        foreach (ThreadRecorder recorder in threads.Select(t => t.Recorder))
        {
            _life.Add(recorder.Life);
            _counts.Add(recorder.Window);
            _failures.Add(recorder.Failures);
            _histograms.Add(recorder.Histograms);
            _timeline.Add(recorder.Timeline);
            peaks.Add(recorder.Peaks);
            recorder.Workers.AddTo(_answersByWorker, _connectionsByWorker);
        }

        _peaks = new(peaks.All().ToDictionary(p => p.Phase, p => p.Peaks), StringComparer.Ordinal);
    }

    private long WindowNs => _window.EndNs - _window.BeginNs;

    /// <summary>Of the requests whose start lay in the window: those without a good answer, so that they are in no latency histogram.</summary>
    private long RequestsFailed => Math.Max(0, (IsOpen ? _counts.Scheduled : _counts.Begun) - LatencyCount);

    private long LatencyCount => _histograms[Phases.Request]?.TotalCount ?? 0;

    private bool IsOpen => _settings.Load == LoadShape.Open;

    public LoadDocument ToDocument()
    {
        ThreadMeter? busiest = WindowNs > 0 ? _threads.Select(t => t.Meter).MaxBy(m => m.BusyShare) : null;
        long portsNeeded = _ports.Needed(_life.ConnectionsOpened, PerSecond(_counts.ConnectionsOpened) ?? 0);
        LoadDocument document = new()
        {
            Target = _target.Text,
            Seed = _settings.Seed,
            ClientCpuList = _settings.Cpus.ToString(),
            EpochNs = _window.EpochNs,
            WindowBeginNs = _window.BeginNs,
            WindowEndNs = _window.EndNs,
            Workload = _settings.Workload.ToString(),
            Load = Names.Of(_settings.Load),
            Connections = _settings.Connections,
            RateRpsRequested = _settings.Rate,
            RateRpsAchieved = IsOpen ? PerSecond(_counts.Ended) : null,
            Scheduled = IsOpen ? _counts.Scheduled : null,
            Arrivals = IsOpen ? Names.Of(_settings.Arrivals) : null,
            SourcePlan = _settings.SourcePlan.ToString(),
            Sources = _settings.Sources.ToString(),
            Close = Names.Of(_settings.Close),
            RequestBytes = _settings.RequestBytes,
            ClientThreads = _settings.Threads,
            WarmupS = _settings.Warmup.Seconds,
            DurationS = new Duration(WindowNs).Seconds,
            Requests = _counts.Ok,
            RequestsFailed = RequestsFailed,
            ReusedClosed = _counts.ReusedClosed,
            Stalls = _threads.Sum(t => t.Recorder.Stalls.Count),
            StalledMs = new Duration(_threads.Max(t => t.Recorder.Stalls.LongestNs)).Milliseconds,
            StalledTotalMs = new Duration(_threads.Max(t => t.Recorder.Stalls.TotalNs)).Milliseconds,
            SlowConnects = _counts.SlowConnects,
            ConnectionsMissing = _threads.Sum(t => t.Missing),
            SourcePortsAvailable = _ports.Available,
            SourcePortsNeeded = portsNeeded,
            Warnings = [.. Warnings(portsNeeded)],
            ConnectionsOpened = _counts.ConnectionsOpened,
            ErrorsRefused = _counts[FailureClass.Refused],
            ErrorsReset = _counts[FailureClass.Reset],
            ErrorsTimeout = _counts[FailureClass.Timeout],
            ErrorsAddress = _counts[FailureClass.Address],
            ErrorsHttp = _counts.HttpErrors,
            ErrorsProtocol = _counts[FailureClass.Protocol],
            ErrorsOther = _counts[FailureClass.Other],
            Dropped = IsOpen ? _counts.Dropped : null,
            ThroughputRps = PerSecond(_counts.Ok),
            ConnectionsPerS = PerSecond(_counts.ConnectionsOpened),
            ReadLagExactShare = _histograms[Phases.ReadLag]?.TotalCount is long known and > 0 ? (double)_counts.ReadLagsExact / known : null,
            LateShare = ShareOfScheduled(_counts.Late),
            WaitedShare = ShareOfScheduled(_counts.Waited),
            ClientCpuS = WindowNs > 0 ? _threads.Sum(t => new Duration(t.Meter.CpuNs).Seconds) : null,
            ClientBusyShare = busiest?.BusyShare,
            ClientNeverIdleShare = busiest?.NeverIdleShare,
            ClientMeanLoadShare = WindowNs > 0 ? _threads.Average(t => Math.Max(t.Meter.BusyShare, t.Meter.NeverIdleShare)) : null,
            ClientVoluntarySwitches = WindowNs > 0 ? _threads.Sum(t => t.Meter.VoluntarySwitches) : null,
            ClientInvoluntarySwitches = WindowNs > 0 ? _threads.Sum(t => t.Meter.InvoluntarySwitches) : null,
            Life = _life.ToDocument(IsOpen, DistinctTuples(), _settings.DualStack),
            AnswersByWorker = _answersByWorker,
            ConnectionsByWorker = _connectionsByWorker,
            Errors = _failures.ToErrorCounts(),
            Histograms = EncodedHistograms(),
            SlotPeaks = new SortedDictionary<string, string>(_peaks.ToDictionary(p => p.Key, p => p.Value.ToBase64()), StringComparer.Ordinal),
            Timeline = _timeline.ToPoints(WindowNs),
            Attempts = AttemptLog.ToColumns(_threads.Select(t => t.Recorder.Attempts)),
            ClientThreadDetails = [.. _threads.Select(Details)],
        };
        return LoadPercentiles.Fill(document, phase => _histograms[phase], _peaks.GetValueOrDefault);
    }

    private static Core.Wire.ClientThread Details(SwarmPart thread, int index) => new()
    {
        Thread = index,
        Cpu = thread.Cpu,
        CpuS = new Duration(thread.Meter.CpuNs).Seconds,
        BusyShare = thread.Meter.BusyShare,
        NeverIdleShare = thread.Meter.NeverIdleShare,
        VoluntarySwitches = thread.Meter.VoluntarySwitches,
        InvoluntarySwitches = thread.Meter.InvoluntarySwitches,
        Stalls = thread.Recorder.Stalls.Count,
        StalledMs = new Duration(thread.Recorder.Stalls.LongestNs).Milliseconds,
        StalledTotalMs = new Duration(thread.Recorder.Stalls.TotalNs).Milliseconds,
    };

    private IEnumerable<string> Warnings(long portsNeeded)
    {
        if (_ports.Warning(portsNeeded, _counts.SlowConnects, _counts[FailureClass.Address]) is { } ports)
        {
            yield return ports;
        }

        if (_threads.Sum(t => t.Missing) is int missing and > 0)
        {
            yield return $"{missing} of {_settings.Connections} connections had had no response yet when the window began: the load was not whole";
        }

        if (_threads.MaxBy(t => t.Recorder.Stalls.TotalNs) is { Recorder.Stalls: { Count: > 0 } stalls })
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"the load generator itself stood still for {new Duration(stalls.TotalNs).Milliseconds:0} ms "
                + $"(longest {new Duration(stalls.LongestNs).Milliseconds:0} ms): "
                + $"what was due or received then is late by its own doing; give it a CPU of its own");
        }
    }

    private long? DistinctTuples() => _threads.Any(t => t.DistinctTuples is null) ? null : _threads.Sum(t => t.DistinctTuples);

    private double? ShareOfScheduled(long count) => IsOpen && _counts.Scheduled > 0 ? (double)count / _counts.Scheduled : null;

    private double? PerSecond(long count) => WindowNs > 0 ? count / new Duration(WindowNs).Seconds : null;

    private SortedDictionary<string, string> EncodedHistograms()
    {
        SortedDictionary<string, string> encoded = new(StringComparer.Ordinal);
        foreach ((string phase, LongHistogram histogram) in _histograms.All())
        {
            encoded[phase] = HistogramCodec.ToBase64(histogram);
        }

        return encoded;
    }
}
