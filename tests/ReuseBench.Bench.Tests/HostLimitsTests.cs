using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests;

public sealed class HostLimitsTests
{
    private static readonly Cell Loaded = Cell.Blank with
    {
        Server = new ServerSettings { Variant = Variant.Reuseport, Workers = 4 },
        Load = new LoadSettings { Threads = 2 },
    };

    [Fact]
    public void A_repeat_needs_its_runtimes_and_its_threads()
    {
        Assert.Equal(18 + 4 + 2, Needed([Loaded], isolated: true));
        Assert.Equal(18 + 4 + 2 + 9, Needed([Loaded with { Server = Loaded.Server with { Processes = 2 } }], isolated: true));
    }

    [Fact]
    public void A_restart_to_a_new_process_has_two_servers_and_the_loop_has_one()
    {
        Assert.Equal(18 + 4 + 4 + 2 + 9, Needed([Restart(RestartMethod.Handoff, RestartScope.Process)], isolated: false));
        Assert.Equal(18 + 4 + 2, Needed([Restart(RestartMethod.Handoff, RestartScope.Thread)], isolated: false));
        Assert.Equal(18 + 4 + 2, Needed([Restart(RestartMethod.Loop, RestartScope.Process)], isolated: false));
    }

    [Fact]
    public void What_runs_side_by_side_needs_all_of_it_at_once()
    {
        Cell wait = Restart(RestartMethod.None, RestartScope.Process);
        Assert.Equal(37, Needed([wait, wait, wait], isolated: false));
        Assert.Equal(3 * 37, Needed([wait, wait, wait], isolated: true));
    }

    [Fact]
    public void Nothing_to_run_and_no_limit_need_nothing()
    {
        HostLimits.RequireTasks([], isolated: true, new TaskLimit(0, 0, "none"));
        Assert.Null(Record.Exception(() => HostLimits.RequireTasks([new PlannedRepeat(Loaded, 1)], isolated: true, limit: null)));
    }

    private static Cell Restart(RestartMethod method, RestartScope scope) => Loaded with
    {
        Experiment = Experiment.Restart,
        Restart = new RestartSettings { Method = method, Scope = scope, Timeout = Duration.FromSeconds(70) },
    };

    /// <summary>The fewest that may be started where the plan is not refused.</summary>
    private static long Needed(Cell[] cells, bool isolated)
    {
        PlannedRepeat[] plan = [.. cells.Select((cell, i) => new PlannedRepeat(cell, i + 1))];
        long left = 0;
        while (Record.Exception(() => HostLimits.RequireTasks(plan, isolated, new TaskLimit(left, left, "ulimit -u"))) is UsageException)
        {
            left++;
        }

        return left;
    }
}
