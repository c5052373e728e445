using ReuseBench.Core;
using ReuseBench.Core.Files;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Comparison;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Render;

namespace ReuseBench.Reports.Index;

/// <summary>One page over the runs in the folders below a folder: what each found, what changed over time, and the newest two of each kind compared.</summary>
public static class RunIndex
{
    public const string FileName = "index.html";

    /// <summary>The newest are taken; more make a page that nobody reads.</summary>
    public const int MostRuns = 500;

    private const int MostComparisons = 20;

    /// <summary>Each costs a quarter of a second and 100 KB.</summary>
    private const int MostCharts = 12;

    /// <inheritdoc cref="Write(string, TextWriter, IFontFinder)"/>
    public static IndexPaths Write(string index, TextWriter log) => Write(index, log, new InstalledFonts());

    /// <param name="index">A folder with folders of runs; its index.html is replaced.</param>
    /// <param name="log">Gets one line where folders were left out, and one where no chart could be drawn.</param>
    /// <param name="fonts">Where the charts' font comes from.</param>
    /// <exception cref="UsageException">The page cannot be written.</exception>
    public static IndexPaths Write(string index, TextWriter log, IFontFinder fonts)
    {
        index = Path.GetFullPath(index);
        (IReadOnlyList<IndexedRun> runs, List<LeftOutFolder> leftOut) = Read(index);
        if (leftOut.Count > 0)
        {
            log.WriteLine($"{index}: {leftOut.Count} folder{(leftOut.Count == 1 ? "" : "s")} left out of the index; the page says why");
        }

        Trends trends = Trends.Of(runs);
        string? font = fonts.FindSansSerif();
        if (font is null && runs.Count > 0)
        {
            log.WriteLine(ChartFiles.NoFont);
        }

        string page = HtmlWriter.Write(DocumentOf(index, trends, leftOut, font, fonts));
        string path = Path.Combine(index, FileName);
        try
        {
            WholeFile.Replace(path, page);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"index: {path} cannot be written ({e.Message.Split('\n', 2)[0]}); make the folder writable");
        }

