using ReuseBench.Core;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Index;

namespace ReuseBench.Reports.Tests;

public sealed class RunIndexTests : IDisposable
{
    private const string Attack = "<script>alert(1)</script>";

    private readonly string _index = Directory.CreateTempSubdirectory("reusebench-index-test-").FullName;

    public void Dispose() => Directory.Delete(_index, recursive: true);

    [Fact]
    public void It_lists_each_run_the_newest_first_and_links_to_its_report()
    {
        Add("older", day: 1);
        Add("newer", day: 2);
        File.WriteAllText(Path.Combine(_index, "newer", RunFiles.ReportHtml), "<!DOCTYPE html>");

        string page = Page(out IndexPaths paths);

        Assert.Equal((2, 0), (paths.Runs, paths.LeftOut));
        Assert.Matches("(?s)href=\"newer/report.html\">2026-01-02 03:04<.*href=\"older/\">2026-01-01 03:04<", page);
        Assert.Contains("<td>6.18.5</td>", page, StringComparison.Ordinal);
        Assert.Contains("100 (single, 2 workers)", page, StringComparison.Ordinal);
        Assert.Contains("Highest throughput (connections/s)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Lowest p99 latency", page, StringComparison.Ordinal);
        Assert.Equal([RunIndex.FileName], Directory.GetFiles(_index).Select(Path.GetFileName));
    }

