using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Tables;

/// <summary>One cell of the matrix with all its repeats.</summary>
public sealed class MeasuredCell(string id, IReadOnlyList<MeasuredRepeat> repeats, Conditions conditions)
{
    public string Id { get; } = id;

    /// <summary>In ascending order; at least one.</summary>
    public IReadOnlyList<MeasuredRepeat> Repeats { get; } = repeats;

    public Conditions Conditions { get; } = conditions;

    /// <summary>The row that the settings are read from; they are the same in each repeat.</summary>
    public ResultRow Settings => Repeats[0].Row;

    public Series Series { get; } = Series.Of(repeats[0].Row);

    public int Workers => Settings.Workers;

    /// <summary>Such as <c>reuseport, 2 workers</c>.</summary>
    public string Label => $"{Series.Label}, {Workers} worker{(Workers == 1 ? "" : "s")}";

    public bool Is(Core.Cells.Experiment experiment) => Settings.Experiment == Core.Units.Names.Of(experiment);
}
