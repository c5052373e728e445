using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Charts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Sections;

/// <summary>What a restart costs: the gap, and the attempts that failed in it.</summary>
public sealed class RestartSection : ISection
{
    public string Title => "Restart";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        foreach (Block picture in material.Pictures(Topics.Restart))
        {
            yield return picture;
        }

        GapSummary[] gaps = [.. material.Tables.Cells.Where(c => c.Is(Experiment.Restart)).Select(GapSummary.Of)];
        if (gaps.Length > 0)
        {
            yield return new Table(
                $"Gap and failed attempts by way to restart; counts are sums over the restarts that may be believed. {material.Provenance.Of(gaps.Select(g => g.Cell))}",
                ["Restart", "Gap", "Refused", "Reset", "Timed out", "Late", "Repeats", "Verdict"],
                [.. gaps.Select(Row)]);
        }

        foreach (string restriction in RestrictionWords.Say(gaps.Select(g => g.Restrictions)))
        {
            yield return new Paragraph(restriction);
        }
    }

    private static IReadOnlyList<string> Row(GapSummary gaps)
    {
        RestartRow[] rows = [.. gaps.Cell.Repeats.Where(r => r.IsBelieved(Figures.Gap)).SelectMany(r => r.Restarts)];
        return
        [
            gaps.Label,
            gaps.Text,
            Sum(rows, r => r.Refused),
            Sum(rows, r => r.Reset),
            Sum(rows, r => r.TimedOut),
            Sum(rows, r => r.Late),
            CellWords.Repeats(gaps.Cell, Figures.Gap),
            CellWords.Verdict(gaps.Cell),
        ];
    }

    private static string Sum(RestartRow[] rows, Func<RestartRow, long?> of) =>
        rows.Any(r => of(r) is not null) ? $"{rows.Sum(r => of(r) ?? 0)}" : "–";
}
