using ReuseBench.Core;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Topics;

namespace ReuseBench.Reports.Tests;

public sealed class ReportTests
{
    [Fact]
    public void A_report_is_made_again_byte_for_byte_from_the_tables_alone()
    {
        RequireFont();
        using RunFolder first = new();
        using RunFolder second = new();
        SyntheticRuns.Smoke(first);
        first.Write();
        foreach (string file in Directory.EnumerateFiles(first.Path))
        {
            File.Copy(file, Path.Combine(second.Path, Path.GetFileName(file)));
        }

        ReportPaths one = Report.Write(first.Path, TextWriter.Null);
        ReportPaths other = Report.Write(second.Path, TextWriter.Null);

        Assert.NotEmpty(one.Charts);
        Assert.Equal(Files(first.Path), Files(second.Path));
        foreach ((string a, string b) in one.Charts.Append(one.Html).Append(one.Markdown).Zip(other.Charts.Append(other.Html).Append(other.Markdown)))
        {
            Assert.Equal(File.ReadAllBytes(a), File.ReadAllBytes(b));
        }
    }

    [Fact]
    public void Closed_and_open_loop_are_never_in_one_chart()
    {
        RequireFont();
        using RunFolder run = new();
        ResultRow closed = RunFolder.Row("reuseport", 2);
        ResultRow open = closed with { Experiment = "latency", Load = "open", RateRpsRequested = 1_000, CellId = "open" };
        foreach (ResultRow row in (ResultRow[])[closed, open])
        {
            run.Add(row with { ConnectionsPerS = 1_000 }).AddLatencies(row, Enumerable.Range(1, 5_000).Select(i => i * 100L));
        }

        foreach (IChart chart in TopicRegistry.All.SelectMany(t => t.Charts))
        {
            ChartDrawing drawing = chart.Draw(run.Read(), new ChartStyle(new InstalledFonts().FindSansSerif()!, run.Read().Provenance));
            Assert.All(drawing.Sheets, s => Assert.Single(s.Cells.Select(c => c.Conditions.IsOpenLoop).Distinct()));
        }
    }

