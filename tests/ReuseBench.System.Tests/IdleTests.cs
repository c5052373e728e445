using ReuseBench.Core.Results;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

public sealed class IdleTests
{
    /// <summary>
    /// Counts agree in every run. Where who takes a connection depends on who is ready first, a host that holds a worker up decides otherwise in one
    /// run and not in the next: each kernel's order is to show in one of some, and the bounds are such that no other order can give them.
    /// </summary>
    [Theory]
    [Trait("needs", "quiet")]
    [InlineData("variant: reuseport", 1, 50, 79, "the hash binds a third to each: five standard deviations of Binomial(150, 1/3) are 29")]
    [InlineData("variant: shared, accept: epoll-exclusive", 5, 80, 150, "the kernel wakes the same idle worker again and again; by hash or in turn the busiest "
        + "had fewer")]
    [InlineData("variant: shared, accept: blocking", 5, 50, 75, "blocked threads are woken in turn; one that is not yet asleep may take the next one too")]
    [InlineData("variant: single", 1, 50, 50, "one acceptor dispatches them in turn")]
    public void Who_holds_idle_connections_depends_on_who_accepts(string variant, int attempts, long least, long most, string why)
    {
        BusyHost watch = BusyHost.Watch();
        List<long> busiest = [];
        do
        {
            busiest.Add(BusiestOf(variant));
        }
        while (busiest.Count < attempts && !(busiest[^1] >= least && busiest[^1] <= most));

        if (busiest[^1] < least || busiest[^1] > most)
        {
            watch.SkipIfBusyElseFail($"the busiest worker held {string.Join(", then ", busiest)} of 150: {why}");
        }
    }

    [Theory]
    [InlineData("driver: native", "use driver: accept-only")]
    [InlineData("driver: accept-only, rate: 5000", "use up to 500")]
    [InlineData("driver: accept-only", "say how many a second")]
    [InlineData("driver: accept-only, rate: 1, connections: 1000", "arrive for longer than 300s")]
    [InlineData("driver: accept-only, rate: 100, duration: 3s", "duration: 3s has no effect here")]
    public void What_cannot_arrive_one_by_one_is_refused(string settings, string says)
    {
        using TestFolder folder = new();
        string matrix = folder.At("idle.yaml");
        File.WriteAllText(matrix, $"groups:\n  - {{experiment: idle, variant: shared, {settings}}}\n");
        Outcome outcome = ProgramInProcess.Run("run", "--matrix", matrix, "--dry-run");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(says, outcome.Errors, StringComparison.Ordinal);
    }

    /// <summary>Of the swarm: opened one by one and left alone. Counts agree in every run, and nobody takes a window without requests for a failure.</summary>
    [Fact]
    public void A_swarm_opens_idle_connections_one_by_one_and_the_report_says_who_holds_them()
    {
        using TestFolder folder = new();
        string matrix = folder.At("idle.yaml");
        File.WriteAllText(matrix, """
            groups:
              - {experiment: fairness, variant: [single, shared], accept: epoll-exclusive, workers: 3, connections: 60, open_spacing: 5ms, idle: on,
                 warmup: 100ms, duration: 300ms}
            """);
        string results = folder.At("run");
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "run", matrix, "--out", results);

        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        ResultRow[] rows = [.. TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName))];
        Assert.Equal(2, rows.Length);
        Assert.All(rows, row =>
        {
            Assert.True(row.Failure is null, row.Failure);
            Assert.Equal((60, 60), (row.LifeConnectionsClient!.Value, row.LifeConnectionsServer!.Value));
            Assert.Equal((60, 60), (row.LifeResponsesClient!.Value, row.LifeResponsesServer!.Value));
            Assert.True(row.CountsAgree);
            Assert.DoesNotContain("nothing-measured", row.Verdict.Codes, StringComparison.Ordinal);
            Assert.NotNull(row.AcceptedNoneShare);
            Assert.Null(row.ThroughputRps);
        });
        Assert.Equal(1.0, Assert.Single(rows, r => r.Cell.Server.Variant == Core.Cells.Variant.Single).AcceptedMaxOverMean!.Value, 9);
        Assert.Contains("Who holds persistent connections that stay idle?", File.ReadAllText(Path.Combine(results, RunFiles.ReportMarkdown)),
            StringComparison.Ordinal);
        Assert.Contains("idle_connections_held", File.ReadAllText(Path.Combine(results, RunFiles.Findings)), StringComparison.Ordinal);
    }

    /// <returns>How many of 150 the busiest of three workers holds.</returns>
    private static long BusiestOf(string variant)
    {
        using TestFolder folder = new();
        string matrix = folder.At("idle.yaml");
        File.WriteAllText(matrix, $$"""
            name: idle
            description: persistent connections that arrive one by one and stay idle
            groups:
              - {experiment: idle, driver: accept-only, {{variant}}, workers: 3, connections: 150, rate: 400, sources: 127.0.0.2-127.0.0.9, source_plan: random}
            """);
        string results = folder.At("run");
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "run", "--matrix", matrix, "--out", results);

        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        ResultRow result = Assert.Single(TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName)));
        Assert.Null(result.Failure);
        Assert.True(result.CountsAgree);
        FairnessRow[] rows = [.. TableFile.Read<FairnessRow>(Path.Combine(results, Tables.Fairness.FileName))];
        Assert.Equal((150, 150), (rows.Sum(row => row.Accepted), rows.Sum(row => row.ResponsesSeen)));
        Assert.True(File.Exists(Path.Combine(results, "report.html")));
        return rows.Max(row => row.Accepted);
    }
}
