using ReuseBench.Core;
using ReuseBench.Core.Files;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Frame;
using ReuseBench.Reports.Render;
using ReuseBench.Reports.Topics;
using ReuseBench.Reports.Topics.Expectations;

namespace ReuseBench.Reports;

/// <summary>Makes charts and report of a run folder from its own files; the same files give the same report, whatever the day.</summary>
public static class Report
{
    public const double DefaultMargin = RunAnalysis.DefaultMargin;

    /// <param name="runFolder">A folder that <c>run</c> has written.</param>
    /// <param name="log">Gets one line where the tables are odd or incomplete, and one where something was left out that the user can put
    /// right.</param>
    /// <exception cref="UsageException">Not a run folder, one of its tables cannot be read, or the folder cannot be written.</exception>
    /// <param name="margin">As <see cref="RunAnalysis.Margin"/>.</param>
    public static ReportPaths Write(string runFolder, TextWriter log, double margin = RunAnalysis.DefaultMargin) =>
        Write(runFolder, log, new InstalledFonts(), margin);

    /// <inheritdoc cref="Write(string, TextWriter, double)"/>
    /// <param name="runFolder">A folder that <c>run</c> has written.</param>
    /// <param name="log">Gets one line where the tables are odd or incomplete, and one where something was left out that the user can put
    /// right.</param>
    /// <param name="fonts">Where the charts' font comes from.</param>
    /// <param name="margin">As <see cref="RunAnalysis.Margin"/>.</param>
    public static ReportPaths Write(string runFolder, TextWriter log, IFontFinder fonts, double margin = RunAnalysis.DefaultMargin)
    {
        RunData data = RunData.Read(runFolder);
        if (data.Remarks.Count > 0)
        {
            log.WriteLine($"{runFolder}: {string.Join(" ", data.Remarks)}");
        }

        try
        {
            return Write(new RunAnalysis(data) { Margin = margin }, runFolder, log, fonts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{runFolder}: the report cannot be written ({e.Message}); make the folder writable, or copy it and name "
                + "the copy");
        }
    }

    /// <summary>Asked before anything is written: a report of nothing would take the place of one of something.</summary>
    /// <exception cref="UsageException">No table of the folder has a row, or one cannot be read.</exception>
    public static void RequireRows(string runFolder)
    {
        if (File.Exists(Path.Combine(runFolder, RunFiles.Manifest))
            && !Tables.Results.Stream(runFolder).Any() && !Tables.Semantics.Stream(runFolder).Any() && !Tables.Micro.Stream(runFolder).Any())
        {
            throw new UsageException(
                $"{runFolder}: none of its tables has a row, so there is nothing to report on; name a folder of a run that has measured something");
        }
    }

    /// <summary>What another round of the run could decide, by its figures so far.</summary>
    /// <param name="runFolder">A folder that <c>run</c> is writing.</param>
    /// <param name="margin">As <see cref="RunAnalysis.Margin"/>.</param>
    public static OpenComparisons Open(string runFolder, double margin = RunAnalysis.DefaultMargin)
    {
        RunAnalysis run = new(RunData.Read(runFolder)) { Margin = margin };
        Rank(run);
        return run.Rankings.Open(margin);
    }

    /// <summary>Every finding of a run, in the order of the topics, each with its words.</summary>
    public static IReadOnlyList<(Finding Finding, Statement Statement)> Find(RunAnalysis run)
    {
        Rank(run);
        return [.. TopicRegistry.All.SelectMany(topic => topic.Find(run).Select(f => (f, topic.Describe(f))))];
    }

    private static void Rank(RunAnalysis run) => run.Rank(TopicRegistry.All.SelectMany(topic => topic.Contests(run)));

