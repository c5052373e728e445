using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Frame;

/// <summary>The files of the run folder and what they hold.</summary>
internal static class FilesSection
{
    private static readonly Dictionary<string, string> Meanings = new(
        Tables.All.Select(t => KeyValuePair.Create(t.FileName, $"one row for each {string.Join(", ", t.Keys)}: {t.Meaning}")))
    {
        [RunFiles.Manifest] = "matrix, settings, host, kernel, seed, status",
    };

    public static Section Of(RunData data) => new("Files of the run", [.. Blocks(data)]);

    private static IEnumerable<Block> Blocks(RunData data)
    {
        yield return new Paragraph("Everything above was made from these files alone; \"reusebench report\" with the folder makes it again.");
        yield return new Table("The run folder.", ["File", "Holds"],
            [.. data.FileNames.Select(name => (IReadOnlyList<string>)[name, Meanings.GetValueOrDefault(name, "–")])]);
    }
}

/// <summary>What is not in the report, and why.</summary>
internal static class LeftOutSection
{
    public static Section Of(RunAnalysis run, IReadOnlyList<string> charts) => new("Left out", [.. Blocks(run, charts)]);

    private static IEnumerable<Block> Blocks(RunAnalysis run, IReadOnlyList<string> charts)
    {
        string[] items =
        [
            .. Unfinished(run.Data),
            .. run.Data.Manifest?.Skipped ?? [],
            .. run.Data.Remarks,
            .. charts,
            .. run.Cells.SelectMany(Failures),
        ];
        yield return items.Length == 0 ? new Paragraph("Nothing.") : new Bullets(items);
    }

    private static IEnumerable<string> Unfinished(RunData data)
    {
        if (data.Manifest is not RunManifest run)
        {
            yield break;
        }

        if (run.Status != RunStatus.Complete)
        {
            yield return run.Status == RunStatus.Failed
                ? "Every planned repeat failed: nothing was measured."
                : $"The run is {Names.Of(run.Status)}: what was measured until then is shown.";
        }

        Dictionary<string, int> measured = data.Cells.ToDictionary(c => c.Id, c => c.Repeats.Count);
        int missing = run.Cells.Sum(c => Math.Max(0, c.Repeats - measured.GetValueOrDefault(c.CellId)));
        if (missing > 0)
        {
            yield return $"{missing} of {run.Cells.Sum(c => c.Repeats)} planned repeats have no row in {Tables.Results.FileName}.";
        }
    }

    private static IEnumerable<string> Failures(MeasuredCell cell) => cell.Repeats.Where(r => r.Row.Failure is not null)
        .Select(r => $"{cell.Conditions.Experiment}, {cell.Label} ({cell.Conditions.Label}), repeat {r.Row.Repeat} {WhyNot(r.Row.Failure!)}");

    private static string WhyNot(string failure) => failure.StartsWith(ResultRow.SkippedPrefix, StringComparison.Ordinal)
        ? $"cannot be had here: {failure[ResultRow.SkippedPrefix.Length..]}"
        : $"failed: {failure}";
}
