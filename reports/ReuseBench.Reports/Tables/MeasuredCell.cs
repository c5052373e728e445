using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Reports.Tables;

/// <summary>One cell of the matrix with all its repeats.</summary>
public sealed class MeasuredCell(string id, IReadOnlyList<MeasuredRepeat> repeats)
{
    public string Id { get; } = id;

    /// <summary>In ascending order; at least one.</summary>
    public IReadOnlyList<MeasuredRepeat> Repeats { get; } = repeats;

    public Conditions Conditions { get; } = new(SettingsOf(repeats));

    /// <summary>The row that the settings are read from: they are the same in each repeat that was measured.</summary>
    public ResultRow Settings { get; } = SettingsOf(repeats);

    public Series Series { get; } = Series.Of(SettingsOf(repeats));

    public int Workers => Settings.Workers;

    /// <summary>Such as <c>reuseport, 2 workers</c>.</summary>
    public string Label => $"{Series.Label}, {Workers} worker{(Workers == 1 ? "" : "s")}";

    /// <summary>Whether these figures of the cell may be given at all: of its repeats at least half is valid.</summary>
    public bool IsValid(Figures figures) => 2 * Repeats.Count(r => r.IsValid(figures)) >= Repeats.Count;

    public bool Is(Core.Cells.Experiment experiment) => Settings.Experiment == experiment.Name;

    /// <summary>A repeat that failed before it was measured does not know under which conditions it would have been: CPUs may be steered, say.</summary>
    private static ResultRow SettingsOf(IReadOnlyList<MeasuredRepeat> repeats) =>
        (repeats.FirstOrDefault(r => r.Verdict.Reasons.All(reason => reason.Code != VerdictRules.Failed.Code)) ?? repeats[0]).Row;
}
