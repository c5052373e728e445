using System.Text.Json;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Shared;

namespace ReuseBench.Reports.Tests;

public sealed class FindingsJsonTests
{
    [Fact]
    public void A_ranking_is_there_with_its_cells_figures_test_effect_and_restrictions()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Judged(RunFolder.Row("reuseport", 2), VerdictRules.TooFewCpus), 200, 201, 202, 203, 204, 205)
            .AddRepeats(RunFolder.Row("single", 2), 100, 101, 101, 101, 102, 103);

        JsonElement document = Written(run);
        JsonElement ranking = document.GetProperty("findings")[0];
        JsonElement leader = ranking.GetProperty("estimates")[0];
        JsonElement behind = ranking.GetProperty("estimates")[1];

        Assert.Equal(1, document.GetProperty("schema_version").GetInt32());
        Assert.Equal(RunFolder.RunId, document.GetProperty("run_id").GetString());
        Assert.Equal(("throughput", "ranking", "connections_per_s", "separated"),
            (Text(ranking, "topic"), Text(ranking, "kind"), Text(ranking, "metric"), Text(ranking, "claim")));
        Assert.Equal("connect, closed loop, 64 connections", Text(ranking, "conditions"));
        Assert.Equal(("leader", "limited", 202.5, 200, 205), (Text(leader, "standing"), Text(leader, "grade"), Number(leader, "value"),
            Number(leader, "low"), Number(leader, "high")));
        Assert.Equal((6, "connections/s", "95 % interval"), (leader.GetProperty("repeats").GetInt32(), Text(leader, "unit"), Text(leader, "interval")));
        Assert.Equal(("behind", 101), (Text(behind, "standing"), Number(behind, "value")));
        Assert.Equal(("max_t_permutation", 0.05), (Text(ranking.GetProperty("test"), "name"), Number(ranking.GetProperty("test"), "alpha")));
        Assert.InRange(Number(ranking.GetProperty("test"), "p"), 1 / 32.0, 0.05);
        Assert.Equal(0.5, Number(ranking.GetProperty("effect"), "value"), 0.01);
        Assert.InRange(Number(ranking.GetProperty("effect"), "low"), 0.45, 0.5);
        Assert.InRange(Number(ranking.GetProperty("effect"), "high"), 0.5, 0.55);
        Assert.Equal((1, 0.5), (Number(leader, "ratio_to_best"), Math.Round(Number(behind, "ratio_to_best"), 2)));
        Assert.InRange(Number(behind, "ratio_low"), 0.45, 0.5);
        Assert.Equal(Text(leader, "cell_id"), Text(ranking.GetProperty("effect"), "from"));
        Assert.Equal(["too-few-cpus"], ranking.GetProperty("restrictions").EnumerateArray().Select(r => r.GetString()));
    }

    [Fact]
    public void A_gap_that_is_only_a_bound_says_so()
    {
        ResultRow row = RunFolder.Row("restart", 1) with { Experiment = "restart", RestartMethod = "handoff" };
        using RunFolder run = new RunFolder().Add(row).AddRestart(row, 1, 0.5);

        JsonElement gap = Written(run).GetProperty("findings")[0].GetProperty("estimates")[0];

        Assert.Equal(("below", 1, "ms"), (Text(gap, "bound"), Number(gap, "value"), Text(gap, "unit")));
    }

    [Fact]
    public void Every_claim_is_documented()
    {
        string page = File.ReadAllText(Repository.At("docs", "CI.md"));
        foreach (Action<RunFolder> fill in (Action<RunFolder>[])[SyntheticRuns.Full, SyntheticRuns.Smoke, SyntheticRuns.AllInvalid])
        {
            using RunFolder run = new();
            fill(run);
            run.Manifest = run.Manifest with { Expect = ["throughput_rps > 1", "errors = 0", "gap_ms < 0.1"] };
            IEnumerable<string> claims = Written(run).GetProperty("findings").EnumerateArray().Select(f => Text(f, "claim")!).Distinct();
            Assert.All(claims, claim => Assert.Contains($"`{claim}`", page, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Without_a_finding_the_list_is_empty()
    {
        using RunFolder run = new();
        Assert.Equal(0, Written(run).GetProperty("findings").GetArrayLength());
    }

    [Fact]
    public void Where_no_attempt_failed_nothing_is_said_to_be_lost()
    {
        ResultRow row = RunFolder.Row("restart", 1) with { Experiment = "restart", RestartMethod = "handoff" };
        RestartRow kept = new()
        {
            RunId = RunFolder.RunId,
            CellId = row.CellId,
            Repeat = 1,
            Restart = 1,
            RestartMethod = Core.Cells.RestartMethod.Handoff,
            Status = RestartStatus.Measured,
            GapMs = 0.2,
            GapBound = GapBound.Exact,
            GapUncertaintyMs = 1.1,
            Attempts = 100,
        };
        using RunFolder run = new RunFolder().Add(row).AddRestart(kept);

        Said said = Assert.Single(Said.In(run));

        Assert.Equal("nothing_lost", said.Finding.Claim);
        Assert.Equal(("none_of", 0.95), (said.Finding.Test!.Name, said.Finding.Test.Statistic!.Value));
        Assert.Contains("nothing lost (resolution 1.1 ms); 0 of 1 restart lost any: at most 95 % do (95 %)", said.Text, StringComparison.Ordinal);
    }

    /// <summary>An accept-only probe has none of that table's figures: its row would be dashes. The terminal has a table of its own for it.</summary>
    [Fact]
    public void What_is_of_no_throughput_latency_or_gap_is_in_no_row_but_in_a_table_of_its_own()
    {
        ResultRow probe = RunFolder.Row("reuseport", 2) with { Experiment = "affinity", Driver = "accept-only", CellId = "a" };
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 101, 102).Add(probe)
            .AddAffinity(probe, "added", 0.5, 1000, 500);
        Analysis.RunAnalysis known = run.Read();

        Summary summary = Summary.Of(known, Report.Find(known));

        Assert.Equal("single", Assert.Single(summary.Rows).Variant);
        Assert.Contains(summary.Tables, t => t.Rows.Any(r => r.Texts.Contains("50.0 %")));
    }

    [Fact]
    public void Cells_of_an_experiment_that_no_topic_shows_have_every_metric_in_a_table()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("reuseport", 2), 100, 102, 104);
        Analysis.RunAnalysis known = run.Read();

        Document.Section section = Assert.Single(new Topics.Other.OtherTopic([]).Sections(
            new Topics.TopicMaterial(known, Array.Empty<Document.Picture>().ToLookup(_ => ""))));
        Document.Table table = Assert.IsType<Document.Table>(Assert.Single(section.Blocks));

        Assert.Equal("Experiment throughput", section.Title);
        Assert.Contains(table.Rows, r => r[0].Text == "connections_per_s" && r[1].Text == "102 (median of 3, min–max 100 to 104)");
        Assert.DoesNotContain(table.Rows, r => r[0].Text is "workers" or "chi2");
        Assert.Empty(new Topics.Other.OtherTopic([Core.Cells.Experiment.Throughput]).Sections(
            new Topics.TopicMaterial(known, Array.Empty<Document.Picture>().ToLookup(_ => ""))));
    }

    [Fact]
    public void A_folder_with_nothing_but_a_manifest_is_said_to_be_empty()
    {
        using RunFolder run = new();
        Assert.True(Report.Write(run.Write().Path, TextWriter.Null).IsEmpty);
        run.Add(RunFolder.Row("reuseport", 2));
        Assert.False(Report.Write(run.Write().Path, TextWriter.Null).IsEmpty);
    }

    private static JsonElement Written(RunFolder run) =>
        JsonDocument.Parse(File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Findings)).RootElement;

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private static double Number(JsonElement of, string name) => of.GetProperty(name).GetDouble();
}
