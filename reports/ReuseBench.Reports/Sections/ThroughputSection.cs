using ReuseBench.Core.Cells;
using ReuseBench.Reports.Charts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Sections;

/// <summary>Closed loop: how much the server carries, and what it pays for it.</summary>
public sealed class ThroughputSection : ISection
{
    public string Title => "Throughput";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        foreach (Block picture in material.Pictures(Topics.Throughput))
        {
            yield return picture;
        }

        foreach (IGrouping<Conditions, MeasuredCell> group in material.Tables.Cells.Where(c => c.Is(Experiment.Throughput)).GroupBy(c => c.Conditions))
        {
            Figure figure = Figure.Throughput(group.Key);
            Estimate[] estimates = [.. group.Select(c => Estimate.OfMedian(c, figure))];
            yield return new Table(
                $"{group.Key.Label}. Server CPUs {CellWords.Cpus(group.Key.ServerCpus)}. {material.Provenance.Of(group)}",
                ["Variant", "Workers", "Threads", "Throughput", "Server CPU per request", "Repeats", "Verdict"],
                [
                    .. estimates.Select(e => (IReadOnlyList<string>)
                    [
                        e.Cell.Series.Label,
                        $"{e.Cell.Workers}",
                        $"{e.Cell.Settings.ServerThreads}",
                        e.Text,
                        Estimate.OfMedian(e.Cell, Figure.ServerCpuPerRequest).Text,
                        CellWords.Repeats(e.Cell, figure.Touches),
                        CellWords.Verdict(e.Cell),
                    ]),
                ]);
            foreach (string restriction in RestrictionWords.Say(estimates))
            {
                yield return new Paragraph(restriction);
            }
        }
    }
}
