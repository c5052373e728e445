using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Sections;

/// <summary>What is not in the report, and why.</summary>
public sealed class LeftOutSection : ISection
{
    public string Title => "Left out";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        string[] items =
        [
            .. Unfinished(material.Tables),
            .. material.Tables.Manifest?.Skipped ?? [],
            .. material.Tables.Remarks,
            .. material.Charts.LeftOut,
            .. material.Tables.Cells.SelectMany(Failures),
        ];
        yield return items.Length == 0 ? new Paragraph("Nothing.") : new Bullets(items);
    }

    private static IEnumerable<string> Unfinished(RunTables tables)
    {
        if (tables.Manifest is not RunManifest run)
        {
            yield break;
        }

        if (run.Status != RunStatus.Complete)
        {
            yield return run.Status == RunStatus.Failed
                ? "Every planned repeat failed: nothing was measured."
                : $"The run is {Names.Of(run.Status)}: what was measured until then is shown.";
        }

        Dictionary<string, int> measured = tables.Cells.ToDictionary(c => c.Id, c => c.Repeats.Count);
        int missing = run.Cells.Sum(c => Math.Max(0, c.Repeats - measured.GetValueOrDefault(c.CellId)));
        if (missing > 0)
        {
            yield return $"{missing} of {run.Cells.Sum(c => c.Repeats)} planned repeats have no row in {Core.Results.Tables.Results.FileName}.";
        }
    }

    private static IEnumerable<string> Failures(MeasuredCell cell) => cell.Repeats.Where(r => r.Row.Failure is not null)
        .Select(r => $"{cell.Conditions.Experiment}, {cell.Label} ({cell.Conditions.Label}), repeat {r.Row.Repeat} {WhyNot(r.Row.Failure!)}");

    private static string WhyNot(string failure) => failure.StartsWith(ResultRow.SkippedPrefix, StringComparison.Ordinal)
        ? $"cannot be had here: {failure[ResultRow.SkippedPrefix.Length..]}"
        : $"failed: {failure}";
}
