using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Experiments.Restarts;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Tests;

public sealed class SideBySideTests
{
    private static readonly PlannedRepeat Other = new(Cell.Blank, 1);

    [Fact]
    public void Long_waits_are_pulled_together_where_the_first_of_them_stands_and_everything_else_is_alone()
    {
        PlannedRepeat[] plan = [Other, Wait(1), Other with { Repeat = 2 }, Wait(2), Wait(3), Wait(4), Wait(5), Other with { Repeat = 3 }];
        string[] groups = [.. SideBySide.Groups(plan, isolated: true).Select(g => string.Join("+", g.Select(Name)))];
        Assert.Equal(["o1", "w1+w2+w3+w4", "o2", "w5", "o3"], groups);
    }

    [Fact]
    public void Without_namespaces_of_their_own_nothing_runs_side_by_side() =>
        Assert.All(SideBySide.Groups([Wait(1), Other, Wait(2)], isolated: false), group => Assert.Single(group));

    [Fact]
    public void A_short_wait_is_not_a_long_one()
    {
        PlannedRepeat[] plan = [Wait(1, seconds: 3), Wait(2, seconds: 3)];
        Assert.Equal(2, SideBySide.Groups(plan, isolated: true).Count());
    }

    [Fact]
    public void Only_a_wait_with_nothing_to_disturb_has_company()
    {
        RestartExperiment experiment = new RestartExperiment();
        Cell wait = Wait(1).Cell;
        Assert.True(experiment.MayRunBesideOthers(wait));
        Assert.False(experiment.MayRunBesideOthers(wait with { Restart = wait.Restart! with { Load = RestartLoad.InFlight } }));
        Assert.False(experiment.MayRunBesideOthers(wait with { Restart = wait.Restart! with { Load = RestartLoad.Queued } }));
        Assert.False(experiment.MayRunBesideOthers(wait with { Restart = wait.Restart! with { Method = RestartMethod.NoneSameTuples } }));
        Assert.False(experiment.MayRunBesideOthers(wait with { Load = wait.Load with { Rate = 20_000 } }));
    }

    private static PlannedRepeat Wait(int repeat, double seconds = 70) => new(
        Cell.Blank with
        {
            Experiment = Experiment.Restart,
            Restart = new RestartSettings { Method = RestartMethod.None, Timeout = Duration.FromSeconds(seconds) },
        },
        repeat);

    private static string Name(PlannedRepeat repeat) => (repeat.Cell.Restart is null ? "o" : "w") + repeat.Repeat;
}
