using ReuseBench.Bench.Runs;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Bench.Tests;

/// <summary>What the program tells its caller.</summary>
public sealed class ExitCodeTests
{
    private static readonly ExpectationResult NotMeasured = new(Expectation.Parse("gap_ms < 50"), []);

    [Theory]
    [InlineData(false, false, false, false, false, ExitCodes.Success)]
    [InlineData(true, true, true, true, true, ExitCodes.Interrupted)]
    [InlineData(false, true, true, true, true, ExitCodes.Failure)]
    [InlineData(false, false, true, true, true, ExitCodes.NothingValid)]
    [InlineData(false, false, false, true, true, ExitCodes.Threshold)]
    [InlineData(false, false, false, false, true, ExitCodes.NothingValid)]
    public void The_one_that_says_most_wins(bool isInterrupted, bool hasFailed, bool isNothingValid, bool isHit, bool isUndecided, int code) =>
        Assert.Equal(code, ExitCodes.Worst(isInterrupted, hasFailed, isNothingValid, isHit, isUndecided));

    [Fact]
    public void A_run_of_nothing_but_invalid_repeats_has_measured_nothing()
    {
        RunThresholds thresholds = RunThresholds.Of(Paths(new(Grade.Invalid, Grade.Invalid), new(Grade.Invalid, Grade.Invalid)), failOn: null);

        Assert.True(thresholds.IsNothingValid);
        Assert.Equal("nothing valid was measured: of 2 repeats none has a valid figure of what it was measured for", Assert.Single(thresholds.Lines));
        // One whose latency a stall took still has its throughput; and no repeat at all, as of the semantics alone, is none that is invalid.
        Assert.False(RunThresholds.Of(Paths(new(Grade.Invalid, Grade.Invalid), new(Grade.Invalid, Grade.Ok)), failOn: null).IsNothingValid);
        Assert.False(RunThresholds.Of(Paths(), failOn: Grade.Limited).IsNothingValid);
    }

    [Theory]
    [InlineData(Grade.Invalid, true, "fail-on invalid: 1 of 3 repeats")]
    [InlineData(Grade.Limited, true, "fail-on limited: 2 of 3 repeats")]
    public void A_grade_may_be_a_threshold(Grade failOn, bool isHit, string line)
    {
        RunThresholds thresholds = RunThresholds.Of(Paths(new(Grade.Ok, Grade.Ok), new(Grade.Limited, Grade.Ok), new(Grade.Invalid, Grade.Ok)), failOn);

        Assert.Equal(isHit, thresholds.IsHit);
        Assert.Equal(line, Assert.Single(thresholds.Lines));
    }

    [Fact]
    public void What_cannot_be_said_is_no_pass()
    {
        RunThresholds thresholds = RunThresholds.Of(Paths(new RepeatGrade(Grade.Ok, Grade.Ok)) with { Expectations = [NotMeasured] }, failOn: null);

        Assert.True(thresholds.IsUndecided);
        Assert.False(thresholds.IsHit);
        Assert.Equal("expect: 1 of 1 cannot be decided", Assert.Single(thresholds.Lines));
    }

    private static ReportPaths Paths(params RepeatGrade[] repeats) =>
        new("", "", "", [])
        {
            Summary = new Summary([]) { First = new FirstScreen("", "", [], [], new VerdictCounts(0, 0, 0, 0)) },
            RunId = "r",
            PullRequest = "",
            Repeats = repeats,
        };
}
