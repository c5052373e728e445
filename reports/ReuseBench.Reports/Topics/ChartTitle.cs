using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics;

/// <summary>
/// The title of a chart whose figures were ranked: what the ranking found, by its own numbers, and nothing that it does not claim.
/// </summary>
internal static class ChartTitle
{
    /// <summary>Finds what was found of exactly these figures; null where they were not ranked (yet).</summary>
    public static RankingFinding? Find(RunAnalysis run, string topic, Contest contest, string what) =>
        run.Rankings.Holds(contest) ? RankingFinding.Of(topic, contest, what, run) : null;

    /// <param name="finding">The ranking; null where there is none.</param>
    /// <param name="subject">The title where nothing was found.</param>
    /// <param name="says">Such as <c>accepts {ratio} × {other}</c>, of a ratio and the name of the other.</param>
    public static string Of(RankingFinding? finding, string subject, Func<string, string, string> says)
    {
        if (finding?.Over.Leader is not { } leader)
        {
            return subject;
        }

        // Of equal size where that was ranked: it is what a reader compares.
        Ranking ranking = finding.BySize.FirstOrDefault(s => ReferenceEquals(s.Ranking.Leader, leader) && s.Ranking.Behind.Count > 0)?.Ranking ?? finding.Over;
        if (Reference(ranking.Behind) is not { } other || ranking.Ratio(leader, other) is not { } ratio)
        {
            return $"{subject}: none is shown to differ from {leader.Cell.Label}";
        }

        MeasuredCell best = leader.Cell;
        string said = RankingWords.Ratio(ratio.Ratio);
        return best.Workers == other.Cell.Workers
            ? $"{Name(best)} {says(said, other.Cell.Series.Label)} at {Words.Count(best.Workers, "worker")}"
            : best.Series == other.Cell.Series
            ? $"{Name(best)} with {Words.Count(best.Workers, "worker")} {says(said, $"itself with {other.Cell.Workers}")}"
            : $"{Name(best)} with {Words.Count(best.Workers, "worker")} {says(said, $"{other.Cell.Series.Label} with {other.Cell.Workers}")}";
    }

    /// <summary>What most readers run today, where it is behind; else the best of those behind.</summary>
    private static Estimate? Reference(IReadOnlyList<Estimate> behind) =>
        behind.FirstOrDefault(e => e.Cell.Series is { Program: null, Variant: Core.Cells.Variant.Single, ReuseAddr: null, Processes: 1 })
            ?? (behind.Count > 0 ? behind[0] : null);

    private static string Name(MeasuredCell cell) => cell.Series.Label;
}

/// <summary>What the marks of a cell say.</summary>
internal static class CellMarks
{
    /// <summary>The figure of the whole cell.</summary>
    public static Drawing.MarkText Median(Estimate e) => new(e.Cell.Series.Label, Words.Count(e.Cell.Workers, "worker"), e.Text);

    /// <summary>One repeat.</summary>
    public static Drawing.MarkText Repeat(MeasuredCell cell, int repeat, string value) =>
        new(cell.Series.Label, $"{Words.Count(cell.Workers, "worker")}, repeat {repeat}", value);
}
