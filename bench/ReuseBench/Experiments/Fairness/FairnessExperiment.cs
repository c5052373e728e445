using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.AcceptOnly;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.LoadGen;
using ReuseBench.Servers.Listening;

namespace ReuseBench.Bench.Experiments.Fairness;

/// <summary>
/// <c>fairness</c>: who gets the connections. Under the load of a swarm as workers of a real server see it, or by accept-only probe: of a source
/// plan, over connections and over distinct tuples.
/// </summary>
internal sealed class FairnessExperiment : IExperiment
{
    public Experiment Kind => Experiment.Fairness;

    public string Meaning => "Which listener or worker gets the connections, against what an ideal hash gives.";

    public string? Command => "fairness";

    public bool Takes(Driver driver) => driver is Driver.Native or Driver.AcceptOnly;

    /// <inheritdoc/>
    public string? Problem(Cell cell) => (cell.Driver, cell.Server.Selector) switch
    {
        (Driver.AcceptOnly, Selector.EbpfAlive) =>
            $"selector: {Names.Of(cell.Server.Selector)} asks whether workers live, and an accept-only probe has listeners without workers; use "
            + "driver: native",
        (Driver.AcceptOnly, _) => AcceptOnlyRules.Problem(cell, cell.Server.Variant == Variant.Reuseport),
        _ => LoadedExperiment.ProblemOfVariant(cell),
    };

    public string? WhyNoEffect(string key, Cell cell) =>
        cell.Driver != Driver.AcceptOnly ? null
        : key == "processes" ? "an accept-only probe opens all listeners in one process; use driver: native, or the experiment affinity"
        : AcceptOnlyRules.WhyNoEffectOnListeners(key) ?? AcceptOnlyRules.WhyNoEffect(key);

    public Cell Settle(Cell cell) => cell.Driver == Driver.AcceptOnly ? AcceptOnlyRules.Settle(cell) : cell with { Restart = null };

    public Duration Estimate(Cell cell) => cell.Driver == Driver.AcceptOnly
        ? cell.Load.Duration + AcceptOnlyRules.Overhead
        : LoadedExperiment.EstimateWindow(cell);

    /// <inheritdoc/>
    public MeasuredRows Measure(RepeatContext context) => context.Cell.Driver == Driver.AcceptOnly
        ? AcceptOnlyRules.Measure(context, () => Count(AcceptProbeRun.From(context), context.Cancel))
        : MeasuredRows.Of(context.RunId, LoadedWindow.Measure(context), []);

    public string Describe(MeasuredRows rows) => LoadedExperiment.DescribeWindow(rows.Result);

    private static MeasuredRows Count(AcceptProbeRun run, CancellationToken cancel)
    {
        KernelCounts before = KernelCounts.Read();
        using ReuseportListeners listeners = ServerNeeds.Open(run.Cell.Server);
        LoadSettings load = run.Cell.Load with { Seed = run.Seed };
        SourceWalk sources = SourceWalk.Start(load, listeners.Address);
        AcceptProbeCounts counts = new AcceptProbe(listeners, sources, Outstanding(run.Cell)).Run(load.Duration, cancel);
        KernelCounts kernel = KernelCounts.Read() - before;

        TupleRecord record = counts.Record;
        ListenerChoices choices = ListenerChoices.Of(run.Cell.Server.Selector, record.Connections, record.Tuples);
        ResultRow result = AcceptProbeRows.Result(run, counts.Opened, record.Connections, counts.Seconds, kernel, counts.AddressErrors) with
        {
            DistinctTuples = record.Tuples.Sum(),
            MovedTuples = record.Moved,
        };
        IEnumerable<FairnessRow> rows = Enumerable.Range(0, listeners.Count).Select(listener =>
            AcceptProbeRows.Listener(run, listener, record.Connections) with { Tuples = record.Tuples[listener] });
        return new MeasuredRows(result, [.. rows, .. ChanceRows.Of(result, choices)]);
    }

    /// <summary>Half of the shortest queue that the kernel could give: all connects at one listener would still fit.</summary>
    private static int Outstanding(Cell cell)
    {
        int most = AcceptQueue.Length(cell.Server.Backlog);
        return Math.Clamp(cell.Load.Connections, 1, Math.Max(1, most / 2));
    }
}
