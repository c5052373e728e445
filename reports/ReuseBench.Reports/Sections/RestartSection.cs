using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Charts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Sections;

/// <summary>What a restart costs: the gap, what failed in it, why, and whether that was to be expected.</summary>
public sealed class RestartSection : ISection
{
    public string Title => "Restart";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        foreach (Block picture in material.Pictures(Topics.Restart))
        {
            yield return picture;
        }

        GapSummary[] gaps = [.. RestartLabel.Order(material.Tables.Cells.Where(c => c.Is(Experiment.Restart)).Select(GapSummary.Of), g => g.Cell)];
        if (gaps.Length == 0)
        {
            yield break;
        }

        yield return new Table(
            $"Gap and failed attempts by restart method; counts are sums over the restarts that are valid. {material.Provenance.Of(gaps.Select(g => g.Cell))}",
            ["Restart", "Gap", "Longest silence", "Refused", "Reset", "Timed out", "Late", "Lost in flight", "Repeats", "Verdict"],
            [.. gaps.Select(Row)]);
        foreach (Block block in RestartLossBlocks.Of(gaps).Concat(RestartPartsBlocks.Of(gaps)).Concat(RestartReasonBlocks.Of(gaps)))
        {
            yield return block;
        }

        foreach (string restriction in RestrictionWords.Say(gaps.Select(g => g.Restrictions)))
        {
            yield return new Paragraph(restriction);
        }
    }

    private static IReadOnlyList<string> Row(GapSummary gaps)
    {
        RestartRow[] rows = [.. gaps.Rows];
        return
        [
            gaps.Label,
            gaps.Text,
            Silence(gaps),
            Sum(rows, r => r.Refused),
            Sum(rows, r => r.Reset),
            Sum(rows, r => r.TimedOut),
            Sum(rows, r => r.Late),
            InFlight(rows),
            CellWords.Repeats(gaps.Cell, Figures.Gap),
            CellWords.Verdict(gaps.Cell),
        ];
    }

    /// <summary>Between two answers, the stop or what follows it in between: what clients wait where connects go on succeeding. The longest of all restarts.</summary>
    private static string Silence(GapSummary gaps) => gaps.LongestSilenceMs is double ms ? Quantity.Milliseconds.Text(ms) : "–";

    private static string InFlight(RestartRow[] rows) =>
        rows.Any(r => r.InFlight > 0) ? $"{rows.Sum(r => r.InFlightLost ?? 0)} of {rows.Sum(r => r.InFlight ?? 0)}" : "–";

    private static string Sum(RestartRow[] rows, Func<RestartRow, long?> of) =>
        rows.Any(r => of(r) is not null) ? $"{rows.Sum(r => of(r) ?? 0)}" : "–";
}
