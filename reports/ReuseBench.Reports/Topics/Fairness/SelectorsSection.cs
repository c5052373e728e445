using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>Who picks the listener: fairness, locality, throughput and tail of each selector.</summary>
internal static class SelectorsSection
{
    public static IEnumerable<Block> Of(TopicMaterial material)
    {
        RunAnalysis run = material.Run;
        MeasuredCell[] cells =
        [
            .. run.Cells.Where(c => c.Is(Experiment.Fairness) && c.Cell.Server is { Variant: Variant.Reuseport, Accept: not AcceptMode.IoUring }),
        ];
        if (cells.Select(c => c.Cell.Server.Selector).Distinct().Count() < 2)
        {
            yield break;
        }

        HashSet<Conditions> compared = [.. cells.GroupBy(c => c.Conditions)
            .Where(g => g.Select(c => c.Cell.Server.Selector).Distinct().Skip(1).Any()).Select(g => g.Key)];
        foreach (IGrouping<Conditions, MeasuredCell> group in cells.Where(c => compared.Contains(c.Conditions)).GroupBy(c => c.Conditions))
        {
            yield return new Table(
                $"{group.Key.Label}. Local: connections that were received on the CPU of their worker (RX CPU match). {BusiestByChance.ColumnMeaning} p: χ² "
                    + $"against the shares that the selector is meant to give, over what it draws anew for. {run.Provenance.Of(group)}",
                Columns(["Selector", "Listeners", "max/mean", "Ideal hash", "p, all repeats", "Local", "Throughput", "p99", "Repeats", "Verdict"]),
                [.. Comparable([.. group]).Select(c => Row(c, run))]);
            foreach (string why in group.Select(CpuSelection.WhyNot).OfType<string>())
            {
                yield return new Paragraph(why);
            }

            foreach (string restriction in RestrictionWords.Say(group.Select(c => run.Throughput(c))))
            {
                yield return new Paragraph(restriction);
            }
        }
    }

    /// <summary>Sizes at which selectors meet; of cells that differ in their length only, the one with the most repeats.</summary>
    private static IEnumerable<MeasuredCell> Comparable(MeasuredCell[] cells) =>
        from size in cells.GroupBy(c => c.Workers)
        where size.Select(c => c.Cell.Server.Selector).Distinct().Skip(1).Any()
        from selector in size.GroupBy(c => c.Cell.Server.Selector)
        select selector.MaxBy(c => c.Repeats.Count);

    private static IReadOnlyList<Column> Columns(params string[] names) => [.. names.Select(n => new Column(n))];

    private static IReadOnlyList<Entry> Row(MeasuredCell cell, RunAnalysis run)
    {
        MeasuredRepeat[] rows = [.. cell.Valid(Figures.Fairness)];
        Core.Statistics.Chance.ChiSquareTest pooled = HashSeeds.Pooled(rows);
        Estimate latency = run.Latency(cell).Percentile(99);
        return
        [
            Names.Of(cell.Cell.Server.Selector),
            $"{cell.Workers}",
            run.Median(cell, Figure.AcceptedMaxOverMean).Text,
            run.Of(cell, BusiestByChance.Of).Column,
            pooled.PValue is double p
                ? Words.P(p)
                : $"– ({rows.Select(r => r.Chance.Chi2Reason).FirstOrDefault(r => r is not null) ?? pooled.Reason})",
            Sample.Of(rows.Select(r => r.Row.RxCpuMatchShare).OfType<double>()) is { } local ? Words.Percent(local.Median) : "–",
            cell.IsAcceptOnly ? "– (accept-only probe)" : run.Throughput(cell).Text,
            cell.IsAcceptOnly ? "– (accept-only probe)" : LatencyTail.IsLatency(cell.Conditions, 99) ? latency.Text : "– (closed loop)",
            CellWords.Repeats(cell, Figures.Fairness),
            Entries.Verdict(cell),
        ];
    }
}
