using HdrHistogram;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;

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
                .. histograms.Select(h => HistogramOf(result, h.Key, h.Value.TotalCount, m.Swarm.Histograms[h.Key])),
                .. FairnessOf(runId, m),
                .. ChanceRows.Of(result, choices),
                .. restarts,
                .. TimelineOf(runId, m),
            ]);
    }

    public static MeasuredRows OfFailure(ResultRow failed) => new(failed, []);

    /// <param name="row">Without figures.</param>
    /// <param name="restarts">Likewise, where it was to be a restart.</param>
    public static MeasuredRows OfSkipped(ResultRow row, params RestartRow[] restarts) => new(row, restarts) { IsLeftOut = true };

    private static IEnumerable<LatencyRow> LatencyOf(ResultRow row, string phase, HistogramBase histogram, long failed) =>
        LatencyRow.From(new LatencyRow { RunId = row.RunId, CellId = row.CellId, Repeat = row.Repeat, Phase = phase }, histogram, failed);

    private static HistogramRow HistogramOf(ResultRow row, string phase, long count, string text) =>
        new() { RunId = row.RunId, CellId = row.CellId, Repeat = row.Repeat, Phase = phase, Count = count, HdrV2Base64 = text };

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
