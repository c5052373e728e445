using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Topics;
using ReuseBench.Reports.Topics.Varied;

namespace ReuseBench.Reports.Tests;

public sealed class VariedTopicTests
{
    [Fact]
    public void A_setting_that_a_run_varies_alone_is_ranked_over_its_values()
    {
        using RunFolder run = new RunFolder();
        foreach ((int backlog, double best, long overflows) in new[] { (16, 90.0, 1647L), (128, 190.0, 705L), (4096, 200.0, 0L) })
        {
            run.AddRepeats(
                RunFolder.Row("shared", 1) with { CellId = $"b{backlog}", Backlog = backlog, ListenOverflows = overflows }, best, best + 20, best + 30);
        }

        Said said = Assert.Single(Said.In(run), f => f.Finding is VariedFinding);

        Assert.Equal("Throughput over backlog", said.Topic);
        Assert.Equal("separated", said.Finding.Claim);
        Assert.Equal(
            [("b16", "behind"), ("b128", "not_separated"), ("b4096", "leader")], said.Finding.Estimates.Select(e => (e.CellId, e.Standing!)));
        Assert.Matches(@"highest with backlog 4096, 2\.\d\d × backlog 16 \(95 % .*\); not separated from it: 1\.05 × backlog 128 \(95 % 0\.", said.Text);
        Assert.Contains("highest with backlog 4096", said.Text, StringComparison.Ordinal);
        Assert.Contains("With backlog 16 the accept queue overflowed 1647 times", said.Text, StringComparison.Ordinal);
        Assert.Equal(["Cell", "backlog 16", "backlog 128", "backlog 4096"], said.Figures!.Header);
        Assert.Contains("(705)", Assert.Single(said.Figures.Rows)[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_differs_in_more_than_the_setting_is_not_compared_over_it()
    {
        using RunFolder run = new RunFolder()
            .AddRepeats(RunFolder.Row("shared", 1) with { CellId = "a", Backlog = 16 }, 1, 2, 3)
            .AddRepeats(RunFolder.Row("shared", 2) with { CellId = "b", Backlog = 4096 }, 7, 8, 9);
        Assert.DoesNotContain(Said.In(run), f => f.Finding is VariedFinding);
    }

    [Fact]
    public void Two_questions_that_would_be_alike_name_their_experiments()
    {
        using RunFolder run = new();
        foreach ((string experiment, int backlog) in (IEnumerable<(string, int)>)[("fairness", 16), ("fairness", 4096), ("idle", 16), ("idle", 4096)])
        {
            for (int repeat = 1; repeat <= 3; repeat++)
            {
                run.Add(RunFolder.Row("shared", 2, repeat) with
                {
                    Experiment = experiment,
                    Backlog = backlog,
                    CellId = $"{experiment}-{backlog}",
                    AcceptedMaxOverMean = 1.1 + (0.01 * repeat),
                });
            }
        }

        RunAnalysis known = run.Read();
        TopicMaterial material = new(known, Array.Empty<Picture>().ToLookup(_ => "")) { Found = Report.Find(known) };

        Assert.Equal(
            ["What does backlog change? Connections, max/mean (fairness)", "What does backlog change? Connections, max/mean (idle)"],
            new VariedTopic().Sections(material).Select(s => s.Title));
    }

    [Fact]
    public void Many_comparisons_are_counted_in_one_sentence_and_listed_in_the_table()
    {
        double[] few = [.. Enumerable.Range(100, 9).Select(v => (double)v)];
        double[] many = [.. few.Select(v => v + 100)];
        using RunFolder run = new RunFolder();
        for (int workers = 1; workers <= 6; workers++)
        {
            run.AddRepeats(RunFolder.Row("shared", workers) with { CellId = $"few{workers}", Connections = 16 }, few);
            run.AddRepeats(RunFolder.Row("shared", workers) with { CellId = $"many{workers}", Connections = 64 }, many);
        }

        Said said = Assert.Single(Said.In(run), f => f.Finding is VariedFinding);
        Assert.Equal("6 comparisons over connections, all else equal: highest with connections 64 in 6.", said.Text);
        Assert.Equal(6, said.Figures!.Rows.Count);
    }
}
