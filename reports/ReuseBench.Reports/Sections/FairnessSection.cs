using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Charts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Sections;

/// <summary>Who gets the connections.</summary>
public sealed class FairnessSection : ISection
{
    public string Title => "Connections by listener";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        foreach (Block picture in material.Pictures(Topics.Fairness))
        {
            yield return picture;
        }

        MeasuredCell[] cells = [.. material.Tables.Cells.Where(c => !ChanceSummary.CountedWithoutServer(c) && c.Repeats.Any(r => r.Row.AcceptedMaxOverMean is not null))];
        if (cells.Length > 0)
        {
            yield return new Table(
                $"Imbalance of accepted connections, whole life of the server: 1 is even, and chance alone makes it more. {BusiestByChance.ColumnMeaning} {material.Provenance.Of(cells)}",
                ["Experiment", "Load", "Variant", "Workers", "Busiest over mean", "Ideal hash", "Jain's index", "Repeats", "Verdict"],
                [
                    .. cells.Select(c => (IReadOnlyList<string>)
                    [
                        c.Conditions.Experiment,
                        c.Conditions.Label,
                        c.Series.Label,
                        $"{c.Workers}",
                        Estimate.OfMedian(c, Figure.AcceptedMaxOverMean).Text,
                        BusiestByChance.Of(c).Column,
                        Estimate.OfMedian(c, Figure.AcceptedJain).Text,
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
