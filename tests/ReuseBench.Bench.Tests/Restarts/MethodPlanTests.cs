using ReuseBench.Bench.Experiments.Restarts;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Tests.Restarts;

public sealed class MethodPlanTests
{
    [Theory]
    [InlineData(RestartMethod.None)]
    [InlineData(RestartMethod.Reuseaddr)]
    [InlineData(RestartMethod.ReuseportOverlap)]
    [InlineData(RestartMethod.Handoff)]
    [InlineData(RestartMethod.SocketActivation)]
    [InlineData(RestartMethod.ReuseportDrain)]
    public void A_new_process_is_ready_beforehand_and_waits_as_long_as_a_start_is_to_take(RestartMethod method)
    {
        MethodPlan plan = PlanOf(method, RestartScope.Process);
        Assert.Equal((false, true, 250), (plan.Old.Waits, plan.New.Waits, plan.New.StartDelayMs));
        Assert.False(plan.WithinOneProcess);
    }

    [Theory]
    [InlineData(RestartMethod.Reuseaddr)]
    [InlineData(RestartMethod.ReuseportOverlap)]
    public void Within_one_process_nothing_starts_and_nothing_waits(RestartMethod method)
    {
        MethodPlan plan = PlanOf(method, RestartScope.Thread);
        Assert.Equal((false, 0), (plan.Old.Next!.Waits, plan.Old.Next.StartDelayMs));
        Assert.True(plan.WithinOneProcess);
    }

    private static MethodPlan PlanOf(RestartMethod method, RestartScope scope) => MethodPlan.Of(
        new Cell
        {
            Experiment = Experiment.Restart,
            Server = new ServerSettings(),
            Load = new LoadSettings(),
            Restart = new RestartSettings { Method = method, Scope = scope, StartDelay = Duration.FromMilliseconds(250) },
        },
        rate: 1000);
}
