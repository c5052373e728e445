using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Frame;
using ReuseBench.Reports.Render;
using ReuseBench.Reports.Topics.Expectations;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports;

/// <summary>
/// <c>summary.md</c>: a run in a screen, for a pull request. What came out, one table, how far it is valid, which thresholds were missed, and how to repeat
/// it.
/// </summary>
internal static class PullRequestText
{
    /// <summary>More nobody reads beside a change; the report has all.</summary>
    public const int MostRows = 20;

    private const string None = "–";

    private static readonly (string Head, Func<SummaryRow, string> Of)[] Columns =
    [
        ("load", r => r.Load), ("variant or method", r => r.Variant), ("workers", r => $"{r.Workers}"), ("n", r => r.Repeats),
        ("throughput", r => r.Throughput), ("p50", r => r.LatencyP50), ("p99", r => r.LatencyP99), ("restart gap", r => r.Gap), ("verdict", r => r.Grades),
    ];

    /// <param name="run">What is known.</param>
    /// <param name="summary">The same for the terminal.</param>
    /// <param name="expectations">What the run was held to.</param>
    public static string Write(RunAnalysis run, Summary summary, IReadOnlyList<ExpectationResult> expectations)
    {
        FirstScreen first = summary.First;
        string head = first.Results.Count > 0 ? first.Results[0] : $"{first.Title}: no result";
        return $"### {MarkdownWriter.Escape(head)}\n\n" + MarkdownWriter.Body([
            new Paragraph(first.Results.Count > 0 ? $"{first.Title}. {first.Subtitle}" : first.Subtitle),
            .. Blocks(run, summary, expectations)]);
    }

    private static IEnumerable<Block> Blocks(RunAnalysis run, Summary summary, IReadOnlyList<ExpectationResult> expectations)
    {
        FirstScreen first = summary.First;
        if (first.Results.Count > 1)
        {
            yield return new Bullets([.. first.Results.Skip(1)]);
        }

        string[] missed = [.. expectations.Where(e => e.Standing != ExpectationStanding.Pass).Select(ExpectationTopic.Line)];
        if (expectations.Count > 0)
        {
            yield return new Paragraph($"Thresholds: {expectations.Count - missed.Length} of {expectations.Count} hold.");
        }

        if (missed.Length > 0)
        {
            yield return new Bullets(missed);
        }

        if (summary.Rows.Count > 0)
        {
            yield return TableOf(summary);
        }

        yield return new Paragraph($"Verdicts of {Words.Count(first.Verdicts.All, "repeat")}: {first.Verdicts}.");
        if (first.NextSteps.Count > 0)
        {
            yield return new Paragraph("What to do next:");
            yield return new Bullets(first.NextSteps);
        }

        if (run.Data.Manifest is { } manifest)
        {
            yield return new Paragraph(RepeatCommand.Needs(manifest) ?? "Repeat it with");
            yield return new Code(RepeatCommand.Of(manifest));
        }
    }

    /// <summary>The first rows of each experiment in turn, in the order of the report, without columns that none of them has.</summary>
    private static Table TableOf(Summary summary)
    {
        SummaryRow[] shown =
        [
            .. summary.Rows.Index().GroupBy(r => r.Item.Experiment).SelectMany(g => g.Select((row, turn) => (Row: row, Turn: turn)))
                .OrderBy(r => r.Turn).Take(MostRows).OrderBy(r => r.Row.Index).Select(r => r.Row.Item),
        ];
        (string Head, Func<SummaryRow, string> Of)[] columns = [.. Columns.Where(c => shown.Any(r => c.Of(r) != None))];
        int left = summary.Rows.Count - shown.Length;
        return new Table(
            "n: valid repeats. * limited: valid with caveats, explained in the report."
                + (left > 0 ? $" {Words.Count(left, "more cell")} with such figures in the report." : ""),
            [.. columns.Select(c => c.Head)],
            [.. shown.Select(r => (IReadOnlyList<string>)[.. columns.Select(c => c.Of(r))])]);
    }
}
