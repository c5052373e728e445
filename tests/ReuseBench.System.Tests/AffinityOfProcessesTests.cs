using ReuseBench.Core.Results;

namespace ReuseBench.SystemTests;

public sealed class AffinityOfProcessesTests
{
    [Fact]
    public void Every_change_of_a_group_of_processes_is_seen_and_follows_the_rule()
    {
        using TestFolder folder = new();
        string matrix = folder.At("processes.yaml");
        File.WriteAllText(matrix, """
            name: processes
            description: a group of three processes and all its changes
            groups:
              - experiment: affinity
                driver: accept-only
                variant: reuseport
                zip: {workers: [3], processes: [3]}
                connections: 300
                sources: 127.0.0.2-127.0.0.9
                source_plan: random
            """);
        string results = folder.At("run");
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "fairness", "--matrix", matrix, "--out", results);

        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        ResultRow result = Assert.Single(TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName)));
        Assert.Null(result.Failure);
        AffinityRow[] rows = [.. TableFile.Read<AffinityRow>(Path.Combine(results, Tables.Affinity.FileName))];
        Assert.Equal(8, rows.Length);
        Assert.All(rows, row => Assert.Equal((3, 3, 0, "x-worker"), (row.Listeners, row.Processes, row.AgainstRule, row.JoinedBy)));
        Assert.All(rows, row => Assert.InRange(row.Tuples, 290, 300));
        Assert.All(rows.Where(r => r.Change is "unchanged" or "rebuilt"), row => Assert.Equal(row.Tuples, row.Kept));

        // Five standard deviations of Binomial(290, 1/2).
        Assert.All(rows, row => Assert.Equal(row.ExpectedShare!.Value, row.KeptShare!.Value, 0.147));

        // By the kernel's count no connection came from elsewhere: 17 rounds of 300, where it may be counted at all.
        Assert.Equal(result.LifeConnectionsClient, result.LifeConnectionsKernel ?? result.LifeConnectionsClient);
    }
}
