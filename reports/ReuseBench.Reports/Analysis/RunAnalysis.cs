using ReuseBench.Core.Cells;
using ReuseBench.Reports.Data;

namespace ReuseBench.Reports.Analysis;

/// <summary>
/// What is computed from a run, each thing once: medians by cell and metric, merged histograms by cell, and whatever a topic derives. Findings,
/// tables, charts and the terminal ask here, and so cannot come to different figures.
/// </summary>
public sealed class RunAnalysis(RunData data)
{
    private readonly Dictionary<(MeasuredCell Cell, Figure Figure), Estimate> _medians = [];
    private readonly Dictionary<(object Of, Type What), object> _derived = [];

    public RunData Data { get; } = data;

    public IReadOnlyList<MeasuredCell> Cells => Data.Cells;

    /// <summary>Says host, repeats and run in one line.</summary>
    public Provenance Provenance { get; } = new(data);

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