    [Fact]
    public void Every_value_from_a_file_is_encoded()
    {
        const string Attack = "<script>alert(1)</script>";
        using RunFolder run = new();
        run.Manifest = run.Manifest with { RunId = Attack, Skipped = [Attack + "\n# heading"], Matrix = "a|b" };
        run.Add(RunFolder.Row("reuseport", 2) with
        {
            CellId = Attack,
            Isolation = "../"
            + Attack,
            Failure = Attack,
            ConnectionsPerS = 1,
            AcceptedMaxOverMean = 1
        });
        run.Add(RunFolder.Row("shared", 2) with
        {
            CellId = "a",
            Experiment = "fairness",
            Chi2Reason = "1. " + Attack
            + " &lt;b&gt; ![x](y)",
            AcceptedMaxOverMean = 1
        });

        ReportPaths paths = Report.Write(run.Write().Path, TextWriter.Null);

        // The page's own is the only one.
        string html = File.ReadAllText(paths.Html);
        Assert.Equal(html.LastIndexOf("<script>", StringComparison.OrdinalIgnoreCase), html.IndexOf("<script", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(Attack, html, StringComparison.OrdinalIgnoreCase);
        string markdown = File.ReadAllText(paths.Markdown);
        Assert.DoesNotContain("<script", markdown.Replace("\\<", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\n# heading", markdown, StringComparison.Ordinal);
        Assert.Contains("a\\|b", markdown, StringComparison.Ordinal);
        Assert.Contains("&amp;lt;b&amp;gt; ![x](y)", File.ReadAllText(paths.Html), StringComparison.Ordinal);
        Assert.All(paths.Charts, c => Assert.Equal(Path.Combine(run.Path, RunFiles.Charts), Path.GetDirectoryName(c)));
        Assert.All(paths.Charts.Where(c => c.EndsWith(".svg", StringComparison.Ordinal)), c => System.Xml.Linq.XDocument.Load(c));
    }

    [Fact]
    public void A_link_in_the_run_folder_leads_nothing_that_is_written_elsewhere()
    {
        using RunFolder run = new();
        using RunFolder elsewhere = new();
        SyntheticRuns.Smoke(run);
        run.Write();
        string precious = Path.Combine(elsewhere.Path, "precious");
        File.WriteAllText(precious, "mine");
        File.CreateSymbolicLink(Path.Combine(run.Path, RunFiles.ReportHtml), precious);

        ReportPaths paths = Report.Write(run.Path, TextWriter.Null, new NoFont());
        Assert.Equal("mine", File.ReadAllText(precious));
        Assert.Null(new FileInfo(paths.Html).LinkTarget);

        string pictures = Path.Combine(elsewhere.Path, "pictures");
        Directory.CreateDirectory(pictures);
        File.WriteAllText(Path.Combine(pictures, "holiday.png"), "mine");
        Directory.Delete(Path.Combine(run.Path, RunFiles.Charts), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(run.Path, RunFiles.Charts), pictures);
        Assert.Contains("is a link", Assert.Throws<UsageException>(() => Report.Write(run.Path, TextWriter.Null)).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(pictures, "holiday.png")));
    }

    [Fact]
    public void A_table_that_is_missing_or_empty_is_named_on_the_terminal_and_in_the_report()
    {
        using RunFolder run = new();
        SyntheticRuns.Smoke(run);
        run.Write();
        File.Delete(Path.Combine(run.Path, RunFiles.Manifest));
        File.WriteAllText(Path.Combine(run.Path, Tables.Results.FileName), "");
        using StringWriter log = new();
        string report = File.ReadAllText(Report.Write(run.Path, log, new NoFont()).Markdown);
        foreach (string text in (string[])[log.ToString(), report])
        {
            Assert.Contains("is missing: the host and what was planned are not known", text, StringComparison.Ordinal);
            Assert.Contains("is empty", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_report_needs_no_other_file()
    {
        using RunFolder run = new();
        SyntheticRuns.Smoke(run);

        string html = File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Html);

        Assert.DoesNotContain("<link", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"charts", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_font_one_line_names_the_package_and_the_report_is_written_all_the_same()
    {
        using RunFolder run = new();
        SyntheticRuns.Smoke(run);
        using StringWriter log = new();

        ReportPaths paths = Report.Write(run.Write().Path, log, new NoFont());

        Assert.Contains("fonts-dejavu-core", Assert.Single(log.ToString().TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Empty(paths.Charts);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(run.Path, RunFiles.Charts)));
        Assert.Contains("fonts-dejavu-core", File.ReadAllText(paths.Html), StringComparison.Ordinal);
        string markdown = File.ReadAllText(paths.Markdown);
        Assert.Contains("| single | 2 | 26.4 ", markdown, StringComparison.Ordinal);

        // Whoever looks for the charts learns of it on the first screen.
        Assert.Contains("fonts-dejavu-core", markdown[..markdown.IndexOf("\n## ", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_charts_every_section_still_says_something_that_is_not_folded()
    {
        using RunFolder run = new();
        SyntheticRuns.Full(run);
        string text = File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null, new NoFont()).Markdown);

        // The innermost folds first: folds stand within folds.
        for (string former = ""; former != text;)
        {
            former = text;
            text = System.Text.RegularExpressions.Regex.Replace(text, @"<details>(?:(?!<details>)[\s\S])*?</details>", "");
        }

        Assert.All(text.Split("\n## ")[1..], section => Assert.True(section.Split('\n').Skip(1).Any(line => line.Trim().Length > 0), section));
    }

    [Theory]
    [InlineData(RunFiles.Manifest)]
    [InlineData("histograms.csv")]
    [InlineData("restarts.csv")]
    [InlineData("fairness.csv")]
    public void A_missing_file_is_named_and_the_rest_is_reported(string file)
    {
        using RunFolder run = new();
        SyntheticRuns.Smoke(run);
        File.Delete(Path.Combine(run.Write().Path, file));

        string report = File.ReadAllText(Report.Write(run.Path, TextWriter.Null, new NoFont()).Markdown);

        Assert.Contains($"{file} is missing", report, StringComparison.Ordinal);
        Assert.Contains("| single | 2 | 26.4 ", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Charts_of_an_earlier_report_do_not_stay_behind()
    {
        using RunFolder run = new();
        string stale = Path.Combine(Directory.CreateDirectory(Path.Combine(run.Path, RunFiles.Charts)).FullName, "old.png");
        File.WriteAllText(stale, "");

        Report.Write(run.Write().Path, TextWriter.Null);

        Assert.False(File.Exists(stale));
    }

    [Fact]
    public void The_summary_marks_what_is_limited_and_has_a_dash_for_what_is_not_there()
    {
        ResultRow limited = RunFolder.Judged(RunFolder.Row("reuseport", 2), VerdictRules.TooFewCpus);
        using RunFolder run = new RunFolder().AddRepeats(limited, 35_000, 35_100, 36_000);

        SummaryRow row = Assert.Single(Rows(run));

        Assert.Equal("35.1 k connections/s *", row.Throughput);
        Assert.Equal("–", row.LatencyP99);
        Assert.Equal("3", row.Repeats);
        Assert.Equal("limited", row.Grades);
    }

    [Fact]
    public void A_verdict_on_latency_leaves_throughput_standing_and_says_which_figure_it_is_of()
    {
        ResultRow late = RunFolder.Judged(RunFolder.Row("reuseport", 2)
            with
        { ConnectionsPerS = 35_000 }, VerdictRules.GeneratorBehind, VerdictRules.TooFewCpus);
        using RunFolder run = new RunFolder().Add(late).AddLatencies(late, Enumerable.Range(1, 5_000).Select(i => i * 100L));

        SummaryRow row = Assert.Single(Rows(run));

        Assert.Equal("35.0 k connections/s *", row.Throughput);
        Assert.Equal("–", row.LatencyP99);
        Assert.Equal("1", row.Repeats);
        Assert.Equal("invalid latency, limited throughput", row.Grades);
    }

    [Theory]
    [InlineData(new[] { "DejaVu Serif", "Liberation Sans", "DejaVu Sans" }, "DejaVu Sans")]
    [InlineData(new[] { "Some Serif", "Some Sans Mono", "Some Sans" }, "Some Sans")]
    [InlineData(new[] { "Some Serif" }, "Some Serif")]
    [InlineData(new string[0], null)]
    public void The_font_is_a_sans_serif_where_there_is_one(string[] installed, string? chosen) =>
        Assert.Equal(chosen, InstalledFonts.Choose(installed));

    private static IReadOnlyList<SummaryRow> Rows(RunFolder run)
    {
        Analysis.RunAnalysis known = run.Read();
        return Summary.Of(known, Report.Find(known)).Rows;
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal);

    private static void RequireFont() => Assert.SkipWhen(new InstalledFonts().FindSansSerif() is null, "no font is installed here, so no "
        + "chart can be drawn");

    private sealed class NoFont : IFontFinder
    {
        public string? FindSansSerif() => null;
    }
}
