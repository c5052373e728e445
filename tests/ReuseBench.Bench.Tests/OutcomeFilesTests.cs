using System.Runtime.Versioning;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Verdicts;
using ReuseBench.Linux;
using ReuseBench.Reports;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Render;

namespace ReuseBench.Bench.Tests;

[SupportedOSPlatform("linux")]
public sealed class OutcomeFilesTests
{
    [Fact]
    public void A_missed_threshold_is_an_error_and_one_that_cannot_be_told_a_warning()
    {
        Assert.Equal(
            "::error title=reusebench::5 %25 over%0Athe limit",
            GithubStep.Annotation(new ThresholdCase("expect x", ExpectationStanding.Fail, "5 % over\nthe limit")));
        Assert.StartsWith(
            "::warning ", GithubStep.Annotation(new ThresholdCase("expect x", ExpectationStanding.Undecided, "x")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/nonexistent/j.xml")]
    [InlineData("/tmp")]
    [InlineData("/dev/null")]
    public void A_file_that_cannot_be_written_is_refused_before_anything_is_measured(string path) =>
        Assert.StartsWith("junit: ", Assert.Throws<UsageException>(() => OutcomeFiles.Of(path, github: false)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_device_is_not_replaced_by_a_file()
    {
        UsageException refused = Assert.Throws<UsageException>(() => OutcomeFiles.Of("/dev/null", github: false));
        Assert.Equal("junit: /dev/null is a device or a pipe, and would be replaced; name a regular file", refused.Message);
        Assert.True(File.Exists("/dev/null"));
    }

    [Fact]
    public void A_folder_that_may_not_be_written_to_is_refused_before_anything_is_measured()
    {
        Assert.SkipWhen(UserIds.Effective() == 0, "root may write anywhere");
        string folder = Directory.CreateTempSubdirectory("reusebench-test-").FullName;
        try
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            string path = Path.Combine(folder, "j.xml");
            UsageException refused = Assert.Throws<UsageException>(() => OutcomeFiles.Of(path, github: false));
            Assert.StartsWith($"junit: {path} cannot be written (", refused.Message, StringComparison.Ordinal);
            Assert.False(refused.IsOfHost);
        }
        finally
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.Delete(folder);
        }
    }

    [Fact]
    public void The_file_of_the_run_before_is_gone_before_anything_is_measured()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, "old");
        Assert.Equal(path, OutcomeFiles.Of(path, github: false).Junit);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_step_is_told_where_the_runner_names_a_file_for_it()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            new GithubStep(path).Append("one");
            new GithubStep(path).Append("two");
            Assert.Equal("one\ntwo\n", File.ReadAllText(path));
        }
        finally
        {
            File.Delete(path);
        }

        UsageException refused = Assert.Throws<UsageException>(() => new GithubStep("/nonexistent/x").Append("one"));
        Assert.StartsWith("github: /nonexistent/x cannot be written", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_grade_from_which_on_a_run_fails_is_a_case_and_of_half_a_run_none_is_told()
    {
        ReportPaths paths = new("", "", "", [])
        {
            Summary = new Summary([]) { First = new FirstScreen("", "", [], [], new VerdictCounts(0, 0, 0, 0)) },
            RunId = "r",
            PullRequest = "",
            Repeats = [new RepeatGrade(Grade.Limited, Grade.Ok), new RepeatGrade(Grade.Ok, Grade.Ok)],
        };

        RunThresholds thresholds = RunThresholds.Of(paths, Grade.Limited);
        Assert.Equal(
            new ThresholdCase("fail-on limited", ExpectationStanding.Fail, "fail-on limited: 1 of 2 repeats"), Assert.Single(thresholds.Cases));
        Assert.Equal(ExpectationStanding.Pass, Assert.Single(RunThresholds.Of(paths, Grade.Invalid).Cases).Standing);
        Assert.Equal(ExpectationStanding.Undecided, Assert.Single(thresholds.WithoutEnd().Cases).Standing);
        Assert.Empty(RunThresholds.Of(paths, null).Cases);
    }
}
