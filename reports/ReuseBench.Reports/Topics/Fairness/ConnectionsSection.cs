using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>Who gets the connections.</summary>
internal static class ConnectionsSection
{
    public static IEnumerable<Block> Of(TopicMaterial material)
    {
        RunAnalysis run = material.Run;
        foreach (Block picture in material.Pictures(ListenerShareChart.ChartName, TailAgainstUnevennessChart.ChartName))
        {
            yield return picture;
        }

        MeasuredCell[] cells = [.. run.Cells.Where(c => !c.IsAcceptOnly && c.Repeats.Any(r => r.Row.AcceptedMaxOverMean is not null))];
        if (cells.Length > 0)
        {
            yield return new Table(
                $"Imbalance of accepted connections, whole life of the server: 1 is even, and chance alone makes it more. "
                    + $"{BusiestByChance.ColumnMeaning} {run.Provenance.Of(cells)}",
                ["Experiment", "Load", "Variant", "Workers", "Busiest over mean", "Ideal hash", "Jain's index", "Repeats", "Verdict"],
                [
                    .. cells.Select(c => (IReadOnlyList<string>)
                    [
                        c.Conditions.Experiment,
                        c.Conditions.Label,
                        c.Series.Label,
                        $"{c.Workers}",
                        run.Median(c, Figure.AcceptedMaxOverMean).Text,
                        run.Of(c, BusiestByChance.Of).Column,
                        run.Median(c, Figure.AcceptedJain).Text,
                        CellWords.Repeats(c, Figures.Fairness),
                        CellWords.Verdict(c),
                    ]),
                ]);
            foreach (string why in cells.Select(CpuSelection.WhyNot).OfType<string>())
            {
                yield return new Paragraph(why);
            }
        }
    }
}
