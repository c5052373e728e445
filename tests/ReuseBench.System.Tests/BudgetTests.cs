using System.Text.Json.Nodes;
using ReuseBench.Core.Results;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

public sealed class BudgetTests
{
    private const string Matrix = """
        name: budget
        description: two ways to listen, as alike as can be
        defaults: {warmup: 50ms, duration: 200ms, timeout: 2s, connect_timeout: 2s, connections: 8}
        groups:
          - {variant: [shared, reuseport], workers: 1, workload: keepalive, service_time: 50us}
        """;

    /// <summary>How many rounds there is time for is the host's matter.</summary>
    [Fact]
    [Trait("needs", "quiet")]
    public void Rounds_go_on_beyond_the_repeats_of_the_matrix_and_the_manifest_says_what_was_taken() =>
        BusyHost.OneOf(RepeatsWithinABudget, repeats => Assert.InRange(repeats.Max(), 2, 21), attempts: 2);

    private static int[] RepeatsWithinABudget()
    {
        using TestFolder folder = new();
        string run = folder.At("run");
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "run", "--matrix", WriteTo(folder), "--budget", "20s", "--out", run);
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        ResultRow[] rows = [.. TableFile.Read<ResultRow>(Path.Combine(run, Tables.Results.FileName))];
        int[] repeats = [.. rows.GroupBy(r => r.CellId).Select(g => g.Count())];
        Assert.Equal(2, repeats.Length);
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(run, RunFiles.Manifest)))!;
        Assert.Equal((20, 5, "complete"), ((double)manifest["budget_s"]!, (int)manifest["looks"]!, (string)manifest["status"]!));
        Assert.Equal(repeats.Sum(), manifest["cells"]!.AsArray().Sum(c => (int)c!["repeats"]!));
        Assert.Contains("comparison", outcome.Output, StringComparison.Ordinal);
        return repeats;
    }

    [Theory]
    [InlineData("1s", "budget: 1s does not hold two rounds of this matrix")]
    [InlineData("soon", "budget: 'soon' is not a duration")]
    public void A_budget_that_allows_no_comparison_is_refused(string budget, string says)
    {
        using TestFolder folder = new();
        Outcome outcome = ProgramInProcess.Run("run", "--matrix", WriteTo(folder), "--budget", budget, "--out", folder.At("run"));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(says, outcome.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("run")));
    }

    private static string WriteTo(TestFolder folder)
    {
        string path = folder.At("budget.yaml");
        File.WriteAllText(path, Matrix);
        return path;
    }
}
