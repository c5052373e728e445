using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Tests;

public sealed class RestartRulesTests
{
    [Theory]
    [InlineData(RestartMethod.Reuseaddr, StopSignal.Kill, RestartScope.Thread, null, "within one")]
    [InlineData(RestartMethod.ReuseportDrain, StopSignal.Kill, RestartScope.Process, null, "cannot drain")]
    [InlineData(RestartMethod.SocketActivation, StopSignal.Graceful, RestartScope.Thread, null, "execve")]
    [InlineData(RestartMethod.Handoff, StopSignal.Graceful, RestartScope.Process, 1, "this method has none")]
    [InlineData(RestartMethod.ReuseportOverlap, StopSignal.Kill, RestartScope.Process, 1, "nobody is there")]
    public void What_does_not_exist_is_left_out_with_the_reason(RestartMethod way, StopSignal stop, RestartScope scope, int? migrate, string reason) =>
        Assert.Contains(reason, RestartRules.WhyNot(Settings(way, stop, scope, migrate)));

    [Theory]
    [InlineData(RestartMethod.None, StopSignal.Graceful, RestartScope.Thread, null)]
    [InlineData(RestartMethod.NoneSameTuples, StopSignal.Kill, RestartScope.Process, null)]
    [InlineData(RestartMethod.Handoff, StopSignal.Kill, RestartScope.Process, null)]
    [InlineData(RestartMethod.SocketActivation, StopSignal.Kill, RestartScope.Process, null)]
    [InlineData(RestartMethod.ReuseportOverlap, StopSignal.Graceful, RestartScope.Thread, 1)]
    [InlineData(RestartMethod.ReuseportOverlap, StopSignal.Kill, RestartScope.Process, 0)]
    [InlineData(RestartMethod.ReuseportDrain, StopSignal.Graceful, RestartScope.Process, null)]
    public void What_exists_is_kept(RestartMethod way, StopSignal stop, RestartScope scope, int? migrate) =>
        Assert.Null(RestartRules.WhyNot(Settings(way, stop, scope, migrate)));

    [Theory]
    [InlineData(RestartLoad.InFlight)]
    [InlineData(RestartLoad.Queued)]
    public void The_same_tuples_are_probed_idle_only(RestartLoad under) =>
        Assert.Contains("idle only", RestartRules.WhyNot(new RestartSettings { Method = RestartMethod.NoneSameTuples, Load = under }),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(RestartMethod.Reload, RestartLoad.Queued, "only our own server has")]
    [InlineData(RestartMethod.Reload, RestartLoad.InFlight, "is not known closely enough")]
    [InlineData(RestartMethod.Reload, RestartLoad.AcceptedUnsent, "is not known closely enough")]
    [InlineData(RestartMethod.Handoff, RestartLoad.Frozen, "only the workers of a server that reloads itself are stopped")]
    public void A_load_state_goes_with_its_servers(RestartMethod way, RestartLoad load, string reason) =>
        Assert.Contains(reason, RestartRules.WhyNot(new RestartSettings { Method = way, Load = load }), StringComparison.Ordinal);

    [Theory]
    [InlineData(RestartLoad.Idle, null)]
    [InlineData(RestartLoad.Idle, 0)]
    [InlineData(RestartLoad.Frozen, 1)]
    public void A_reload_takes_these_load_states_and_tcp_migrate_req(RestartLoad load, int? migrate) =>
        Assert.Null(RestartRules.WhyNot(new RestartSettings { Method = RestartMethod.Reload, Load = load, MigrateReq = migrate }));