    private static ReportPaths Write(RunAnalysis run, string runFolder, TextWriter log, IFontFinder fonts)
    {
        // First: the charts' titles say what was found.
        IReadOnlyList<(Finding Finding, Statement Statement)> found = Find(run);
        ChartFiles charts = ChartFiles.Draw(TopicRegistry.All.SelectMany(t => t.Charts), run, runFolder, fonts);
        if (charts.LeftOut.Contains(ChartFiles.NoFont))
        {
            log.WriteLine(ChartFiles.NoFont);
        }

        Summary summary = Summary.Of(run, found);
        Picture? main = charts.Drawn.Select(d => d.Picture).FirstOrDefault();
        TopicMaterial material = new(run, charts.Drawn.Where(d => d.Picture != main).ToLookup(d => d.Chart, d => d.Picture)) { Found = found };
        Section[] topics = [.. TopicRegistry.All.SelectMany(t => t.Sections(material)).Where(s => s.Blocks.Count > 0)];
        Block[] first =
        [
            FirstScreenSection.Of(summary.First, topics),
            .. main is not null ? [main] : charts.LeftOut.Contains(ChartFiles.NoFont) ? [new Paragraph(ChartFiles.NoFont)] : Array.Empty<Block>(),
        ];
        Section[] trust = [VerdictsSection.Of(run, charts.LeftOut), MethodSection.Of(run)];
        Section words = WordsSection.Of(first.Concat(topics.Concat(trust).SelectMany(s => s.Blocks)));
        ReportDocument document = new(
            summary.First.Title,
            summary.First.Subtitle,
            [.. topics.Concat([.. trust, words, FilesSection.Of(run.Data, charts.Drawn.Select(d => d.Picture))]).Where(s => s.Blocks.Count > 0)])
        {
            First = first,
        };

        ReportPaths paths = new(
            Path.Combine(runFolder, RunFiles.ReportHtml),
            Path.Combine(runFolder, RunFiles.ReportMarkdown),
            Path.Combine(runFolder, RunFiles.Findings),
            [.. charts.Drawn.SelectMany(d => new[] { d.Picture.Png, d.Picture.Svg }).Select(p => Path.Combine(runFolder, p))])
        {
            Summary = summary,
            IsEmpty = run.Data.IsEmpty,
            RunId = run.Data.RunId,
            Manifest = run.Data.Manifest,
            PullRequest = Path.Combine(runFolder, RunFiles.Summary),
            Expectations = ExpectationTopic.Of(run),
            Repeats = [.. run.Cells.SelectMany(c => c.Repeats).Where(r => !r.Row.IsSkipped).Select(RepeatGrade.Of)],
        };
        WholeFile.Replace(paths.Html, HtmlWriter.Write(document));
        WholeFile.Replace(paths.Markdown, MarkdownWriter.Write(document));
        WholeFile.Replace(paths.PullRequest, PullRequestText.Write(run, summary, paths.Expectations));
        WholeFile.Replace(paths.Findings, FindingsJson.Write(run.Data.RunId, found.Select(f => f.Finding)));
        return paths;
    }
}

/// <summary>What was written.</summary>
public sealed record ReportPaths(string Html, string Markdown, string Findings, IReadOnlyList<string> Charts)
{
    /// <summary>The same findings for the terminal.</summary>
    public required Summary Summary { get; init; }

    /// <summary>Whether no table of the folder has a row: then nothing is in the report.</summary>
    public bool IsEmpty { get; init; }

    public required string RunId { get; init; }

    /// <summary>Null where the folder has none.</summary>
    public RunManifest? Manifest { get; init; }

    /// <summary>The run in a screen, in Markdown.</summary>
    public required string PullRequest { get; init; }

    /// <summary>What the run was held to.</summary>
    public IReadOnlyList<ExpectationResult> Expectations { get; init; } = [];

    /// <summary>Every repeat that was not left out by rule.</summary>
    public IReadOnlyList<RepeatGrade> Repeats { get; init; } = [];
}

/// <summary>How far a repeat is valid.</summary>
/// <param name="Verdict">Over all that its experiment is about: as in <c>results.csv</c>, and over the whole run.</param>
/// <param name="OfPurpose">Of what its experiment is for: where that is invalid, nothing is left of it.</param>
public sealed record RepeatGrade(Grade Verdict, Grade OfPurpose)
{
    internal static RepeatGrade Of(MeasuredRepeat repeat) =>
        new(repeat.Grade, repeat.Verdict.GradeFor(VerdictRules.PurposeOf(repeat.Row.Cell.Experiment)));
}
