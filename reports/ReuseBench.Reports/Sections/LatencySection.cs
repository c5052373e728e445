using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Charts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Sections;

/// <summary>Latency percentiles, closed and open loop apart.</summary>
public sealed class LatencySection : ISection
{
    private static readonly double[] Percentiles = [50, 90, 99, 99.9, 99.99];

    public string Title => "Latency";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        foreach (Block picture in material.Pictures(Topics.Latency))
        {
            yield return picture;
        }

        IEnumerable<IGrouping<Conditions, MeasuredCell>> groups =
            material.Tables.Cells.Where(c => c.Is(Experiment.Latency) || c.Is(Experiment.Throughput)).GroupBy(c => c.Conditions);
        foreach (IGrouping<Conditions, MeasuredCell> group in groups)
        {
            LatencyRowOf[] rows = [.. group.Select(c => new LatencyRowOf(c))];
            yield return new Table(
                $"{group.Key.Label}: latency by percentile, merged over the repeats; for the 99th also the median and spread of the single repeats, since one of them may rule what is merged. {material.Provenance.Of(group)}",
                ["Variant", "Workers", "50", "90", "99", "99.9", "99.99", "99th, single repeats", "Swarm's generator lag in the 99th", "Repeats", "Verdict"],
                [.. rows.Select(r => r.Texts)]);
            foreach (string restriction in RestrictionWords.Say(rows.Select(r => r.Median)))
            {
                yield return new Paragraph(restriction);
            }
        }
    }

    private sealed class LatencyRowOf
    {
        public LatencyRowOf(MeasuredCell cell)
        {
            LatencyTail tail = LatencyTail.Of(cell);
            Median = tail.Percentile(50);
            Texts =
            [
                cell.Series.Label,
                $"{cell.Workers}",
                .. Percentiles.Select(p => tail.Percentile(p).Short),
                Single(tail.Percentile(99)),
                GeneratorLagText(tail.GeneratorLagShare(99)),
                CellWords.Repeats(cell, Figures.Latency),
                CellWords.Verdict(cell),
            ];
        }

        private static string GeneratorLagText(double? share) => share is double part ? string.Create(CultureInfo.InvariantCulture, $"up to {100 * part:0} %") : "–";

        /// <summary>Median and spread of the single repeats; where there is no percentile, why.</summary>
        private static string Single(Estimate e) => e.Value is null ? e.Text : e.RepeatsText;

        public Estimate Median { get; }

        public IReadOnlyList<string> Texts { get; }
    }
}