    [Fact]
    public void A_change_is_said_with_what_else_changed_and_hosts_are_never_mixed()
    {
        Random random = new(1);
        for (int day = 1; day <= 14; day++)
        {
            string commit = day < 8 ? "aaaaaaaaaaaa" : "bbbbbbbbbbbb";
            double level = day < 8 ? 100 : 120;
            Add($"a{day}", day, r => r.AddRepeats(RunFolder.Row("single", 2), Noise(random, level)), h => h with { Commit = commit });
            Add($"b{day}", day, r => r.AddRepeats(RunFolder.Row("single", 2), Noise(random, 500)), h => h with { CpuModel = "Other CPU", Commit = commit });
        }

        string page = Page(out _);
        Assert.Equal(2, page.Split("<h2>Host ").Length - 1);
        Assert.Equal(2, page.Split("<td class=\"number\">14</td>").Length - 1);
        Assert.Contains("<b>1</b> changed figure", page, StringComparison.Ordinal);
        Assert.Matches("throughput is (19|20|21)[.][0-9] % higher from 2026-01-08 on, which is better", page);
        Assert.Contains("also different: commit (aaaaaaaaaa → bbbbbbbbbb).", page, StringComparison.Ordinal);
        Assert.Contains("No other change found in 1 figure.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_change_it_says_that_none_was_found_and_with_few_runs_that_none_could_be()
    {
        for (int day = 1; day <= 3; day++)
        {
            Add($"r{day}", day, r => r.AddRepeats(RunFolder.Row("single", 2), 100 + (day % 2), 101, 102));
        }

        Assert.Contains("Too few runs to find a change: with 1 figure it takes 8 runs of one.", Page(out _), StringComparison.Ordinal);
        for (int day = 4; day <= 12; day++)
        {
            Add($"r{day}", day, r => r.AddRepeats(RunFolder.Row("single", 2), 100 + (day % 2), 101 + (day % 2), 102));
        }

        Assert.Contains("No change found in 1 figure.", Page(out _), StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_two_runs_of_one_host_and_matrix_are_compared()
    {
        Add("before", 1, r => r.AddRepeats(RunFolder.Row("single", 2), 100, 101, 99));
        Add("after", 2, r => r.AddRepeats(RunFolder.Row("single", 2), 80, 81, 79));
        Add("elsewhere", 3, r => r.AddRepeats(RunFolder.Row("single", 2), 10, 11, 9), h => h with { CpusAllowed = 2 });

        string page = Page(out _);

        Assert.Contains("after against before, 1 cell: 1 worse", page, StringComparison.Ordinal);
        Assert.Contains("worse by 20.0 %", page, StringComparison.Ordinal);
        Assert.Contains("reusebench compare before after", page, StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere against", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_run_says_of_itself_is_text_and_never_markup_and_the_page_asks_for_nothing()
    {
        Add("<b>&\"'(x)", 1, host: h => h with { CpuModel = Attack, Kernel = "[x](javascript:alert(1))", ReuseBenchVersion = Attack }, matrix: Attack);
        Add("two", 2, host: h => h with { CpuModel = Attack, Kernel = Attack }, matrix: Attack);

        string page = Page(out _);

        Assert.DoesNotContain("<script>alert", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"javascript", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=\"http", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("href=\"%3Cb%3E%26%22%27%28x%29/\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_run_or_damaged_is_listed_with_the_reason_and_breaks_nothing()
    {
        Add("good", 1);
        Add("half", 2);
        File.AppendAllText(Path.Combine(_index, "half", Tables.Results.FileName), "9,x\n");
        Add("timeless", 3, started: "yesterday");
        Write("broken/run.json", "{");
        Write("list/run.json", "[1]");
        Write("table/results.csv", "a,b\n1,2\n");
        Write("notes/readme.txt", "x");
        Write("copy.new/run.json", "{");
        Directory.CreateDirectory(Path.Combine(_index, "folder", "run.json"));
        File.CreateSymbolicLink(Path.Combine(_index, "zero"), "/");
        Write("device/x", "");
        File.CreateSymbolicLink(Path.Combine(_index, "device", "run.json"), "/dev/zero");

        string page = Page(out IndexPaths paths);

        Assert.Equal(1, paths.Runs);
        Assert.Matches("(?s)half</td>\\s*<td>[^<]*results.csv, line", page);
        Assert.Matches("(?s)broken</td>\\s*<td>[^<]*not readable as the manifest of a run", page);
        Assert.Matches("(?s)list</td>\\s*<td>[^<]*has no schema_version", page);
        Assert.Matches("(?s)timeless</td>\\s*<td>[^<]*&#39;?yesterday|(?s)timeless</td>\\s*<td>[^<]*'yesterday' is no time", page);
        Assert.Matches("(?s)notes</td>\\s*<td>no run: neither run.json nor results.csv is there", page);
        Assert.Matches("(?s)device</td>\\s*<td>", page);
        Assert.Matches("(?s)folder</td>\\s*<td>", page);
        Assert.DoesNotContain("copy.new", page, StringComparison.Ordinal);
        Assert.DoesNotContain("zero</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_that_is_only_a_bound_is_marked_as_one_and_the_unit_stands_in_the_head()
    {
        ResultRow row = RunFolder.Row("restart", 2) with { Experiment = "restart", RestartMethod = "handoff", CellId = "r", GapP50Ms = 1.1 };
        Add("one", 1, r => r.Add(row).AddRestart(row, 1, 0.2));

        string page = Page(out _);

        Assert.Contains("Shortest restart gap (ms)", page, StringComparison.Ordinal);
        Assert.Contains("≤ 1.10 (", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_of_a_run_counts_once()
    {
        Add("first", 1);
        Add("second", 1, id: "first");
        Assert.Contains("the same run as first", Page(out IndexPaths paths), StringComparison.Ordinal);
        Assert.Equal(1, paths.Runs);
    }

    [Fact]
    public void Of_many_runs_the_newest_five_hundred_are_shown_in_little_memory()
    {
        for (int i = 0; i < RunIndex.MostRuns + 2; i++)
        {
            Add($"r{i:000}", day: 1, started: $"{2026 + (i / 300)}-01-01T{i % 24:00}:00:00Z");
        }

        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        string page = Page(out IndexPaths paths);

        Assert.Equal(RunIndex.MostRuns, paths.Runs);
        Assert.Contains("of 502 runs the newest 500 are shown", page, StringComparison.Ordinal);
        Assert.InRange(page.Length, 100_000, 2_000_000);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 50_000_000);
    }

    [Fact]
    public void The_chart_of_a_host_stands_in_the_page_and_nowhere_else()
    {
        Assert.SkipWhen(new InstalledFonts().FindSansSerif() is null, "no font on this host");
        Add("one", 1);
        Add("two", 2);
        string page = Page(out _);
        Assert.Contains("id=\"chart-trends-host-1\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"trends-host", page, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_index, "*.svg", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_run_is_published_whole_and_published_again_replaced()
    {
        Add("r1", 1);
        string run = Path.Combine(_index, "r1");
        Write("r1/charts/gap.svg", "<svg/>");
        File.CreateSymbolicLink(Path.Combine(run, "logs"), "/etc");
        string pages = Path.Combine(_index, "public");
        using StringWriter log = new();

        PublishedRun.Copy(run, pages, log);
        Assert.Equal("<svg/>", File.ReadAllText(Path.Combine(pages, "r1", "charts", "gap.svg")));
        Assert.False(Path.Exists(Path.Combine(pages, "r1", "logs")));
        Assert.Equal($"{run}/logs: a symbolic link, not copied", log.ToString().Trim());

        File.Delete(Path.Combine(run, "charts", "gap.svg"));
        Write("r1/charts/latency.svg", "<svg/>");
        PublishedRun.Copy(run + "/", pages + "/", log);
        Assert.Equal(["latency.svg"], Directory.GetFiles(Path.Combine(pages, "r1", "charts")).Select(Path.GetFileName));
        Assert.Equal(["r1"], Directory.GetDirectories(pages).Select(Path.GetFileName));
    }

    [Fact]
    public void A_brief_publication_has_the_main_tables_and_no_link_to_what_it_leaves_out()
    {
        Assert.SkipWhen(new InstalledFonts().FindSansSerif() is null, "no font on this host");
        Add("r1", 1, run => SyntheticRuns.Smoke(run));
        string run = Path.Combine(_index, "r1");
        Report.Write(run, TextWriter.Null);
        Write("r1/logs/a-r1.log", "what a server said");
        string pages = Path.Combine(_index, "public");

        PublishedRun.Copy(run, pages, TextWriter.Null);
        string whole = File.ReadAllText(Path.Combine(pages, "r1", RunFiles.ReportHtml));
        PublishedRun.Copy(run, pages, TextWriter.Null, isBrief: true);
        string brief = File.ReadAllText(Path.Combine(pages, "r1", RunFiles.ReportHtml));

        Assert.Equal(File.ReadAllText(Path.Combine(run, RunFiles.ReportHtml)), whole);
        Assert.Contains("<a href=\"histograms.csv\">histograms.csv</a>", whole, StringComparison.Ordinal);
        Assert.Equal(
            [
                .. Tables.All.Where(t => !t.IsBulk).Select(t => t.FileName).Where(f => File.Exists(Path.Combine(run, f)))
                    .Concat([RunFiles.ReportHtml, RunFiles.Manifest, RunFiles.Summary]).Order(StringComparer.Ordinal),
            ],
            Directory.EnumerateFileSystemEntries(Path.Combine(pages, "r1")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("<td>histograms.csv</td>", brief, StringComparison.Ordinal);
        Assert.Contains("<a href=\"results.csv\">results.csv</a>", brief, StringComparison.Ordinal);
        Assert.Contains("Only the files whose names are links are published here", brief, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"charts/", brief, StringComparison.Ordinal);
        Assert.DoesNotContain(">SVG</a>", brief, StringComparison.Ordinal);
        Assert.Empty(PageLinksOf.Dead(Path.Combine(pages, "r1", RunFiles.ReportHtml)));
    }

    [Fact]
    public void A_copy_that_ended_between_its_two_moves_is_put_back_first()
    {
        Add("r1", 1);
        string pages = Path.Combine(_index, "public");
        PublishedRun.Copy(Path.Combine(_index, "r1"), pages, TextWriter.Null);
        Directory.Move(Path.Combine(pages, "r1"), Path.Combine(pages, "r1.old"));
        File.WriteAllText(Path.Combine(pages, "r1.new"), "in the way of the next copy");

        Assert.Throws<UsageException>(() => PublishedRun.Copy(Path.Combine(_index, "r1"), pages, TextWriter.Null));

        Assert.True(File.Exists(Path.Combine(pages, "r1", RunFiles.Manifest)));
    }

    [Theory]
    [InlineData("../escape", RunStatus.Complete, "public", "run_id '../escape' in run.json is no folder name")]
    [InlineData("r.new", RunStatus.Complete, "public", "is no folder name")]
    [InlineData("r1", RunStatus.Running, "public", "the run is still in progress")]
    [InlineData("r1", RunStatus.Complete, "r1/public", "is inside the run folder")]
    public void A_run_that_cannot_be_published_is_refused(string id, RunStatus status, string index, string says)
    {
        Add("r1", 1, id: id, status: status);
        UsageException refused = Assert.Throws<UsageException>(
            () => PublishedRun.Copy(Path.Combine(_index, "r1"), Path.Combine(_index, index), TextWriter.Null));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_index, index)));
    }

    private static double[] Noise(Random random, double level) =>
        [.. Enumerable.Range(0, 3).Select(_ => level * (1 + (0.02 * (random.NextDouble() - 0.5))))];

    private void Add(
        string folder, int day, Action<RunFolder>? rows = null, Func<HostFacts, HostFacts>? host = null, string? matrix = null, string? id = null,
        string? started = null, RunStatus status = RunStatus.Complete)
    {
        RunFolder run = RunFolder.Kept(Path.Combine(_index, folder));
        run.Manifest = run.Manifest with
        {
            RunId = id ?? folder,
            StartedUtc = started ?? $"2026-01-{day:00}T03:04:05Z",
            Matrix = matrix ?? run.Manifest.Matrix,
            Host = (host ?? (h => h))(run.Manifest.Host),
            Status = status,
        };
        (rows ?? (r => r.AddRepeats(RunFolder.Row("single", 2), 100, 101, 99)))(run);
        run.Write();
    }

    private void Write(string path, string text)
    {
        string full = Path.Combine(_index, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private string Page(out IndexPaths paths)
    {
        paths = RunIndex.Write(_index, TextWriter.Null);
        return File.ReadAllText(paths.Html);
    }
}
