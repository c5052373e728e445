using HdrHistogram;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>All rows of one repeat.</summary>
/// <param name="Result">It seals the repeat.</param>
/// <param name="Others">Of any other table.</param>
internal sealed record MeasuredRows(ResultRow Result, IReadOnlyList<IRepeatRow> Others)
{
    /// <summary>Not to be had on this host, by rule: neither measured nor failed.</summary>
    public bool IsLeftOut { get; private init; }

    /// <summary>The rows of one table.</summary>
    public IEnumerable<TRow> Of<TRow>()
        where TRow : IRepeatRow => Others.OfType<TRow>();

    /// <param name="runId">Of the run.</param>
    /// <param name="m">A window under load.</param>
    /// <param name="restarts">What happened in it, where its server restarts.</param>
    public static MeasuredRows Of(string runId, Measurement m, IReadOnlyList<RestartRow> restarts)
    {
        ListenerChoices choices = ListenerChoices.OfServed(m);
        Dictionary<string, HistogramBase> histograms = m.Swarm.Histograms.ToDictionary(h => h.Key, h => HistogramCodec.FromBase64(h.Value));
        ResultRow result = ResultRows.Measured(runId, m, restarts, LagShares.Of(histograms, m.Swarm.RequestsFailed ?? 0));
        return new MeasuredRows(
            result,
            [
                .. histograms.SelectMany(h => LatencyOf(result, h.Key, h.Value, m.Swarm.RequestsFailed ?? 0)),
                .. histograms.Select(h => HistogramOf(result, h.Key, h.Value.TotalCount, m.Swarm)),
                .. (m.Hosts?.Swarms ?? []).SelectMany(swarm => HistogramsOf(result, swarm)),
                .. FairnessOf(runId, m),
                .. ChanceRows.Of(result, choices),
                .. restarts,
                .. TimelineOf(runId, m),
                .. m.Hosts?.Rows ?? [],
            ]);
    }

    public static MeasuredRows OfFailure(ResultRow failed) => new(failed, []);

    /// <param name="lost">Without figures, since hosts were lost.</param>
    /// <param name="hosts">What the others had.</param>
    public static MeasuredRows OfLost(ResultRow lost, IReadOnlyList<HostRow> hosts) => new(lost, hosts);

    /// <param name="row">Without figures.</param>
    /// <param name="restarts">Likewise, where it was to be a restart.</param>
    public static MeasuredRows OfSkipped(ResultRow row, params RestartRow[] restarts) => new(row, restarts) { IsLeftOut = true };

    private static IEnumerable<LatencyRow> LatencyOf(ResultRow row, string phase, HistogramBase histogram, long failed) =>
        LatencyRow.From(new LatencyRow { RunId = row.RunId, CellId = row.CellId, Repeat = row.Repeat, Phase = phase }, histogram, failed);

    private static HistogramRow HistogramOf(ResultRow row, string phase, long count, LoadDocument swarm) => new()
    {
        RunId = row.RunId,
        CellId = row.CellId,
        Repeat = row.Repeat,
        Phase = phase,
        Count = count,
        HdrV2Base64 = swarm.Histograms[phase],
        SlotPeaksBase64 = swarm.SlotPeaks.GetValueOrDefault(phase),
    };

    /// <summary>Of one host: what the sum was made of.</summary>
    private static IEnumerable<HistogramRow> HistogramsOf(ResultRow row, HostSwarm swarm) => swarm.Document.Histograms.Select(h =>
        HistogramOf(row, h.Key, HistogramCodec.FromBase64(h.Value).TotalCount, swarm.Document) with { Host = swarm.Host, SlotPeaksBase64 = null });

    private static IEnumerable<FairnessRow> FairnessOf(string runId, Measurement m) =>
        m.Stats.Workers.Select(worker => new FairnessRow
        {
            RunId = runId,
            CellId = m.Cell.Id,
            Repeat = m.Repeat,
            Listener = worker.Worker,
            Accepted = worker.Accepted,
            Responses = worker.Requests,
            ResponsesSeen = m.Swarm.AnswersByWorker.GetValueOrDefault($"{worker.Worker}"),
            Share = m.Stats.Accepted == 0 ? null : (double)worker.Accepted / m.Stats.Accepted,
            EvenShare = 1.0 / m.Stats.Workers.Length,
            CpuS = worker.CpuS,
            RxCpuMatchShare = m.Cell.Server.RxCpuMatch && worker.Accepted > 0 ? (double)worker.AcceptedLocal / worker.Accepted : null,
        });

    private static IEnumerable<TimelineRow> TimelineOf(string runId, Measurement m) => TimelineRows.Of(
        runId, m.Cell.Id, m.Repeat, m.Swarm.Timeline.Select(point => new TimelineInterval(point, m.Cell.Load.Interval.Milliseconds)));
}

/// <summary>Makes the rows of <c>timeline.csv</c>, for cells of every kind.</summary>
internal static class TimelineRows
{
    /// <param name="runId">Of the run.</param>
    /// <param name="cellId">Of the cell as planned.</param>
    /// <param name="repeat">From 1.</param>
    /// <param name="intervals">In the order of their starts.</param>
    public static IEnumerable<TimelineRow> Of(string runId, string cellId, int repeat, IEnumerable<TimelineInterval> intervals) =>
        intervals.Select(interval => new TimelineRow
        {
            RunId = runId,
            CellId = cellId,
            Repeat = repeat,
            IntervalStartMs = interval.Point.StartMs,
            IntervalMs = interval.LengthMs,
            Requests = interval.Point.Requests,
            ConnectionsOpened = interval.Point.ConnectionsOpened,
            Errors = interval.Point.Errors,
            ThroughputRps = interval.Point.Requests * 1000.0 / interval.LengthMs,
            LatencyP50Us = interval.Point.LatencyP50Us,
            LatencyP99Us = interval.Point.LatencyP99Us,
            LatencyMaxUs = interval.Point.LatencyMaxUs,
        });
}

/// <summary>A point of a swarm's timeline, and how much time it stands for.</summary>
internal sealed record TimelineInterval(TimelinePoint Point, double LengthMs);

/// <summary>
/// By how much the swarm's generator lag lengthens a repeat's open-loop percentiles; null in a closed loop, and where a driver does not tell.
/// </summary>
/// <param name="Ranked">The worst of those that are ranked.</param>
/// <param name="Published">The worst of all that are published.</param>
/// <param name="Queued">As <paramref name="Ranked"/>, of the lag without the wake-ups of idle threads.</param>
internal sealed record LagShares(double? Ranked, double? Published, double? Queued)
{
    public static LagShares None { get; } = new(null, null, null);

    /// <param name="histograms">By phase.</param>
    /// <param name="failed">Requests that are in none of them.</param>
    public static LagShares Of(IReadOnlyDictionary<string, HistogramBase> histograms, long failed)
    {
        if (!histograms.TryGetValue(Phases.Request, out HistogramBase? request)
            || !histograms.TryGetValue(Phases.NetOfLag, out HistogramBase? netOfLag)
            || !histograms.TryGetValue(Phases.NetOfQueue, out HistogramBase? netOfQueue))
        {
            return None;
        }

        return new LagShares(
            GeneratorLag.Worst(request, netOfLag, failed, GeneratorLag.Ranked),
            GeneratorLag.Worst(request, netOfLag, failed, GeneratorLag.Published),
            GeneratorLag.Worst(request, netOfQueue, failed, GeneratorLag.Ranked));
    }
}