    [Theory]
    [InlineData(RestartLoad.Idle, null)]
    [InlineData(RestartLoad.Frozen, "told without waiting for each other")]
    public void Several_reloads_come_without_a_wait_and_so_with_no_worker_that_stands_still(RestartLoad load, string? reason)
    {
        RestartSettings several = new() { Method = RestartMethod.Reload, Load = load, Count = 3 };
        Assert.True(RestartRules.IsBurst(several));
        Assert.False(RestartRules.IsBurst(several with { Count = 1 }));
        Assert.True(reason is null ? RestartRules.WhyNot(several) is null : RestartRules.WhyNot(several)!.Contains(reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(RestartMethod.Loop, 1, null, 3, "the loop listens again in one process")]
    [InlineData(RestartMethod.Reload, 1, null, 3, "whoever takes the place of its workers has their CPUs")]
    [InlineData(RestartMethod.Reuseaddr, 1, null, 6, "the old one and the new one")]
    [InlineData(RestartMethod.Reuseaddr, 4, null, 15, "each of four new ones has CPUs of its own")]
    [InlineData(RestartMethod.Resize, 1, 1, 4, "the new one has fewer workers")]
    [InlineData(RestartMethod.Transient, 1, null, 4, "the member has one listener")]
    public void The_workers_of_all_servers_of_a_restart_are_counted(RestartMethod method, int count, int? resizeTo, int workers, string reason)
    {
        Cell cell = Cell.Blank with
        {
            Server = new ServerSettings { Workers = 3 },
            Restart = new RestartSettings { Method = method, Count = count, ResizeTo = resizeTo },
        };
        Assert.True(workers == RestartRules.WorkersOfAll(cell), reason);
    }

    [Fact]
    public void After_a_kill_no_way_has_its_successor_started_before() =>
        Assert.All(Enum.GetValues<RestartMethod>(), way => Assert
            .False(RestartRules.StartsBeforeStop(Settings(way, StopSignal.Kill, RestartScope.Process, null))));

    [Theory]
    [InlineData(RestartMethod.Resize, StopSignal.Kill, RestartLoad.Idle, 2, "passes no listeners on")]
    [InlineData(RestartMethod.Resize, StopSignal.Graceful, RestartLoad.Idle, null, "resize_to does not say")]
    [InlineData(RestartMethod.Handoff, StopSignal.Graceful, RestartLoad.Idle, 2, "goes with the method resize only")]
    [InlineData(RestartMethod.Transient, StopSignal.Kill, RestartLoad.Idle, null, "the server stays")]
    [InlineData(RestartMethod.Transient, StopSignal.Graceful, RestartLoad.AcceptedUnsent, null, "what it has in hand")]
    public void A_resize_and_a_transient_member_are_what_their_names_say(
        RestartMethod method, StopSignal stop, RestartLoad load, int? resizeTo, string reason) => Assert.Contains(
        reason, RestartRules.WhyNot(new RestartSettings { Method = method, Stop = stop, Load = load, ResizeTo = resizeTo }), StringComparison.Ordinal);

    [Theory]
    [InlineData(RestartMethod.Handoff, RestartLoad.Queued, "keepalive", ConnectionClose.Rst, "make none")]
    [InlineData(RestartMethod.NoneSameTuples, RestartLoad.Idle, "churn:2", ConnectionClose.Rst, "single connections")]
    [InlineData(RestartMethod.NoneSameTuples, RestartLoad.Idle, "connect", ConnectionClose.Fin, "single connections")]
    [InlineData(RestartMethod.Resize, RestartLoad.Idle, "connect", ConnectionClose.Rst, "4 workers before it, too")]
    [InlineData(RestartMethod.Handoff, RestartLoad.Idle, "keepalive", ConnectionClose.Server, null)]
    public void What_clients_and_server_make_impossible_is_left_out(
        RestartMethod method, RestartLoad load, string workload, ConnectionClose close, string? reason)
    {
        string? why = RestartRules.WhyNot(Cell.Blank with
        {
            Experiment = Experiment.Restart,
            Server = new ServerSettings { Workers = 4 },
            Load = new LoadSettings { Workload = Workload.Parse(workload, "workload"), Close = close },
            Restart = new RestartSettings { Method = method, Load = load, ResizeTo = method == RestartMethod.Resize ? 4 : null },
        });
        Assert.True(reason is null ? why is null : why!.Contains(reason, StringComparison.Ordinal), why);
    }

    private static RestartSettings Settings(RestartMethod way, StopSignal stop, RestartScope scope, int? migrate) =>
        new() { Method = way, Stop = stop, Scope = scope, MigrateReq = migrate };
}
