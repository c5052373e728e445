using System.Text.Json;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Topics.Expectations;

namespace ReuseBench.Reports.Tests;

/// <summary>Thresholds of the user's, held against a run.</summary>
public sealed class ExpectationTests
{
    [Theory]
    [InlineData("connections_per_s > 100", ExpectationStanding.Pass, 101)]
    [InlineData("connections_per_s > 101", ExpectationStanding.Fail, 101)]
    public void The_median_of_the_valid_repeats_is_held_against_it(string text, ExpectationStanding standing, double value)
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 99, 101, 180);

        ExpectationResult result = Held(run, text);

        Assert.Equal(standing, result.Standing);
        Assert.Equal((value, 3), (Assert.Single(result.Cells).Value, result.Cells[0].Repeats));
    }

    [Fact]
    public void Of_failures_one_repeat_is_enough()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 99, 101)
            .Add(RunFolder.Row("single", 2, repeat: 3) with { ErrorsReset = 2, ErrorsTimeout = 1 });

        Assert.Equal((ExpectationStanding.Fail, 3.0), (Held(run, "errors = 0").Standing, Held(run, "errors = 0").Cells[0].Value));
        Assert.Equal(ExpectationStanding.Pass, Held(run, "errors < 4").Standing);
        Assert.Equal(ExpectationStanding.Pass, Held(run, "errors_refused = 0").Standing);
    }

    [Fact]
    public void A_failure_counts_though_its_repeat_is_invalid_and_a_stall_takes_no_count_away()
    {
        using RunFolder failed = new RunFolder().Add(RunFolder.Judged(RunFolder.Row("single", 2), VerdictRules.ManyErrors) with { ErrorsReset = 900 });
        using RunFolder stalled = new RunFolder().AddRepeats(RunFolder.Judged(RunFolder.Row("single", 2), VerdictRules.GeneratorStalled), 99);

        Assert.Equal((ExpectationStanding.Fail, 900.0), (Held(failed, "errors = 0").Standing, Held(failed, "errors = 0").Cells[0].Value));
        Assert.Equal(ExpectationStanding.Undecided, Held(failed, "errors_refused = 0").Standing);
        Assert.Equal(ExpectationStanding.Pass, Held(stalled, "errors = 0").Standing);
    }

    [Fact]
    public void Of_what_is_invalid_nothing_can_be_said()
    {
        ResultRow stolen = RunFolder.Judged(RunFolder.Row("single", 2), VerdictRules.HeavyCpuSteal);
        using RunFolder run = new RunFolder().AddRepeats(stolen, 1, 2, 3).AddRepeats(RunFolder.Row("reuseport", 2), 100, 100, 100);

        ExpectationResult result = Held(run, "connections_per_s > 50");

        Assert.Equal(ExpectationStanding.Undecided, result.Standing);
        Assert.Contains(result.Cells, c => c.Why == "more than half of its repeats are invalid: cpu-steal-heavy");
        // What fails for certain fails, whatever cannot be said of others.
        Assert.Equal(ExpectationStanding.Fail, Held(run, "connections_per_s > 500").Standing);
        Assert.Equal(ExpectationStanding.Undecided, Held(run, "gap_ms < 50").Standing);
    }

    [Fact]
    public void A_ratio_is_of_medians_under_equal_conditions()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 2), 110, 120, 130).AddRepeats(RunFolder.Row("single", 2), 99, 100, 101)
            .AddRepeats(RunFolder.Row("single", 4), 10, 10, 10).AddRepeats(RunFolder.Row("shared", 2, accept: "epoll-exclusive"), 60, 60, 60);

        ExpectationResult result = Held(run, "ratio: reuseport/single > 1.1");

        Assert.Equal((ExpectationStanding.Pass, 1.2), (result.Standing, Assert.Single(result.Cells).Value!.Value));
        Assert.Equal(ExpectationStanding.Fail, Held(run, "ratio: reuseport/single > 1.3").Standing);
        Assert.Equal(0.5, Held(run, "ratio: shared-epoll-exclusive/reuseport < 1").Cells[0].Value);
        Assert.Equal(ExpectationStanding.Undecided, Held(run, "ratio latency_p99_us reuseport/single < 1").Standing);
    }

    [Fact]
    public void Each_restart_counts()
    {
        ResultRow row = RunFolder.Row("reuseport", 1) with
        { Experiment = "restart", RestartMethod = "handoff", RestartStop = "graceful", RestartLoad = "idle" };
        using RunFolder run = new RunFolder().Add(row).AddRestart(row, 1, 40).AddRestart(row, 2, 60).AddRestart(row, 3, 70);

        Assert.Equal((ExpectationStanding.Fail, 60.0), (Held(run, "gap_ms < 50").Standing, Held(run, "gap_ms < 50").Cells[0].Value));
    }

    [Fact]
    public void Report_findings_and_terminal_say_the_same()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 99, 101, 180);
        run.Manifest = run.Manifest with { Expect = ["connections_per_s > 100", "errors == 1", "gap_ms < 50"] };
        run.Write();

        ReportPaths paths = Report.Write(run.Path, TextWriter.Null);

        Assert.Equal(
            [ExpectationStanding.Pass, ExpectationStanding.Fail, ExpectationStanding.Undecided], paths.Expectations.Select(e => e.Standing));
        Assert.Equal(
            ["✓ expect connections_per_s > 100: pass, all 1 cell: 101", "✗ expect errors == 1: fail, 1 of 1 cell: single, 2 workers 0",
                "? expect gap_ms < 50: cannot be decided, no cell has it"],
            paths.Expectations.Select(ExpectationTopic.Line));
        Assert.Equal(
            ["pass", "fail", "undecided"],
            JsonDocument.Parse(File.ReadAllText(paths.Findings)).RootElement.GetProperty("findings").EnumerateArray()
                .Where(f => f.GetProperty("topic").GetString() == "expectations").Select(f => f.GetProperty("claim").GetString()));
        string markdown = File.ReadAllText(paths.Markdown);
        Assert.Contains("## Do the thresholds hold?", markdown, StringComparison.Ordinal);
        Assert.Contains("errors == 1: fail (single, 2 workers)", markdown.Replace("\\", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_repeat_has_its_grade_of_all_and_of_what_it_is_for()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Judged(RunFolder.Row("single", 2), VerdictRules.GeneratorStalled), 1)
            .Add(RunFolder.Row("reuseport", 2) with { VerdictReasons = "failed", Verdict = "invalid", Failure = ResultRow.SkippedPrefix + "no right" });

        Assert.Equal([new RepeatGrade(Grade.Invalid, Grade.Ok)], Report.Write(run.Write().Path, TextWriter.Null).Repeats);
    }

    private static ExpectationResult Held(RunFolder run, string text)
    {
        foreach (string file in Directory.GetFiles(run.Path))
        {
            File.Delete(file);
        }

        return ExpectationResult.Of(Expectation.Parse(text), run.Read().Cells);
    }
}
