using HdrHistogram;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen.Recording;

/// <summary>One histogram for each phase of a request, in nanoseconds. Those of an open loop are there only in an open loop.</summary>
internal sealed class PhaseHistograms(LoadShape load)
{
    private readonly LongHistogram _connect = HistogramCodec.New();
    private readonly LongHistogram _firstByte = HistogramCodec.New();
    private readonly LongHistogram _request = HistogramCodec.New();
    private readonly LongHistogram? _fromSend = load == LoadShape.Open ? HistogramCodec.New() : null;
    private readonly LongHistogram? _lag = load == LoadShape.Open ? HistogramCodec.New() : null;
    private readonly LongHistogram? _readLag = load == LoadShape.Open ? HistogramCodec.New() : null;
    private readonly LongHistogram? _netOfLag = load == LoadShape.Open ? HistogramCodec.New() : null;
    private readonly LongHistogram? _netOfQueue = load == LoadShape.Open ? HistogramCodec.New() : null;

    public void Connect(long ns) => Record(_connect, ns);

    public void FirstByte(long ns) => Record(_firstByte, ns);

    public void Request(long ns) => Record(_request, ns);

    public void FromSend(long ns) => Record(_fromSend!, ns);

    public void Lag(long ns) => Record(_lag!, ns);

    public void ReadLag(long ns) => Record(_readLag!, ns);

    public void NetOfLag(long ns) => Record(_netOfLag!, ns);

    public void NetOfQueue(long ns) => Record(_netOfQueue!, ns);

    /// <summary>Adds all values of <paramref name="other"/>: exactly the histogram of both samples together.</summary>
    public void Add(PhaseHistograms other)
    {
        foreach ((string phase, LongHistogram histogram) in other.All())
        {
            this[phase]!.Add(histogram);
        }
    }

    /// <summary>The histogram of one of <see cref="Phases"/>; null where this load has none.</summary>
    public LongHistogram? this[string phase] => All().FirstOrDefault(p => p.Phase == phase).Histogram;

    public IEnumerable<(string Phase, LongHistogram Histogram)> All()
    {
        yield return (Phases.Connect, _connect);
        yield return (Phases.FirstByte, _firstByte);
        yield return (Phases.Request, _request);
        if (_fromSend is not null && _lag is not null && _readLag is not null && _netOfLag is not null && _netOfQueue is not null)
        {
            yield return (Phases.FromSend, _fromSend);
            yield return (Phases.Lag, _lag);
            yield return (Phases.ReadLag, _readLag);
            yield return (Phases.NetOfLag, _netOfLag);
            yield return (Phases.NetOfQueue, _netOfQueue);
        }
    }

    // The histogram refuses what it cannot hold: below 1 ns (two reads of the clock in one tick) and above 60 s.
    private static void Record(LongHistogram histogram, long ns) => histogram.RecordValue(Math.Clamp(ns, 1, HistogramCodec.HighestNs));
}