        return new IndexPaths(path, runs.Count, leftOut.Count);
    }

    private static ReportDocument DocumentOf(string index, Trends trends, List<LeftOutFolder> leftOut, string? font, IFontFinder fonts)
    {
        int charts = 0;
        List<Section> hosts = [];
        foreach (IndexedHost host in trends.Hosts)
        {
            Picture? chart = font is not null && host.Trends.Count > 0 && charts++ < MostCharts ? ChartOf(index, host, font) : null;
            hosts.Add(IndexSections.Host(host, trends, chart));
        }

        return new ReportDocument(
            "ReuseBench runs",
            "Every number is from the run folders beside this page; each run links to its own report.",
            [
                .. new[] { IndexSections.Runs(trends) }.Concat(hosts)
                    .Append(new Section("The newest run against the one before", Comparisons(index, trends, fonts)))
                    .Concat([IndexSections.LeftOut(leftOut), IndexSections.Reading(trends)])
                    .Where(s => s.Blocks.Count > 0),
            ])
        {
            First = [IndexSections.First(trends, leftOut.Count)],
        };
    }

    /// <summary>The manifests of all, then the tables of the newest, one run at a time: what is kept of a run is small.</summary>
    private static (IReadOnlyList<IndexedRun> Runs, List<LeftOutFolder> LeftOut) Read(string index)
    {
        (IReadOnlyList<string> found, IReadOnlyList<LeftOutFolder> noRuns) = RunFinder.Find(index);
        List<LeftOutFolder> leftOut = [.. noRuns];
        List<(string Path, DateTime Started)> dated = [];
        Dictionary<string, string> seen = [];
        foreach (string path in found)
        {
            Guarded(path, leftOut, () =>
            {
                (RunManifest manifest, DateTime started) = IndexedRun.ReadManifest(Path.Combine(index, path));
                if (seen.TryGetValue(manifest.RunId, out string? first))
                {
                    throw new UsageException($"the same run as {first}");
                }

                seen[manifest.RunId] = path;
                dated.Add((path, started));
            });
        }

        List<IndexedRun> runs = [];
        foreach ((string path, _) in dated.OrderByDescending(d => d.Started).ThenBy(d => d.Path, StringComparer.Ordinal).Take(MostRuns))
        {
            Guarded(path, leftOut, () => runs.Add(IndexedRun.Read(index, path, IndexedRun.ReadManifest(Path.Combine(index, path)).Manifest)));
        }

        if (dated.Count > MostRuns)
        {
            leftOut.Add(new LeftOutFolder(".", $"of {dated.Count} runs the newest {MostRuns} are shown"));
        }

        return (runs, leftOut);
    }

    /// <summary>Whatever is wrong with a folder that somebody else made, the page goes on without it.</summary>
    private static void Guarded(string path, List<LeftOutFolder> leftOut, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            string reason = e is UsageException or IOException or UnauthorizedAccessException ? e.Message : $"damaged ({e.GetType().Name})";
            leftOut.Add(new LeftOutFolder(path, reason.Split('\n', 2)[0]));
        }
    }

    private static List<Block> Comparisons(string index, Trends trends, IFontFinder fonts)
    {
        List<Block> blocks = [];
        IEnumerable<(IndexedHost Host, IndexedRun[] Runs)> kinds = trends.Hosts
            .SelectMany(h => h.Runs.Reverse().GroupBy(r => r.Matrix), (h, g) => (Host: h, Runs: g.ToArray())).Where(k => k.Runs.Length > 1)
            .Take(MostComparisons);
        foreach ((int i, (IndexedHost host, IndexedRun[] runs)) in kinds.Index())
        {
            try
            {
                RunComparison comparison = RunComparison.Of(Side(index, runs[1]), [Side(index, runs[0])], new ComparisonOptions());
                Picture? chart = i < MostCharts ? ChartOf(comparison, fonts, i + 1) : null;
                blocks.AddRange(IndexSections.Comparison(host, comparison, runs, chart));
            }
            catch (UsageException e)
            {
                blocks.Add(new Paragraph($"{host.Name}, {runs[0].Matrix}: {e.Message}"));
            }
        }

        return blocks;
    }

    private static ComparedSide Side(string index, IndexedRun run) => ComparedSide.Of([RunData.ReadResults(Path.Combine(index, run.Path))]);

    private static Picture ChartOf(string index, IndexedHost host, string font)
    {
        ChartStyle style = new(font, new Provenance(RunData.ReadResults(Path.Combine(index, host.Newest.Path))));
        Sheet sheet = TrendChart.SheetOf(host, style);
        int left = host.Trends.Count - TrendChart.Shown(host).Count;
        string text = Svg(path => SheetRenderer.Save(sheet, style, path));
        string note = "A panel for each figure, a dot for each run, in the order of their dates."
            + (left > 0 ? $" {left} more figures are in the table below; those with the largest changes are drawn first." : "");
        return new Picture(sheet.Title, $"{sheet.FileStem}.svg", "", text, [note]);
    }

    private static Picture? ChartOf(RunComparison comparison, IFontFinder fonts, int number)
    {
        string text = Svg(path => _ = ForestChart.Draw(comparison, path, fonts));
        return text.Length == 0
            ? null
            : new Picture(ComparisonText.Headline(comparison), $"comparison-{number}.svg", "", text, ["Ratio of each cell with its 95 % interval."]);
    }

    /// <summary>What is drawn as a file, as text: the index is one file.</summary>
    /// <returns>Empty where nothing was drawn.</returns>
    private static string Svg(Action<string> draw)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("reusebench-index-");
        try
        {
            string path = Path.Combine(folder.FullName, "chart.svg");
            draw(path);
            return File.Exists(path) ? File.ReadAllText(path) : "";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

/// <summary>What was written.</summary>
/// <param name="Html">The page.</param>
/// <param name="Runs">That it lists.</param>
/// <param name="LeftOut">Folders that it names with the reason.</param>
public sealed record IndexPaths(string Html, int Runs, int LeftOut);
