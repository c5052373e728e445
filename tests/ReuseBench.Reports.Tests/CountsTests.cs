using System.Globalization;
using System.Text.RegularExpressions;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Tests;

/// <summary>Equal things have equal counts wherever they are counted, and what a count counts stands beside it.</summary>
public sealed class CountsTests
{
    private const string Code = "generator-behind-schedule";

    [Fact]
    public void The_verdicts_of_the_table_are_those_of_the_first_screen_once_the_run_is_settled()
    {
        using RunFolder run = CanaryRun();
        FirstScreen before = ScreenOf(run);
        Assert.NotEqual(before.Verdicts, CountedInTable(run));
        Assert.Contains(
            "\n3 repeats of results.csv lack what only the whole run shows (such as cpu-speed): the run has not come to its end, or an earlier version wrote "
                + "it. This report has it.", Written(run), StringComparison.Ordinal);

        Assert.Equal(3, RunVerdicts.Settle(run.Path));

        Assert.Equal(new VerdictCounts(3, 2, 1, 1), CountedInTable(run));
        Assert.Equal(before.Verdicts, CountedInTable(run));
        Assert.Equal(before.Verdicts, ScreenOf(run, write: false).Verdicts);
        Assert.DoesNotContain("lack what only the whole run shows", Written(run), StringComparison.Ordinal);
        Assert.All(
            RunData.Read(run.Path).Cells.SelectMany(c => c.Repeats).Where(r => !r.Row.IsSkipped), r => Assert.Equal(r.Verdict.Codes, r.Row.Verdict.Codes));
    }

