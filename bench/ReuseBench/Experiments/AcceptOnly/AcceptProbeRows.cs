using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;

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
        long dropped = Math.Max(kernel.ListenOverflows ?? 0, kernel.ListenDrops ?? 0);

        // Without a namespace of its own the kernel counts for the whole host: another program's overflow excuses no difference of ours, whose
        // connections are never more than a queue holds.
        (long? overflows, long? drops) = run.Isolated ? (kernel.ListenOverflows, kernel.ListenDrops) : (null, null);
        bool overflowed = run.Isolated && dropped > 0;
        bool agree = sum == opened && (!run.Isolated || kernel.PassiveOpens is null || kernel.PassiveOpens == opened);
        Imbalance? evenness = Imbalance.Of([.. accepted]);
        Verdict verdict = VerdictRules.Judge(new Evidence
        {
            Experiment = run.Cell.Experiment,
            Load = LoadShape.Closed,
            Driver = Driver.AcceptOnly,
            Requests = opened,
            ErrorsAddress = addressErrors,
            ListenOverflows = overflows,
            ListenDrops = drops,
            HostListenOverflows = run.Isolated ? null : dropped,
            // Counts and no speed: they do not depend on how many CPUs there are.
            Workers = 1,
            ServerCpus = 1,
            DisjointCpus = true,
            CountsAgree = overflowed ? null : agree,
        });
        return ResultRows.Settings(run.RunId, run.Cell, run.Repeat, run.Seed, ResultRows.Blank(run.Cell)) with
        {
            Isolation = run.Isolated ? "netns" : "none",
            StartedUtc = run.StartedUtc.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
            DurationS = seconds ?? 0,
            MeasuringS = seconds,
            ConnectionsOpened = opened,
            ConnectionsPerS = opened / seconds,
            ErrorsAddress = addressErrors,
            ListenOverflows = overflows,
            ListenDrops = drops,
            LifeConnectionsClient = opened,
            LifeConnectionsServer = sum,
            LifeConnectionsKernel = run.Isolated ? kernel.PassiveOpens : null,
            CountsAgree = overflowed ? null : agree ? "yes" : "no",
            AcceptedMaxOverMean = evenness?.MaxOverMean,
            AcceptedMinOverMean = evenness?.MinOverMean,
            AcceptedCv = evenness?.CoefficientOfVariation,
            AcceptedJain = evenness?.Jain,
            Verdict = Names.Of(verdict.Grade),
            VerdictReasons = verdict.Codes,
            Failure = overflowed || agree ? null : $"connections: {opened} opened, {sum} accepted, {kernel.PassiveOpens} by the kernel's count",
        };
    }

    public static FairnessRow Listener(AcceptProbeRun run, int listener, IReadOnlyList<long> accepted) => new()
    {
        RunId = run.RunId,
        CellId = run.Cell.Id,
        Repeat = run.Repeat,
        Variant = Names.Of(run.Cell.Server.Variant),
        Selector = run.Cell.Server.Variant == Variant.Reuseport ? Names.Of(run.Cell.Server.Selector) : "",
        Workers = run.Cell.Server.Workers,
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
