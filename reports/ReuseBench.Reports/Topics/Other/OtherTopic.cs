using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Topics.Other;

/// <summary>
/// Cells of experiments that no topic shows: all of their metrics, as medians over the valid repeats. A new experiment needs no change here to
/// be in the report.
/// </summary>
/// <param name="known">The experiments that some topic shows.</param>
public sealed class OtherTopic(IReadOnlyCollection<Experiment> known) : ITopic
{
    public string Name => "other";

    public IReadOnlyCollection<Experiment> Experiments => [];

    public IEnumerable<Section> Sections(TopicMaterial material) =>
        material.Run.Cells.Where(c => !known.Contains(c.Cell.Experiment)).GroupBy(c => c.Conditions.Experiment)
            .Select(experiment => new Section($"Experiment {experiment.Key}", [.. Blocks(experiment, material.Run)]));

    private static IEnumerable<Block> Blocks(IEnumerable<MeasuredCell> cells, RunAnalysis run)
    {
        foreach (IGrouping<Conditions, MeasuredCell> group in cells.GroupBy(c => c.Conditions))
        {
            MeasuredCell[] alike = [.. group];
            IEnumerable<Figure> measured = Figure.All.Where(m => alike.Any(c => c.Repeats.Any(r => m.Of(r.Row) is not null)));
            yield return new Table(
                $"{group.Key.Label}: every metric that was measured, by its column in results.csv; medians over the valid repeats. "
                    + $"{run.Provenance.Of(alike)}",
                ["Metric", .. alike.Select(c => c.Label)],
                [
                    .. measured.Select(m => (IReadOnlyList<string>)[m.Key, .. alike.Select(c => run.Median(c, m).Text)]),
                    ["repeats", .. alike.Select(c => CellWords.Repeats(c, Figures.All))],
                    ["verdict", .. alike.Select(CellWords.Verdict)],
                ]);
        }
    }
}
