using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>Who gets the connections.</summary>
internal static class ConnectionsSection
{
    public static IEnumerable<Block> Of(TopicMaterial material, string topic)
    {
        RunAnalysis run = material.Run;
        MeasuredCell[] all = [.. run.Cells.Where(c => !c.IsAcceptOnly && !c.Cell.Load.Idle && c.Repeats.Any(r => r.Row.AcceptedMaxOverMean is not null))];
        MeasuredCell[] cells = [.. all.Where(c => c.Is(Core.Cells.Experiment.Fairness))];
        MeasuredCell[] others = [.. all.Except(cells)];
        Block[] shares = [.. material.Pictures(ListenerShareChart.ChartName)];
        foreach (Block picture in shares.Take(1))
        {
            yield return picture;
        }

        if (cells.Length > 0)
        {
            yield return Imbalance(cells, run);
        }

        // What is found of the hash stands in its own section, where there is one.
        bool hasHash = run.Once(HashEvidence.Of).Hash.Count > 0;
        Block[] full = [.. material.InFull(topic, f => f is BusiestFinding || !hasHash)];
        Block[] published = [.. PublishedShapesSection.Of(material)];
        Block[] tails = [.. material.Pictures(TailAgainstUnevennessChart.ChartName), .. shares.Skip(1)];
        foreach (Block block in full)
        {
            yield return block;
        }

        if (published.Length + tails.Length > 0)
        {
            yield return new Fold("Published results, reproduced or not", [.. published, .. tails]);
        }

        if (others.Length > 0)
        {
            yield return new Fold("Connections by worker in the other experiments", [Imbalance(others, run)]);
        }

        foreach (string why in all.Select(CpuSelection.WhyNot).OfType<string>())
        {
            yield return new Paragraph(why);
        }
    }

    private static Table Imbalance(MeasuredCell[] cells, RunAnalysis run) => new(
        $"Imbalance over all connections of the server. max/mean: 1 is even, and chance alone makes it more. "
            + $"{BusiestByChance.ColumnMeaning} {run.Provenance.Of(cells)}",
        [
            new Column("Load"), new Column("Variant"), new Column("Workers"), new Column("max/mean") { IsNumber = true }, new Column("Range"),
            new Column("Ideal hash"), new Column("Jain's index") { IsNumber = true }, new Column("Repeats"), new Column("Verdict"),
        ],
        [
            .. cells.Select(c => (IReadOnlyList<Entry>)
            [
                c.Is(Core.Cells.Experiment.Fairness) ? c.Conditions.Label : $"{c.Conditions.Experiment}: {c.Conditions.Label}",
                c.Series.Label,
                $"{c.Workers}",
                OverMean(run.Median(c, Figure.AcceptedMaxOverMean)),
                run.Median(c, Figure.AcceptedMaxOverMean).SpreadText,
                run.Of(c, BusiestByChance.Of).Column,
                Entries.Value(run.Median(c, Figure.AcceptedJain), 1),
                CellWords.Repeats(c, Figures.Fairness),
                Entries.Verdict(c),
            ]),
        ]);

    private static Entry OverMean(Estimate e) => e.Value is double value
        ? new Entry(Quantity.OverMean.Text(value)) { Sort = value, Marks = [.. Entries.Restricted(e.Restrictions)] }
        : Entries.Value(e, 1);
}
