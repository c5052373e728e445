using System.Text.RegularExpressions;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Drawing;

namespace ReuseBench.Reports.Tests;

/// <summary>What a reader sees before anything is unfolded, and where the rest is.</summary>
public sealed class PageOutlineTests
{
    [Fact]
    public void Each_section_asks_a_question_and_shows_one_chart_and_one_table_at_most()
    {
        Assert.SkipWhen(new InstalledFonts().FindSansSerif() is null, "no font is installed here, so no chart can be drawn");
        using RunFolder run = new();
        SyntheticRuns.Full(run);

        string[] sections = Shown(run).Split("\n## ")[1..];

        Assert.Equal(
            ["Which variant serves the most?", "How long do requests take?", "What does a restart cost?", "Who gets the connections?",
                "How far can each number be trusted?", "How was this measured?", "What do the words mean?", "Where is the data?"],
            sections.Select(s => s.Split('\n')[0]));
        Assert.All(sections, s => Assert.InRange(Regex.Count(s, @"^!\[", RegexOptions.Multiline), 0, 1));
        Assert.All(sections, s => Assert.InRange(Regex.Count(s, @"^\| -", RegexOptions.Multiline), 0, 1));
    }

    [Fact]
    public void The_table_of_a_ranking_has_the_best_cell_of_each_variant_and_the_fold_has_every_cell()
    {
        using RunFolder run = new();
        foreach ((string variant, int workers, double speed) in
            (IEnumerable<(string, int, double)>)[("single", 1, 100), ("single", 4, 150), ("reuseport", 1, 105), ("reuseport", 4, 200)])
        {
            run.AddRepeats(RunFolder.Row(variant, workers), [.. Enumerable.Range(0, 7).Select(i => speed + (0.1 * i))]);
        }

        string shown = Shown(run);

        Assert.Matches(
            @"\| reuseport \| 4 \| 200 \| 200 to 201 \| 1 \| 1 \| best \|\n"
                + @"\| single \| 4 \| 150 \| 150 to 151 \| 0\.75 \| 0\.7\d to 0\.7\d \| behind \|", shown);
        Assert.DoesNotContain("| single | 1 | 100", shown, StringComparison.Ordinal);
        Assert.Contains("| single | 1 | 0.50", Whole(run), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_valid_the_reason_stands_in_place_of_a_table_of_dashes_and_of_the_words_on_medians()
    {
        Assert.SkipWhen(new InstalledFonts().FindSansSerif() is null, "no font is installed here, so no chart can be drawn");
        using RunFolder run = new();
        SyntheticRuns.AllInvalid(run);

        string shown = Shown(run);

        Assert.Contains("\nNo cell has a valid throughput: 3 of 3 repeats invalid: client-saturated.\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("The best cell of each variant", shown, StringComparison.Ordinal);
        Assert.Contains("No repeat is valid, so there is no median.", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Marker: median of the valid repeats", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_is_a_mark_with_its_reason_and_a_link_and_no_prose_in_a_row()
    {
        using RunFolder run = new RunFolder()
            .AddRepeats(RunFolder.Judged(RunFolder.Row("single", 2), VerdictRules.TooFewCpus), 100, 101, 102)
            .AddRepeats(RunFolder.Row("reuseport", 2), 200, 201, 202);

        string report = Whole(run);

        Assert.Contains("| single | 2 | 101 [!](#verdicts \"limited: too-few-cpus: ", report, StringComparison.Ordinal);
        Assert.Contains("[! too-few-cpus](#verdicts \"limited: too-few-cpus: 3 of 3 repeats\")", report, StringComparison.Ordinal);
        Assert.Contains("[✓ ok](#verdicts", report, StringComparison.Ordinal);
        Assert.DoesNotContain("limited (throughput", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run --matrix smoke --out /srv/x", "reusebench run --matrix smoke --seed 7")]
    [InlineData("run smoke --out=/srv/x --seed 5", "reusebench run smoke --seed 5")]
    [InlineData("run smoke --filter variant=shared|single", "reusebench run smoke --filter 'variant=shared|single' --seed 7")]
    [InlineData("run smoke --filter it's", "reusebench run smoke --filter 'it'\\''s' --seed 7")]
    public void The_command_that_repeats_the_run_names_its_seed_and_not_its_folder(string arguments, string command)
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100);
        run.Manifest = run.Manifest with { Arguments = arguments.Split(' ') };
        Assert.Contains($"\n{command}\n", Whole(run), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_table_and_every_chart_of_the_run_has_a_link()
    {
        Assert.SkipWhen(new InstalledFonts().FindSansSerif() is null, "no font is installed here, so no chart can be drawn");
        using RunFolder run = new();
        SyntheticRuns.Smoke(run);
        ReportPaths paths = Report.Write(run.Write().Path, TextWriter.Null);

        string report = File.ReadAllText(paths.Markdown);
        string data = report[report.IndexOf("## Where is the data?", StringComparison.Ordinal)..];

        IEnumerable<string> files = Directory.EnumerateFiles(run.Path, "*.csv").Concat(paths.Charts).Select(f => Path.GetRelativePath(run.Path, f));
        Assert.All(files, f => Assert.Contains($"]({f})", data, StringComparison.Ordinal));
    }

    [Fact]
    public void Claims_that_do_not_hold_and_what_is_unusual_on_this_kernel_are_shown_and_the_grids_are_folded()
    {
        using RunFolder run = new();
        run.Write();
        using (CsvTable<SemanticsRow> table = Tables.Of<SemanticsRow>().Open(run.Path))
        {
            table.Append(
            [
                new SemanticsRow { Kind = "claim", Name = "a", Sentence = "It always binds", Verdict = "does-not-hold", Evidence = "bind EADDRINUSE" },
                new SemanticsRow { Kind = "claim", Name = "b", Sentence = "The sky is blue", Verdict = "holds", Evidence = "bind ok" },
                new SemanticsRow
                {
                    Kind = "case",
                    Name = "tcp/odd",
                    Transport = "tcp",
                    Addresses = "same",
                    Status = "tried",
                    Bind = "ok",
                    BindPredicted = "EADDRINUSE",
                    Agrees = false,
                },
            ]);
        }

        string shown = WithoutFolds(File.ReadAllText(Report.Write(run.Path, TextWriter.Null).Markdown));

        Assert.Contains("| It always binds | does not hold |", shown, StringComparison.Ordinal);
        Assert.Contains("tcp/odd: bind ok", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("The sky is blue", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("| First socket |", shown, StringComparison.Ordinal);
    }

    private static string Whole(RunFolder run) => File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Markdown);

    private static string Shown(RunFolder run) => WithoutFolds(Whole(run));

    /// <summary>Folds may hold folds.</summary>
    private static string WithoutFolds(string markdown)
    {
        List<string> shown = [];
        int depth = 0;
        foreach (string line in markdown.Split('\n'))
        {
            depth += line == "<details>" ? 1 : 0;
            if (depth == 0)
            {
                shown.Add(line);
            }

            depth -= line == "</details>" ? 1 : 0;
        }

        return string.Join('\n', shown);
    }
}
