using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
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
                $"{group.Key.Label}. Server CPUs {CellWords.Cpus(group.Key.ServerCpus)}.{ServiceTime(group.Key)} {material.Provenance.Of(group)}",
                ["Variant", "Workers", "Threads", "Listen queue", "Throughput", "its spread", "Server CPU per request", "its spread", "Repeats", "Verdict"],
                [
                    .. estimates.Select(e => (IReadOnlyList<string>)
                    [
                        e.Cell.Series.Label,
                        $"{e.Cell.Workers}",
                        $"{e.Cell.Settings.ServerThreads}",
                        Queue(e.Cell.Settings),
                        e.ShortOrWhy,
                        e.SpreadText,
                        .. Cpu(e.Cell),
                        CellWords.Repeats(e.Cell, figure.Affects),
                        CellWords.Verdict(e.Cell),
                    ]),
                ]);
            foreach (string restriction in RestrictionWords.Say(estimates))
            {
                yield return new Paragraph(restriction);
            }
        }
    }

    private static IEnumerable<string> Cpu(MeasuredCell cell)
    {
        Estimate cpu = Estimate.OfMedian(cell, Figure.ServerCpuPerRequest);
        return [cpu.ShortOrWhy, cpu.SpreadText];
    }

    private static string ServiceTime(Conditions conditions) => ServiceTimeWords.Part(conditions) is string part ? $" Of the server CPU per request {part}." : "";

    /// <summary>Connections that the kernel queues, such as <c>2 × 4096</c>: a group has as many queues as listeners.</summary>
    private static string Queue(ResultRow row)
    {
        int each = row.BacklogEffective ?? row.Backlog;
        return row.Listeners > 1 ? $"{row.Listeners} × {each}" : $"{each}";
    }
}
