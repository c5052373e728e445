using HdrHistogram;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen.Recording;

/// <summary>Answers, connections and errors of each interval of the window, all memory made beforehand. One thread writes.</summary>
internal sealed class Timeline
{
    /// <summary>Shorter intervals hold too few answers for a percentile, and would need a histogram each.</summary>
    public static readonly Duration ShortestWithLatency = Duration.FromMilliseconds(10);

    /// <summary>With more intervals than this no percentiles are kept: at about 10 kB each they would outgrow the swarm itself.</summary>
    public const int MostWithLatency = 4096;

    // Coarser than the histograms of the whole window, since there is one for each interval: steps of 1 % from 1 µs.
    private const long LowestNs = 1000;
    private const int SignificantDigits = 2;

    private readonly long _intervalNs;
    private readonly long[] _requests;
    private readonly long[] _connections;
    private readonly long[] _errors;
    private readonly IntHistogram[] _latencies;
    private long _beginNs = long.MaxValue;

    public Timeline(Duration window, Duration interval)
    {
        _intervalNs = interval.Nanoseconds;
        int count = checked((int)((window.Nanoseconds + _intervalNs - 1) / _intervalNs));
        _requests = new long[count];
        _connections = new long[count];
        _errors = new long[count];
        bool keepsLatency = interval >= ShortestWithLatency && count <= MostWithLatency;
        _latencies = new IntHistogram[keepsLatency ? count : 0];
        for (int i = 0; i < _latencies.Length; i++)
        {
            _latencies[i] = new IntHistogram(LowestNs, HistogramCodec.HighestNs, SignificantDigits);
        }
    }

    /// <summary>When the window begins, CLOCK_MONOTONIC.</summary>
    public void Begin(long beginNs) => _beginNs = beginNs;

    /// <summary>An answer with status 2xx.</summary>
    /// <param name="endNs">When the answer was complete; within the window.</param>
    /// <param name="latencyNs">Of this answer, whenever its request began.</param>
    public void Answer(long endNs, long latencyNs)
    {
        int index = IndexOf(endNs);
        _requests[index]++;
        if (_latencies.Length > 0)
        {
            _latencies[index].RecordValue(Math.Clamp(latencyNs, LowestNs, HistogramCodec.HighestNs));
        }
    }

    public void Connection(long atNs) => _connections[IndexOf(atNs)]++;

    public void Error(long atNs) => _errors[IndexOf(atNs)]++;

    public void Add(Timeline other)
    {
        for (int i = 0; i < _requests.Length; i++)
        {
            _requests[i] += other._requests[i];
            _connections[i] += other._connections[i];
            _errors[i] += other._errors[i];
            if (_latencies.Length > 0)
            {
                _latencies[i].Add(other._latencies[i]);
            }
        }
    }

    /// <param name="windowNs">Length of the window as it really was: later intervals are left out.</param>
    public TimelinePoint[] ToPoints(long windowNs)
    {
        int count = (int)Math.Clamp((windowNs + _intervalNs - 1) / _intervalNs, 0, _requests.Length);
        TimelinePoint[] points = new TimelinePoint[count];
        for (int i = 0; i < count; i++)
        {
            IntHistogram? latency = _latencies.Length > 0 && _latencies[i].TotalCount > 0 ? _latencies[i] : null;
            points[i] = new TimelinePoint
            {
                StartMs = new Duration(i * _intervalNs).Milliseconds,
                Requests = _requests[i],
                ConnectionsOpened = _connections[i],
                Errors = _errors[i],
                LatencyP50Us = latency is null ? null : HistogramCodec.PercentileUs(latency, 50),
                LatencyP99Us = latency is null ? null : HistogramCodec.PercentileUs(latency, 99),
                LatencyMaxUs = latency is null ? null : HistogramCodec.PercentileUs(latency, 100),
            };
        }

        return points;
    }

    private int IndexOf(long atNs) => (int)((atNs - _beginNs) / _intervalNs);
}
