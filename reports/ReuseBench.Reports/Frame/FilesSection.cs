using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Frame;

/// <summary>The files of the run folder and what they hold.</summary>
internal static class FilesSection
{
    /// <summary>Name of the section in links.</summary>
    public const string Id = "where-is-the-data";

    private static readonly Dictionary<string, string> Meanings = new(
        Tables.All.Select(t => KeyValuePair.Create(t.FileName, $"one row for each {string.Join(", ", t.Keys)}: {t.Meaning}")))
    {
        [RunFiles.Manifest] = "matrix, settings, host, kernel, seed, status",
    };

    /// <param name="data">The run folder.</param>
    /// <param name="charts">All that were drawn.</param>
    public static Section Of(RunData data, IEnumerable<Picture> charts) => new("Where is the data?", [.. Blocks(data, [.. charts])]) { Id = Id };

    private static IEnumerable<Block> Blocks(RunData data, Picture[] charts)
    {
        yield return new Paragraph("Everything above was made from these files alone; \"reusebench report\" with the folder makes it again.");
        yield return new Fold("Files of the run folder", [new Table("The run folder.", [new Column("File"), new Column("Holds")],
            [.. data.FileNames.Select(name => (IReadOnlyList<Entry>)[new Entry(name) { Link = name }, Meanings.GetValueOrDefault(name, "–")])])]);
        if (charts.Length > 0)
        {
            yield return new Fold($"Every chart as SVG and PNG ({charts.Length})",
            [
                new Table("The charts.", [new Column("Chart"), new Column("SVG"), new Column("PNG")],
                [
                    .. charts.Select(c => (IReadOnlyList<Entry>)[c.Title, Linked(c.Svg), Linked(c.Png)]),
                ]),
            ]);
        }
    }

    private static Entry Linked(string path) => new(path[(path.LastIndexOf('/') + 1)..]) { Link = path };
}

/// <summary>What is not in the report, and why.</summary>
internal static class LeftOut
{
    public static Block Of(RunAnalysis run, IReadOnlyList<string> charts)
    {
        ILookup<bool, string> failures = run.Cells.SelectMany(c => c.Repeats.Where(r => r.Row.Failure is not null), Failure)
            .ToLookup(f => f.IsSkipped, f => f.Text);
        (string Noun, string Of, string[] Items)[] kinds =
        [
            ("part", " of the plan", [.. Unfinished(run.Data), .. run.Data.Manifest?.Skipped ?? []]),
            ("note", " on the tables", [.. run.Data.Remarks]),
            ("note", " on the charts", [.. charts]),
            ("skipped repeat", "", [.. failures[true]]),
            ("failed repeat", "", [.. failures[false]]),
        ];
        string[] counts = [.. kinds.Where(k => k.Items.Length > 0).Select(k => Words.Count(k.Items.Length, k.Noun) + k.Of)];
        return counts.Length == 0 ? new Paragraph("Left out: nothing.")
            : new Fold($"Left out: {Words.Listed(counts)}", [new Bullets([.. kinds.SelectMany(k => k.Items)])]);
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

    private static (bool IsSkipped, string Text) Failure(MeasuredCell cell, MeasuredRepeat repeat) => (
        repeat.Row.IsSkipped,
        $"{cell.Conditions.Experiment}, {cell.Label} ({cell.Conditions.Label}), repeat {repeat.Row.Repeat} {WhyNot(repeat.Row.Failure!)}");

    private static string WhyNot(string failure) => failure.StartsWith(ResultRow.SkippedPrefix, StringComparison.Ordinal)
        ? $"cannot be had here: {failure[ResultRow.SkippedPrefix.Length..]}"
        : $"failed: {failure}";
}
