using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Data;

namespace ReuseBench.Reports.Analysis;

/// <summary>
/// What is computed from a run, each thing once: medians by cell and metric, merged histograms by cell, and whatever a topic derives. Findings,
/// tables, charts and the terminal ask here, and so cannot come to different figures.
/// </summary>
public sealed class RunAnalysis(RunData data)
{
    public const double DefaultMargin = 0.05;

    private readonly Dictionary<(MeasuredCell Cell, Figure Figure), Estimate> _medians = [];
    private readonly Dictionary<(object Of, Type What), object> _derived = [];

    public RunData Data { get; } = data;

    public IReadOnlyList<MeasuredCell> Cells => Data.Cells;

    /// <summary>Says host, repeats and run in one line.</summary>
    public Provenance Provenance { get; } = new(data);

    /// <summary>All that is ranked, once <see cref="Rank"/> was told what that is.</summary>
    public Rankings Rankings { get; private set; } = new([], 0);

    /// <summary>Share by which a cell may be worse than the best and still counts as good as it, above 0, below 1.</summary>
    public double Margin { get; init; } = DefaultMargin;

    /// <summary>The run's seed; a report draws its random numbers by it.</summary>
    private ulong Seed => Data.Manifest?.Seed ?? 0;

    /// <summary>How often the run was to look at its figures to decide whether it goes on.</summary>
    public int Looks => Data.Manifest?.Looks ?? 1;

    /// <summary>Ranks everything that a report ranks, at once, since it shares one error rate.</summary>
    public void Rank(IEnumerable<Contest> contests) => Rankings = new Rankings(contests, Seed, Looks);

    /// <summary>Whether a cell has more workers than the server had physical cores; false where these are not known.</summary>
    public bool IsBeyondCores(MeasuredCell cell) => !cell.IsAcceptOnly && ServerCores(cell) is int cores && cell.Workers > cores;

    /// <summary>The median of a figure over the valid repeats of a cell.</summary>
    public Estimate Median(MeasuredCell cell, Figure figure)
    {
        if (!_medians.TryGetValue((cell, figure), out Estimate? estimate))
        {
            estimate = Estimate.OfMedian(cell, figure);
            _medians[(cell, figure)] = estimate;
        }

        return estimate;
    }

    /// <summary>What throughput means for the cell: connections where each request opens one, otherwise requests.</summary>
    public Estimate Throughput(MeasuredCell cell) => Median(cell, Figure.Throughput(cell.Conditions));

    /// <summary>The latency distribution of a cell, from the merged histograms of its valid repeats.</summary>
    public LatencyTail Latency(MeasuredCell cell) => Of(cell, LatencyTail.Of);

    /// <summary>What a topic derives from one cell; made when it is first asked for.</summary>
    public T Of<T>(MeasuredCell cell, Func<MeasuredCell, T> make)
        where T : class => Derived(cell, () => make(cell));

    /// <summary>What a topic derives from the whole run; made when it is first asked for.</summary>
    public T Once<T>(Func<RunAnalysis, T> make)
        where T : class => Derived(this, () => make(this));

    /// <summary>Cells of an experiment, those under equal conditions together.</summary>
    public IEnumerable<IGrouping<Conditions, MeasuredCell>> Groups(Experiment experiment) =>
        Cells.Where(c => c.Is(experiment)).GroupBy(c => c.Conditions);

    /// <summary>
    /// Of the run's share for the server, and no more than the cell's own list: a cell with more workers than that has got the swarm's CPUs, too. The planner
    /// gives whole cores.
    /// </summary>
    private int? ServerCores(MeasuredCell cell)
    {
        int own = cell.Cell.Server.Cpus.Count;
        int planned = Data.Manifest?.Host is { ServerCpus.Length: > 0 } host ? CpuList.Parse(host.ServerCpus, "server_cpus").Count / ThreadsPerCore(host) : 0;
        return (own, planned) switch
        {
            (0, 0) => null,
            (0, _) => planned,
            (_, 0) => own,
            _ => Math.Min(own, planned),
        };
    }

    private static int ThreadsPerCore(HostFacts host) =>
        host is { PhysicalCores: int cores and > 0 } && host.CpusAllowed > cores ? (int)Math.Ceiling((double)host.CpusAllowed / cores) : 1;

    private T Derived<T>(object of, Func<T> make)
        where T : class
    {
        if (!_derived.TryGetValue((of, typeof(T)), out object? derived))
        {
            derived = make();
            _derived[(of, typeof(T))] = derived;
        }

        return (T)derived;
    }
}
