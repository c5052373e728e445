using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Bench.Tests;

public sealed class CapacitiesTests
{
    private static readonly Cell Closed = Cell.Blank with { Server = new ServerSettings { Variant = Variant.Shared, Workers = 2 } };

    private static readonly Cell Open = Closed with
    {
        Experiment = Experiment.Latency,
        Load = Closed.Load with { RatePercent = 70, Connections = 256, Duration = Core.Units.Duration.FromSeconds(3) },
    };

    private static readonly Cell OpenOfOther = Open with { Server = Open.Server with { Variant = Variant.Reuseport } };

    [Fact]
    public void The_best_server_sets_the_rate_of_all_that_are_compared()
    {
        Cell slower = Closed with { Server = Closed.Server with { Variant = Variant.Single } };
        Capacities capacities = Of(Closed, slower, Open, OpenOfOther);
        Take(capacities, Closed, 900, 1000, 1100);
        Take(capacities, slower, 500, 2000, 600);
        Assert.Equal((700, 700), (capacities.WithRate(Open)!.Load.Rate, capacities.WithRate(OpenOfOther)!.Load.Rate));
        MeasuredCapacity known = Assert.Single(capacities.Fixed);
        Assert.Equal((1000, 3, Closed.Id, false), (known.Rps, known.Repeats, known.CellId, known.IsLowerBound));
    }

    [Fact]
    public void A_capacity_stays_once_it_is_used_and_a_run_that_goes_on_has_the_same()
    {
        Capacities capacities = Of(Closed, Open);
        Take(capacities, Closed, 1000);
        Assert.Equal(700, capacities.WithRate(Open)!.Load.Rate);
        Take(capacities, Closed, 5000, 5000);
        Assert.Equal(700, capacities.WithRate(Open)!.Load.Rate);
        Assert.Equal(700, new Capacities([new(Closed, 1), new(Open, 1)], capacities.Fixed).WithRate(Open)!.Load.Rate);
    }

    [Fact]
    public void Invalid_repeats_make_a_lower_bound_and_only_where_there_is_no_other()
    {
        Capacities capacities = Of(Closed, Open);
        capacities.Take(Row(Closed, 3000) with { Grade = Grade.Invalid });
        Assert.True(Of(Closed, Open) is var other && other.WithRate(Open) is null);
        Assert.Equal(2100, capacities.WithRate(Open)!.Load.Rate);
        Assert.True(Assert.Single(capacities.Fixed).IsLowerBound);

        capacities = Of(Closed, Open);
        capacities.Take(Row(Closed, 3000) with { Grade = Grade.Invalid });
        capacities.Take(Row(Closed, 1000));
        capacities.Take(Row(Closed, 9000) with { Failure = "it fell over" });
        Assert.Equal(700, capacities.WithRate(Open)!.Load.Rate);
    }

    [Fact]
    public void Other_work_has_another_capacity()
    {
        Cell heavy = Closed with { Server = Closed.Server with { ServiceTime = ServiceTime.Parse("1ms", "service-time") } };
        Capacities capacities = Of(Closed, heavy, Open);
        Take(capacities, heavy, 100);
        Assert.Null(capacities.WithRate(Open));
    }

    [Fact]
    public void A_matrix_without_a_closed_loop_gets_one_for_each_server_and_no_second_time()
    {
        Matrix matrix = new("m", "", null, [new(Open, 5), new(OpenOfOther, 2)], Semantics: false);
        Matrix complete = Capacities.Complete(matrix);
        Assert.Equal([5, 2, 3, 2], complete.Cells.Select(c => c.Repeats));
        Assert.All(complete.Cells.Skip(2), c => Assert.Equal((Experiment.Throughput, LoadShape.Closed), (c.Cell.Experiment, c.Cell.Load.Load)));
        Assert.Equal(complete.Cells, Capacities.Complete(complete).Cells);
        Matrix own = matrix with { Cells = [.. matrix.Cells, new(Closed, 4)] };
        Assert.Same(own, Capacities.Complete(own));
    }

    [Fact]
    public void Capacities_are_measured_before_any_rate_that_needs_them()
    {
        MatrixCell[] cells = [new(Open, 7), new(Closed, 7), new(Closed with { Driver = Driver.Nbomber }, 7)];
        PlannedRepeat[] plan = [.. RunPlan.Interleave(cells, seed: 3).Repeats];
        Assert.Equal(21, plan.Distinct().Count());
        Assert.All(plan.Take(Capacities.Repeats), r => Assert.Equal(Closed, r.Cell));
    }

    private static Capacities Of(params Cell[] cells) => new(cells.Select(c => new MatrixCell(c, 3)), []);

    private static void Take(Capacities capacities, Cell cell, params double[] rates)
    {
        foreach (double rate in rates)
        {
            capacities.Take(Row(cell, rate));
        }
    }

    private static ResultRow Row(Cell cell, double rps) => new() { CellId = cell.Id, Cell = cell, ThroughputRps = rps };
}
