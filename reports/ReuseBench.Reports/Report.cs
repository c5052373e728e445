using ReuseBench.Core;
using ReuseBench.Core.Files;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Charts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Html;
using ReuseBench.Reports.Markdown;
using ReuseBench.Reports.Sections;
using ReuseBench.Reports.Tables;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports;

/// <summary>Makes charts and report of a run folder from its own files; the same files give the same report, whatever the day.</summary>
public static class Report
{
    /// <param name="runFolder">A folder that <c>run</c> has written.</param>
    /// <param name="log">Gets one line where the tables are odd or incomplete, and one where something was left out that the user can put right.</param>
    /// <exception cref="UsageException">Not a run folder, one of its tables cannot be read, or the folder cannot be written.</exception>
    public static ReportPaths Write(string runFolder, TextWriter log) => Write(runFolder, log, new InstalledFonts());

    /// <inheritdoc cref="Write(string, TextWriter)"/>
    /// <param name="runFolder">A folder that <c>run</c> has written.</param>
    /// <param name="log">Gets one line where the tables are odd or incomplete, and one where something was left out that the user can put right.</param>
    /// <param name="fonts">Where the charts' font comes from.</param>
    public static ReportPaths Write(string runFolder, TextWriter log, IFontFinder fonts)
    {
        RunTables tables = RunTables.Read(runFolder);
        if (tables.Remarks.Count > 0)
        {
            log.WriteLine($"{runFolder}: {string.Join(" ", tables.Remarks)}");
        }

        try
        {
            return Write(tables, runFolder, log, fonts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{runFolder}: the report cannot be written ({e.Message}); make the folder writable, or copy it and name the copy");
        }
    }

    private static ReportPaths Write(RunTables tables, string runFolder, TextWriter log, IFontFinder fonts)
    {
        Provenance provenance = new(tables);
        ChartSet charts = ChartSet.Draw(tables, runFolder, fonts, provenance);
        if (charts.LeftOut.Contains(ChartSet.NoFont))
        {
            log.WriteLine(ChartSet.NoFont);
        }

        ReportMaterial material = new(tables, FindingsOf.Run(tables), charts, provenance);
        ReportDocument document = new(
            $"ReuseBench run {tables.RunId}",
            provenance.Of(tables.Cells),
            [.. SectionRegistry.All.Select(s => new Section(s.Title, [.. s.Build(material)])).Where(s => s.Blocks.Count > 0)]);

        ReportPaths paths = new(
            Path.Combine(runFolder, RunFiles.ReportHtml),
            Path.Combine(runFolder, RunFiles.ReportMarkdown),
            [.. charts.Drawn.SelectMany(d => new[] { d.Picture.Png, d.Picture.Svg }).Select(p => Path.Combine(runFolder, p))]);
        WholeFile.Replace(paths.Html, HtmlWriter.Write(document));
        WholeFile.Replace(paths.Markdown, MarkdownWriter.Write(document));
        return paths;
    }
}

/// <summary>What was written.</summary>
public sealed record ReportPaths(string Html, string Markdown, IReadOnlyList<string> Charts);
