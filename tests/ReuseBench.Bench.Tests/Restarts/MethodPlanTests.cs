using ReuseBench.Bench.Experiments.Restarts;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;

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

    [Theory]
    [InlineData(4, 1, 1)]
    [InlineData(2, 4, 2)]
    public void A_resize_takes_over_the_listeners_that_stay(int before, int after, int kept)
    {
        MethodPlan plan = MethodPlan.Of(
            RestartRules.BlankOf(RestartMethod.Resize) with
            {
                Experiment = Experiment.Restart,
                Server = new ServerSettings { Workers = before },
                Restart = new RestartSettings { Method = RestartMethod.Resize, ResizeTo = after },
            },
            rate: 1000, cpus: 1);
        Assert.Equal((before, after, before + after), (plan.Server.Workers, plan.NewServer.Workers, plan.Workers));
        Assert.Equal((ListenerOrigin.Received, kept, plan.Old.GiveAt), (plan.New.Origin, plan.New.Kept, plan.New.TakeFrom));
    }

    [Fact]
    public void Each_of_several_servers_takes_over_from_the_one_before_it_and_the_last_gives_to_nobody()
    {
        Cell cell = Cell.Blank with
        {
            Experiment = Experiment.Restart,
            Server = new ServerSettings { Workers = 2 },
            Restart = new RestartSettings { Method = RestartMethod.Handoff, Count = 3 },
        };
        MethodPlan plan = MethodPlan.Of(cell, rate: 1000, cpus: 1);
        Succession[] servers = [plan.Old, plan.NewOf(1), plan.NewOf(2), plan.NewOf(3)];
        Assert.Equal([0, 1, 2, 3], servers.Select(s => s.Generation));
        Assert.Equal([0, 2, 4, 6], servers.Select(s => plan.FirstWorkerOf(s.Generation)));
        Assert.Equal(8, plan.Workers);
        Assert.Equal(plan.Workers, RestartRules.WorkersOfAll(cell));
        Cell onMany = cell with { Server = cell.Server with { Cpus = ReuseBench.Core.Units.CpuList.Parse("0-9", "cpus") } };
        Assert.Equal(8, OccupiedCpus.OfAllServers(onMany).Workers.Count);
        Assert.Equal(servers[..3].Select(s => s.GiveAt), servers[1..].Select(s => s.TakeFrom));
        Assert.Equal(4, servers.Select(s => s.GiveAt).Distinct().Count());
        Assert.Null(servers[3].GiveAt);
    }

    [Theory]
    [InlineData(4, 1, 1250)]
    [InlineData(4, 2, 2500)]
    [InlineData(2, 8, 2500)]
    public void A_queue_grows_by_a_fifth_of_what_arrives_with_the_workers_that_can_run_at_a_time(int workers, int cpus, double serviceUs)
    {
        MethodPlan plan = MethodPlan.Of(
            Cell.Blank with
            {
                Experiment = Experiment.Restart,
                Server = new ServerSettings { Workers = workers },
                Restart = new RestartSettings { Method = RestartMethod.ReuseportOverlap, Load = RestartLoad.Queued },
            },
            rate: 1000, cpus);
        Assert.Equal(serviceUs, plan.Server.ServiceTime.Mean.Microseconds);
    }

    private static MethodPlan PlanOf(RestartMethod method, RestartScope scope) => MethodPlan.Of(
        new Cell
        {
            Experiment = Experiment.Restart,
            Server = new ServerSettings(),
            Load = new LoadSettings(),
            Restart = new RestartSettings { Method = method, Scope = scope, StartDelay = Duration.FromMilliseconds(250) },
        },
        rate: 1000, cpus: 1);
}
