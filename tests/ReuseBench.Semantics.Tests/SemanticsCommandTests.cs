using ReuseBench.Core;
using ReuseBench.Core.Results;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Output;

namespace ReuseBench.Semantics.Tests;

public sealed class SemanticsCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("semantics").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_case_alone_prints_its_system_calls_in_order()
    {
        string text = Run(new SemanticsOptions { Case = "tcp/same/time-wait/none+reuseaddr" });
        string[] steps = ["bind(first", "listen(first", "connect(client", "accept(first)", "shutdown(connection", "close(client)", "is in TimeWait",
            "SO_REUSEADDR, 1", "bind(second"];
        int at = 0;
        Assert.All(steps, step =>
        {
            at = text.IndexOf(step, at, StringComparison.Ordinal);
            Assert.True(at >= 0, $"no '{step}' where it belongs in:\n{text}");
        });
        Assert.Contains("# happened:  bind EADDRINUSE", text, StringComparison.Ordinal);
        Assert.Contains("# predicted: bind EADDRINUSE", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_says_why_in_two_or_three_sentences()
    {
        string text = Run(new SemanticsOptions { Explain = "tcp/same/listening/reuseaddr+reuseaddr" });
        Assert.Contains("fails with EADDRINUSE", text, StringComparison.Ordinal);
        Assert.Contains("the other one listens", text, StringComparison.Ordinal);
        Assert.Contains("socket(7)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void List_names_every_case() =>
        Assert.Equal(CaseMatrix.Enumerate().Cases.Count, Run(new SemanticsOptions { List = true }).Trim().Split('\n').Length);

    [Fact]
    public void Case_and_explain_exclude_each_other() =>
        Assert.Throws<UsageException>(() => Run(new SemanticsOptions { Case = "a", Explain = "b" }));

    [Fact]
    public void A_file_that_cannot_be_written_is_one_line_of_advice()
    {
        UsageException e = Assert.Throws<UsageException>(
            () => Run(new SemanticsOptions { Csv = Path.Combine(_folder, "missing", "semantics.csv") }));
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void The_experiment_leaves_every_claim_and_case_in_semantics_csv_and_replaces_an_older_one()
    {
        string path = Path.Combine(_folder, Tables.Semantics.FileName);
        File.WriteAllText(path, "old");
        SemanticsResult result = SemanticsExperiment.Run(_folder, "run-1", CancellationToken.None);
        IReadOnlyList<SemanticsRow> rows = TableFile.Read<SemanticsRow>(path);
        Assert.Equal(result.Outcomes.Count, rows.Count(r => r.Kind == "case"));
        Assert.Equal(result.Claims.Count, rows.Count(r => r.Kind == "claim"));
        Assert.Equal(result.SocketApi.Count, rows.Count(r => r.Kind == "dotnet"));
        Assert.All(rows, r => Assert.Equal("run-1", r.RunId));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void The_summary_has_claims_first_and_folds_what_agrees()
    {
        string text = Run(new SemanticsOptions());
        Assert.StartsWith("Claims\n", text, StringComparison.Ordinal);
        Assert.Contains("tcp: same, wildcard,", text, StringComparison.Ordinal);
        Assert.Contains("cases tried; model and kernel differ in 0", text, StringComparison.Ordinal);
        Assert.InRange(text.Split('\n').Length, 100, 500);
    }

    private static string Run(SemanticsOptions options)
    {
        using StringWriter output = new() { NewLine = "\n" };
        Assert.Equal(0, SemanticsCommand.Run(options, output));
        return output.ToString();
    }
}
