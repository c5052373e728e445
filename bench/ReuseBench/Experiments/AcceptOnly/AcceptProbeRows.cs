using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.AcceptOnly;

/// <summary>Makes the rows of a repeat that was counted without a server.</summary>
internal static class AcceptProbeRows
{
    /// <summary>The sealing row of an accept-only probe.</summary>
    /// <param name="run">Cell, repeat and seed.</param>
    /// <param name="opened">Connections that the client opened.</param>
    /// <param name="accepted">Connections by listener.</param>
    /// <param name="seconds">Wall time of the counting; null where no rate is meant.</param>
    /// <param name="kernel">Counters of the repeat.</param>
    /// <param name="addressErrors">Tuples that were not free.</param>
    public static ResultRow Result(
        AcceptProbeRun run, long opened, IReadOnlyList<long> accepted, double? seconds, KernelCounts kernel, long addressErrors)
    {
        long sum = accepted.Sum();
        // Without a namespace of its own the kernel counts for the whole host: another program's overflow excuses no difference of ours, whose
        // connections are never more than a queue holds.
        bool overflowed = run.Isolated && kernel.Dropped > 0;
        bool agree = sum == opened && (!run.Isolated || kernel.PassiveOpens is null || kernel.PassiveOpens == opened);
        Imbalance? evenness = Imbalance.Of([.. accepted]);
        ResultRow row = ResultRows.Settings(run.RunId, run.Cell, run.Repeat, run.Seed, new LoadFigures()) with
        {
            Isolation = ResultRows.IsolationOf(run.Isolated),
            StartedUtc = run.StartedUtc.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
            DurationS = seconds ?? 0,
            MeasuringS = seconds,
            ConnectionsOpened = opened,
            ConnectionsPerS = opened / seconds,
            ErrorsAddress = addressErrors,
            LifeConnectionsClient = opened,
            LifeConnectionsServer = sum,
            LifeConnectionsKernel = run.Isolated ? kernel.PassiveOpens : null,
            CountsAgree = overflowed ? null : agree,
            AcceptedMaxOverMean = evenness?.MaxOverMean,
            AcceptedMinOverMean = evenness?.MinOverMean,
            AcceptedCv = evenness?.CoefficientOfVariation,
            AcceptedJain = evenness?.Jain,
            AcceptedNoneShare = evenness?.NoneShare,
            Failure = overflowed || agree ? null : $"connections: {opened} opened, {sum} accepted, {kernel.PassiveOpens} by the kernel's count",
        };
        return new RepeatEvidence { Row = ResultRows.WithKernel(row, run.Isolated, kernel), Kernel = kernel, Isolated = run.Isolated }.Judge();
    }

    public static FairnessRow Listener(AcceptProbeRun run, int listener, IReadOnlyList<long> accepted) => new()
    {
        RunId = run.RunId,
        CellId = run.Cell.Id,
        Repeat = run.Repeat,
        Listener = listener,
        Accepted = accepted[listener],
        Share = accepted.Sum() == 0 ? null : (double)accepted[listener] / accepted.Sum(),
        EvenShare = 1.0 / accepted.Count,
    };
}

/// <summary>One repeat of an accept-only probe.</summary>
internal sealed record AcceptProbeRun(string RunId, Cell Cell, int Repeat, ulong Seed, bool Isolated, DateTime StartedUtc)
{
    /// <summary>One that begins now.</summary>
    public static AcceptProbeRun From(RepeatContext context) =>
        new(context.RunId, context.Cell, context.Repeat, context.Seed, context.Isolated, DateTime.UtcNow);
}
