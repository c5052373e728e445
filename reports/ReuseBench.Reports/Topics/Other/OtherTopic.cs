using System.Reflection;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

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
            IEnumerable<Metric> measured = RowMetrics.All.Where(m => alike.Any(c => c.Repeats.Any(r => m.Of(r.Row) is not null)));
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

/// <summary>Every number that a row of <c>results.csv</c> may hold and that is no setting: what an experiment without a topic is shown by.</summary>
internal static class RowMetrics
{
    public static IReadOnlyList<Metric> All { get; } = [.. Found()];

    private static IEnumerable<Metric> Found()
    {
        HashSet<string> settings = [.. CellSettings.All.Select(s => s.Name)];
        foreach (PropertyInfo property in typeof(ResultRow).GetProperties())
        {
            string column = ColumnNames.Of(property.Name);
            bool isNumber = property.PropertyType == typeof(double?) || property.PropertyType == typeof(long?);
            if (isNumber && !settings.Contains(column))
            {
                yield return new Metric(column, column, Quantity.Ratio, Figures.All, Better.Lower, row =>
                    Convert.ToDouble(property.GetValue(row) ?? double.NaN) is var v && double.IsNaN(v) ? null : v);
            }
        }
    }
}
