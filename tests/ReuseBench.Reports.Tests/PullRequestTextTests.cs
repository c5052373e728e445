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
        Assert.Contains("40 more cells in the report.", text, StringComparison.Ordinal);
        Assert.InRange(text.Split('\n').Length, 25, 60);
    }

    private static string Written(RunFolder run) => File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).PullRequest);
}
