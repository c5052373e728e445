using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Sections;

/// <summary>Who picks the listener: fairness, locality, throughput and tail of each selector.</summary>
public sealed class SelectorsSection : ISection
{
    public string Title => "Selectors";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        MeasuredCell[] cells = [.. material.Tables.Cells.Where(c => c.Is(Experiment.Fairness) && c.Settings.Variant == Series.Reuseport)];
        if (cells.Select(c => c.Settings.Selector).Distinct().Count() < 2)
        {
            yield break;
        }

        HashSet<Conditions> compared = [.. cells.GroupBy(c => c.Conditions).Where(g => g.Select(c => c.Settings.Selector).Distinct().Skip(1).Any()).Select(g => g.Key)];
        foreach (IGrouping<Conditions, MeasuredCell> group in cells.Where(c => compared.Contains(c.Conditions)).GroupBy(c => c.Conditions))
        {
            yield return new Table(
                $"{group.Key.Label}. Local: connections that were received on the CPU of their worker. {BusiestByChance.ColumnMeaning} p: χ² against the shares that the selector is meant to give, over what it draws anew for. {material.Provenance.Of(group)}",
                ["Selector", "Listeners", "Busiest over mean", "Ideal hash", "p, all repeats", "Local", "Throughput", "p99", "Repeats", "Verdict"],
                [.. Comparable([.. group]).Select(Row)]);
            foreach (string why in group.Select(CpuSelection.WhyNot).OfType<string>())
            {
                yield return new Paragraph(why);
            }

            foreach (string restriction in RestrictionWords.Say(group.Select(c => Estimate.OfMedian(c, Figure.Throughput(group.Key)))))
            {
                yield return new Paragraph(restriction);
            }
        }
    }

    /// <summary>Sizes at which selectors meet; of cells that differ in their length only, the one with the most repeats.</summary>
    private static IEnumerable<MeasuredCell> Comparable(MeasuredCell[] cells) =>
        from size in cells.GroupBy(c => c.Workers)
        where size.Select(c => c.Settings.Selector).Distinct().Skip(1).Any()
        from selector in size.GroupBy(c => c.Settings.Selector)
        select selector.MaxBy(c => c.Repeats.Count);

    private static IReadOnlyList<string> Row(MeasuredCell cell)
    {
        MeasuredRepeat[] rows = [.. cell.Repeats.Where(r => r.IsValid(Figures.Fairness))];
        Core.Statistics.Chance.ChiSquareTest pooled = HashSeeds.Pooled(rows);
        Estimate latency = LatencyTail.Of(cell).Percentile(99);
        return
        [
            cell.Settings.Selector,
            $"{cell.Workers}",
            Estimate.OfMedian(cell, Figure.AcceptedMaxOverMean).Text,
            BusiestByChance.Of(cell).Column,
            pooled.PValue is double p ? Wording.Chance.P(p) : $"– ({rows.Select(r => r.Chance.Chi2Reason).FirstOrDefault(r => r is not null) ?? pooled.Reason})",
            Sample.Of(rows.Select(r => r.Row.RxCpuMatchShare).OfType<double>()) is { } local ? Wording.Chance.Percent(local.Median) : "–",
            ChanceSummary.CountedWithoutServer(cell) ? "– (accept-only probe)" : Estimate.OfMedian(cell, Figure.Throughput(cell.Conditions)).Text,
            ChanceSummary.CountedWithoutServer(cell) ? "– (accept-only probe)" : latency.Text,
            CellWords.Repeats(cell, Figures.Fairness),
            CellWords.Verdict(cell),
        ];
    }
}
