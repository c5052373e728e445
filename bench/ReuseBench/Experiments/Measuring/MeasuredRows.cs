using HdrHistogram;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>All rows of one repeat.</summary>
internal sealed record MeasuredRows(
    ResultRow Result,
    IReadOnlyList<LatencyRow> Latency,
    IReadOnlyList<HistogramRow> Histograms,
    IReadOnlyList<FairnessRow> Fairness,
    IReadOnlyList<AffinityRow> Affinity,
    IReadOnlyList<RestartRow> Restarts,
    IReadOnlyList<TimelineRow> Timeline)
{
    /// <summary>Not to be had on this host, by rule: neither measured nor failed.</summary>
    public bool IsLeftOut { get; private init; }

    private static readonly double[] Percentiles = [0, 50, 75, 90, 95, 99, 99.9, 99.99, 99.999, 100];

    /// <param name="runId">Of the run.</param>
    /// <param name="m">A window under load.</param>
    /// <param name="restarts">What happened in it, where its server restarts.</param>
    public static MeasuredRows Of(string runId, Measurement m, IReadOnlyList<RestartRow> restarts)
    {
        ListenerChoices choices = ListenerChoices.OfServed(m);
        return new MeasuredRows(
            ChanceColumns.On(ResultRows.Measured(runId, m, restarts), choices), [.. LatencyOf(runId, m)], [.. HistogramsOf(runId, m)], [.. FairnessOf(runId, m, choices)], [], restarts, [.. TimelineOf(runId, m)]);
    }

    public static MeasuredRows OfFailure(ResultRow failed) => new(failed, [], [], [], [], [], []);

    /// <param name="row">Without figures.</param>
    /// <param name="restarts">Likewise, where it was to be a restart.</param>
    public static MeasuredRows OfSkipped(ResultRow row, params RestartRow[] restarts) => new(row, [], [], [], [], restarts, []) { IsLeftOut = true };

    public static MeasuredRows OfAcceptProbe(ResultRow result, IReadOnlyList<FairnessRow> fairness, IReadOnlyList<AffinityRow> affinity) =>
        new(result, [], [], fairness, affinity, [], []);

    public static MeasuredRows OfRestart(ResultRow result, RestartRow restart, IReadOnlyList<TimelineRow> timeline) =>
        new(result, [], [], [], [], [restart], timeline);

    private static IEnumerable<LatencyRow> LatencyOf(string runId, Measurement m)
    {
        foreach ((string phase, string text) in m.Swarm.Histograms)
        {
            HistogramBase histogram = HistogramCodec.FromBase64(text);
            foreach (double percentile in Percentiles)
            {
                if (IsGiven(m, phase, histogram, percentile) && HistogramCodec.PercentileUs(histogram, percentile) is double latency)
                {
                    yield return new LatencyRow
                    {
                        RunId = runId,
                        CellId = m.Cell.Id,
                        Repeat = m.Repeat,
                        Phase = phase,
                        Percentile = percentile,
                        LatencyUs = latency,
                        Count = histogram.TotalCount,
                    };
                }
            }
        }
    }

    /// <summary>The lag is the swarm's own and known of every request; every other phase lacks the requests that failed.</summary>
    private static bool IsGiven(Measurement m, string phase, HistogramBase histogram, double percentile) =>
        phase == Phases.Lag || PercentileRule.Allows(histogram.TotalCount, m.Swarm.RequestsFailed ?? 0, percentile);

    private static IEnumerable<HistogramRow> HistogramsOf(string runId, Measurement m) =>
        m.Swarm.Histograms.Select(h => new HistogramRow
        {
            RunId = runId,
            CellId = m.Cell.Id,
            Repeat = m.Repeat,
            Phase = h.Key,
            Count = HistogramCodec.FromBase64(h.Value).TotalCount,
            HdrV2Base64 = h.Value,
        });

    private static IEnumerable<FairnessRow> FairnessOf(string runId, Measurement m, ListenerChoices choices) =>
        m.Stats.Workers.Select(worker => ChanceColumns.On(new FairnessRow
        {
            RunId = runId,
            CellId = m.Cell.Id,
            Repeat = m.Repeat,
            Variant = Names.Of(m.Cell.Server.Variant),
            Accept = m.Cell.Server.Variant == Variant.Shared ? Names.Of(m.Cell.Server.Accept) : "",
            Selector = m.Cell.Server.Variant == Variant.Reuseport ? Names.Of(m.Cell.Server.Selector) : "",
            Workers = m.Cell.Server.Workers,
            Listener = worker.Worker,
            Accepted = worker.Accepted,
            Served = worker.Requests,
            ServedSeen = m.Swarm.AnswersByWorker.GetValueOrDefault($"{worker.Worker}"),
            Share = m.Stats.Accepted == 0 ? null : (double)worker.Accepted / m.Stats.Accepted,
            EvenShare = 1.0 / m.Stats.Workers.Length,
            CpuS = worker.CpuS,
            RxCpuMatchShare = m.Cell.Server.RxCpuMatch && worker.Accepted > 0 ? (double)worker.AcceptedLocal / worker.Accepted : null,
        }, choices));

    private static IEnumerable<TimelineRow> TimelineOf(string runId, Measurement m) => TimelineRows.Of(
        runId, m.Cell.Id, m.Repeat, m.Swarm.Timeline.Select(point => new TimelineInterval(point, m.Cell.Load.Interval.Milliseconds)));
}
