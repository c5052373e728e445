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
    [InlineData(RestartMethod.Handoff, RestartLoad.Frozen, "only the workers of a server that reloads itself are stopped")]
    public void A_load_state_goes_with_its_servers(RestartMethod way, RestartLoad load, string reason) =>
        Assert.Contains(reason, RestartRules.WhyNot(new RestartSettings { Method = way, Load = load }), StringComparison.Ordinal);

    [Theory]
    [InlineData(RestartLoad.Idle, null)]
    [InlineData(RestartLoad.InFlight, 0)]
    [InlineData(RestartLoad.Frozen, 1)]
    public void A_reload_takes_these_load_states_and_tcp_migrate_req(RestartLoad load, int? migrate) =>
        Assert.Null(RestartRules.WhyNot(new RestartSettings { Method = RestartMethod.Reload, Load = load, MigrateReq = migrate }));

    [Fact]
    public void After_a_kill_no_way_has_its_successor_started_before() =>
        Assert.All(Enum.GetValues<RestartMethod>(), way => Assert
            .False(RestartRules.StartsBeforeStop(Settings(way, StopSignal.Kill, RestartScope.Process, null))));

    private static RestartSettings Settings(RestartMethod way, StopSignal stop, RestartScope scope, int? migrate) =>
        new() { Method = way, Stop = stop, Scope = scope, MigrateReq = migrate };
}
