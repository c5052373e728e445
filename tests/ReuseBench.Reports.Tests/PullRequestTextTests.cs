using ReuseBench.Core.Verdicts;

namespace ReuseBench.Reports.Tests;

public sealed class PullRequestTextTests
{
    [Fact]
    public void It_says_what_came_out_how_far_it_is_valid_what_was_missed_and_how_to_repeat_it()
    {
        using RunFolder run = new();
        run.Manifest = run.Manifest with
        {
            Expect = ["connections_per_s > 1", "connections_per_s > 1000000"],
            Arguments = ["run", "full", "--set", "backlog=128|4096", "--out", "/tmp/x", "--junit=j.xml", "--github"],
        };
        run.AddRepeats(RunFolder.Row("single", 2), 100, 101, 99);
        run.Add(RunFolder.Judged(RunFolder.Row("shared", 2) with { ConnectionsPerS = 50, ThroughputRps = 50 }, VerdictRules.ClientSaturated));

        string text = Written(run);

        Assert.StartsWith("### ", text, StringComparison.Ordinal);
        Assert.Contains("| single | 2 | 3 | 100 connections/s |", text, StringComparison.Ordinal);
        Assert.Contains("Verdicts of 4 repeats: 3 valid, 1 invalid.", text, StringComparison.Ordinal);
        Assert.Contains("Thresholds: 0 of 2 hold.", text, StringComparison.Ordinal);
        Assert.Contains("- ✗ expect connections\\_per\\_s \\> 1000000: fail", text, StringComparison.Ordinal);
        Assert.EndsWith("```\nreusebench run full --set 'backlog=128|4096' --seed 7\n```\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("restart gap", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_in_it_becomes_markup_and_a_run_of_any_size_is_a_screen()
    {
        using RunFolder run = new();
        run.Manifest = run.Manifest with
        {
            Arguments = ["run", "```\n# x", "it's", "<script>"],
            Host = run.Manifest.Host with { CpuModel = "<script>|[x](y)" },
        };
        for (int workers = 1; workers <= 60; workers++)
        {
            run.AddRepeats(RunFolder.Row("single", workers), 100 + workers, 101, 99);
        }

        string text = Written(run);

        Assert.DoesNotContain("<script", text.Split("\n````")[0].Replace("\\<", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("\n# x", text, StringComparison.Ordinal);
        Assert.EndsWith("\n````\nreusebench run '```?# x' 'it'\\''s' '<script>' --seed 7\n````\n", text, StringComparison.Ordinal);
        Assert.Contains("40 more cells with such figures in the report.", text, StringComparison.Ordinal);
        Assert.InRange(text.Split('\n').Length, 25, 60);
    }

    [Fact]
    public void Every_experiment_has_rows_in_it_and_a_column_that_none_of_them_has_is_left_out()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 776, 777, 778);
        for (int workers = 1; workers <= 30; workers++)
        {
            ResultRow row = RunFolder.Row("restart", workers) with { Experiment = "restart", RestartMethod = "handoff", CellId = $"r{workers}" };
            run.Add(row);
            if (workers == 30)
            {
                run.AddRestart(row, 1, 305); // stands behind the twenty rows that are shown
            }
        }

        string text = Written(run);

        Assert.Contains("| single | 2 | 3 | 777 connections/s |", text, StringComparison.Ordinal);
        Assert.Contains("11 more cells with such figures in the report.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("| restart gap |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_matrix_from_standard_input_is_asked_for_again()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 101, 99);
        run.Manifest = run.Manifest with { Arguments = ["run", "--matrix", "-"] };
        ReportPaths paths = Report.Write(run.Write().Path, TextWriter.Null);
        Assert.All(new[] { paths.PullRequest, paths.Markdown }, path => Assert.Contains(
            "The matrix came from standard input; give it there again:", File.ReadAllText(path), StringComparison.Ordinal));
    }

    private static string Written(RunFolder run) => File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).PullRequest);
}
