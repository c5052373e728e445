using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;

namespace ReuseBench.Bench.Tests;

/// <summary>A matrix of 20,000 cells, from its file to the order in which they are measured. How long it takes is in docs/RELIABILITY.md.</summary>
public sealed class LargePlanTests : IDisposable
{
    private const int Connections = 100;

    private readonly string _file = Path.Combine(Path.GetTempPath(), "reusebench-large-" + Path.GetRandomFileName() + ".yaml");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Each_of_twenty_thousand_cells_is_planned_and_named_once()
    {
        (Matrix matrix, RunPlan plan) = Plan(20_000);
        Assert.Equal(20_000, matrix.Cells.Count);
        Assert.Equal(20_000, matrix.Cells.Select(c => c.Cell.Id).Distinct().Count());
        Assert.Equal(40_000, plan.Repeats.Select(r => (r.Cell.Id, r.Repeat)).Distinct().Count());
        Assert.Equal(20_000, plan.Repeats.Take(20_000).Select(r => r.Cell.Id).Distinct().Count());

        RepeatLabels labels = RepeatLabels.Of(plan);
        Assert.Equal(40_000, plan.Repeats.Select(labels.Of).Distinct().Count());
        Assert.Equal(40_000, SideBySide.Groups(plan.Repeats, isolated: true).Sum(group => group.Count));

        HashSet<(string, int)> measured = [.. plan.Repeats.Take(39_999).Select(r => (r.Cell.Id, r.Repeat))];
        Assert.Equal(plan.Repeats[^1], Assert.Single(plan.Without(measured).Repeats));
    }

    /// <summary>Counted in bytes, since a clock says what else the host did: ten times the cells take ten times as many, not a hundred times.</summary>
    [Fact]
    public void What_planning_takes_grows_with_the_cells()
    {
        _ = BytesFor(200);
        long few = BytesFor(2_000);
        Assert.InRange(BytesFor(20_000), 5 * few, 14 * few);
    }

    private long BytesFor(int cells)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        (_, RunPlan plan) = Plan(cells);
        RepeatLabels labels = RepeatLabels.Of(plan);
        foreach (IReadOnlyList<PlannedRepeat> group in SideBySide.Groups(plan.Repeats, isolated: true))
        {
            _ = labels.Of(group[0]);
            _ = plan.Estimate;
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private (Matrix Matrix, RunPlan Plan) Plan(int cells)
    {
        File.WriteAllText(_file, $$"""
            name: large
            repeats: 2
            groups:
              - variant: reuseport
                workers: 2
                connections: [{{string.Join(", ", Enumerable.Range(1, Connections))}}]
                backlog: [{{string.Join(", ", Enumerable.Range(1, cells / Connections))}}]
            """);
        Matrix matrix = Capacities.Complete(MatrixReader.Read(_file, new HostSize(2, 1)));
        return (matrix, RunPlan.Interleave(matrix.Cells, seed: 1));
    }
}
