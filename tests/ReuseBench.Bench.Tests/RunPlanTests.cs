using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Tests;

public sealed class RunPlanTests
{
    private static readonly MatrixCell[] Cells =
    [
        .. Enumerable.Range(1, 10).Select(workers =>
            new MatrixCell(Cell.Blank with { Server = new ServerSettings { Workers = workers } }, workers <= 5 ? 3 : 2)),
    ];

    [Fact]
    public void Every_repeat_of_every_cell_is_planned_once()
    {
        RunPlan plan = RunPlan.Interleave(Cells, seed: 1);
        Assert.Equal(25, plan.Repeats.Count);
        Assert.Equal(25, plan.Repeats.Distinct().Count());
    }

    [Fact]
    public void No_second_repeat_comes_before_every_first_one()
    {
        int[] repeats = [.. RunPlan.Interleave(Cells, seed: 1).Repeats.Select(r => r.Repeat)];
        Assert.Equal(repeats.Order(), repeats);
    }

    [Fact]
    public void The_order_follows_the_seed()
    {
        Assert.Equal(RunPlan.Interleave(Cells, seed: 7).Repeats, RunPlan.Interleave(Cells, seed: 7).Repeats);
        Assert.NotEqual(RunPlan.Interleave(Cells, seed: 7).Repeats, RunPlan.Interleave(Cells, seed: 8).Repeats);
        Assert.NotEqual(Cells.Select(c => c.Cell.Id), RunPlan.Interleave(Cells, seed: 7).Repeats.Take(10).Select(r => r.Cell.Id));
    }

    [Fact]
    public void What_is_measured_already_is_not_planned_again()
    {
        RunPlan plan = RunPlan.Interleave(Cells, seed: 1);
        PlannedRepeat done = plan.Repeats[3];
        RunPlan rest = plan.Without(new HashSet<(string, int)> { (done.Cell.Id, done.Repeat) });
        Assert.Equal(plan.Repeats.Where(r => r != done), rest.Repeats);
    }
}
