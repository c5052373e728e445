using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>What experiments have in common that are one window of a server under the load of a swarm.</summary>
/// <param name="kind">The experiment.</param>
internal abstract class LoadedExperiment(Experiment kind) : IExperiment
{
    /// <summary>Start and stop of two processes, counters and rows; measured on a two-core machine.</summary>
    private static readonly Duration Overhead = Duration.FromMilliseconds(500);

    /// <summary>What NBomber takes beside its warm-up and window, from its start to its own reports; measured likewise.</summary>
    private static readonly Duration NBomberOverhead = Duration.FromSeconds(9);

    public Experiment Kind { get; } = kind;

    public abstract string Meaning { get; }

    public virtual bool MayLackDriver => false;

    public virtual bool TakesPrograms => false;

    public virtual bool Takes(Driver driver) => driver is Driver.Native or Driver.Nbomber;

    /// <inheritdoc/>
    public virtual string? Problem(Cell cell) => ProblemOfVariant(cell);

    public Duration Estimate(Cell cell) => EstimateWindow(cell);

    /// <inheritdoc/>
    public virtual MeasuredRows Measure(RepeatContext context) => MeasuredRows.Of(context.RunId, LoadedWindow.Measure(context), []);

    public string Describe(MeasuredRows rows) => DescribeWindow(rows.Result);

    /// <summary>Of any experiment whose server stays.</summary>
    public static string? ProblemOfVariant(Cell cell) => cell.Server.Variant == Variant.Restart
        ? $"variant: restart stops serving again and again, and {cell.Experiment} is about a server that stays; use experiment: restart"
        : null;

    /// <summary>Of any repeat that is one loaded window.</summary>
    public static Duration EstimateWindow(Cell cell) =>
        cell.LoadOfSwarm.BeforeWindow + cell.Load.Duration + Overhead + (cell.Driver == Driver.Nbomber ? NBomberOverhead : Duration.Zero);

    /// <summary>Of connections that stay and send nothing.</summary>
    public static string DescribeHeld(ResultRow row) => $"{row.LifeConnectionsServer} connections held, max/mean {row.AcceptedMaxOverMean:0.00}";

    /// <summary>Likewise.</summary>
    public static string DescribeWindow(ResultRow row)
    {
        if (row.Cell.Load.Idle)
        {
            return DescribeHeld(row);
        }

        // The unit is that of the tables at the end of a run.
        string? rate = row.Cell.Load.Workload.IsConnect
            ? row.ConnectionsPerS is double connections ? $"{connections:0} connections/s" : null
            : row.ThroughputRps is double requests ? $"{requests:0} requests/s" : null;
        if (rate is null || row.Cell.Driver == Driver.AcceptOnly)
        {
            return $"{row.LifeConnectionsServer} connections counted";
        }

        string tail = row.LatencyP99Us is double us ? $", p99 {us:0} µs" : "";
        string gap = row.GapP50Ms is double ms ? $", gap {ms:0.#} ms" : "";
        return $"{rate}{tail}{gap}";
    }
}