    [Fact]
    public void A_reason_counts_against_the_repeats_that_it_affects_and_those_that_only_have_it_are_counted_apart()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 101, 102);
        ResultRow latency = RunFolder.Row("single", 2) with
        {
            CellId = "late",
            Experiment = "latency",
            Load = "open",
            RateRpsRequested = 100,
            Arrivals = "constant",
        };
        ResultRow restart = RunFolder.Row("restart", 2) with { CellId = "restart", Experiment = "restart", RestartMethod = "loop" };
        for (int repeat = 1; repeat <= 3; repeat++)
        {
            run.Add(RunFolder.Judged(latency with { Repeat = repeat }, VerdictRules.GeneratorBehind));
            run.Add(RunFolder.Judged(restart with { Repeat = repeat }, VerdictRules.GeneratorBehind)).AddRestart(restart with { Repeat = repeat }, 1, 20);
        }

        string report = Written(run);

        Assert.Contains(
            ScreenOf(run, write: false).NextSteps, step => step.StartsWith($"3 of the run's 9 repeats are invalid by {Code}. ", StringComparison.Ordinal));
        Assert.Matches($@"\| \[✗ {Code}\][^|]*\| latency \| 3 \| 6 \|", report);
        Assert.Contains("| Repeats affected | Repeats that have it |", report, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_left_out_is_counted_by_what_it_is_and_skipped_repeats_as_on_the_first_screen()
    {
        ResultRow row = RunFolder.Row("single", 2);
        using RunFolder run = new RunFolder().AddRepeats(row, 100, 101, 102).Add(row with { Repeat = 4, Failure = ResultRow.SkippedPrefix + "no right" })
            .Add(RunFolder.Judged(row with { Repeat = 5, Failure = "the server ended" }, VerdictRules.Failed));
        run.Manifest = run.Manifest with { Skipped = ["Restart handoff, kill, thread: left out.", "The driver check has its native half only."] };

        string report = Written(run);

        string summary = Regex.Match(report, "<summary>Left out: ([^<]+)</summary>").Groups[1].Value;
        Assert.Matches(@"^2 parts of the plan, (\d+ notes? on the tables, )?(\d+ notes? on the charts, )?1 skipped repeat and 1 failed repeat$", summary);
        Assert.Contains("1 skipped", Regex.Match(report, @"\[✓ [^\n]*").Value, StringComparison.Ordinal);
        Assert.Equal(1, ScreenOf(run, write: false).Verdicts.Skipped);
    }

    [Fact]
    public void A_run_that_skipped_nothing_shows_no_count_of_it()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 101, 102);
        Assert.DoesNotContain("skipped", Regex.Match(Written(run), @"\[✓ [^\n]*").Value, StringComparison.Ordinal);
    }

    /// <summary>Every number of repeats in a large report: all that name the same thing are the same number.</summary>
    [Fact]
    public void Every_count_of_the_repeats_of_a_run_is_the_same_number()
    {
        using RunFolder run = new();
        SyntheticRuns.Full(run);
        string report = Written(run);
        RunData data = RunData.Read(run.Path);
        int repeats = data.Cells.Sum(c => c.Repeats.Count);

        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"\n{repeats} repeats of {data.Cells.Count} cells: {ScreenOf(run, write: false).Verdicts}. "), report,
            StringComparison.Ordinal);
        Assert.DoesNotContain(Regex.Matches(report, @"of the run's (\d+) repeats"), m => m.Groups[1].Value != $"{repeats}");
        Assert.Contains(
            $"Verdicts of {repeats} repeats: {ScreenOf(run, write: false).Verdicts}.", File.ReadAllText(Path.Combine(run.Path, RunFiles.Summary)),
            StringComparison.Ordinal);
    }

    /// <summary>"COLUMN in TABLE" is what a reader looks up.</summary>
    [Fact]
    public void A_column_that_a_report_sends_its_reader_to_is_in_that_table()
    {
        using RunFolder run = new();
        SyntheticRuns.Full(run);
        (string Column, string File)[] named =
        [
            .. Regex.Matches(Written(run).Replace("\\", "", StringComparison.Ordinal), @"\b([a-z0-9]+_[a-z0-9_]+|reason) in ([a-z]+\.csv)")
                .Select(m => (m.Groups[1].Value, m.Groups[2].Value)).Distinct(),
        ];

        Assert.Contains(("verdict_reasons", Tables.Results.FileName), named);
        Assert.Contains(("reason", Tables.Chance.FileName), named);
        Assert.All(named, n => Assert.Contains(n.Column, Tables.All.Single(t => t.FileName == n.File).Columns.Select(c => c.Name)));
    }

    /// <summary>Three valid repeats, two whose CPUs were slower than usual (limited, invalid), one limited by itself, one skipped.</summary>
    private static RunFolder CanaryRun()
    {
        ResultRow row = RunFolder.Row("single", 2) with { CanaryRoundsPerUs = 900 };
        ResultRow slow = row with { ConnectionsPerS = 60, CanaryRoundsPerUs = 600 };
        return new RunFolder().AddRepeats(row, 100, 101, 102)
            .Add(slow with { Repeat = 4 })
            .Add(RunFolder.Judged(slow with { Repeat = 5 }, VerdictRules.TooFewCpus))
            .Add(slow with { Repeat = 6 })
            .Add(row with { Repeat = 7, CanaryRoundsPerUs = null, Failure = ResultRow.SkippedPrefix + "no right" });
    }

    private static VerdictCounts CountedInTable(RunFolder run)
    {
        IReadOnlyList<Core.Results.ResultRow> rows = Tables.Results.Read(run.Path);
        int Count(Grade grade) => rows.Count(r => !r.IsSkipped && r.Grade == grade);
        return new VerdictCounts(Count(Grade.Ok), Count(Grade.Limited), Count(Grade.Invalid), rows.Count(r => r.IsSkipped));
    }

    private static FirstScreen ScreenOf(RunFolder run, bool write = true)
    {
        Analysis.RunAnalysis known = write ? run.Read() : new(RunData.Read(run.Path));
        return FirstScreens.Of(known, Report.Find(known));
    }

    private static string Written(RunFolder run)
    {
        if (!File.Exists(Path.Combine(run.Path, RunFiles.Manifest)))
        {
            run.Write();
        }

        return File.ReadAllText(Report.Write(run.Path, TextWriter.Null).Markdown);
    }
}
