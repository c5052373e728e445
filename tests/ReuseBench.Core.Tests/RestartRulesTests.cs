using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Tests;

public sealed class RestartRulesTests
{
    [Theory]
    [InlineData(RestartWay.Reuseaddr, StopWay.Kill, RestartScope.Thread, null, "within one")]
    [InlineData(RestartWay.ReuseportDrain, StopWay.Kill, RestartScope.Process, null, "cannot drain")]
    [InlineData(RestartWay.SocketActivation, StopWay.Graceful, RestartScope.Thread, null, "execve")]
    [InlineData(RestartWay.Handoff, StopWay.Graceful, RestartScope.Process, 1, "this way has none")]
    [InlineData(RestartWay.ReuseportOverlap, StopWay.Kill, RestartScope.Process, 1, "nobody is there")]
    public void What_does_not_exist_is_left_out_with_the_reason(RestartWay way, StopWay stop, RestartScope scope, int? migrate, string reason) =>
        Assert.Contains(reason, RestartRules.WhyNot(Settings(way, stop, scope, migrate)));

    [Theory]
    [InlineData(RestartWay.None, StopWay.Graceful, RestartScope.Thread, null)]
    [InlineData(RestartWay.NoneSameTuples, StopWay.Kill, RestartScope.Process, null)]
    [InlineData(RestartWay.Handoff, StopWay.Kill, RestartScope.Process, null)]
    [InlineData(RestartWay.SocketActivation, StopWay.Kill, RestartScope.Process, null)]
    [InlineData(RestartWay.ReuseportOverlap, StopWay.Graceful, RestartScope.Thread, 1)]
    [InlineData(RestartWay.ReuseportOverlap, StopWay.Kill, RestartScope.Process, 0)]
    [InlineData(RestartWay.ReuseportDrain, StopWay.Graceful, RestartScope.Process, null)]
    public void What_exists_is_kept(RestartWay way, StopWay stop, RestartScope scope, int? migrate) =>
        Assert.Null(RestartRules.WhyNot(Settings(way, stop, scope, migrate)));

    [Theory]
    [InlineData(RestartLoad.InFlight)]
    [InlineData(RestartLoad.Queued)]
    public void The_same_tuples_are_probed_idle_only(RestartLoad under) =>
        Assert.Contains("idle only", RestartRules.WhyNot(new RestartSettings { Way = RestartWay.NoneSameTuples, Under = under }), StringComparison.Ordinal);

    [Fact]
    public void After_a_kill_no_way_has_its_successor_started_before() =>
        Assert.All(Enum.GetValues<RestartWay>(), way => Assert.False(RestartRules.StartsBeforeStop(Settings(way, StopWay.Kill, RestartScope.Process, null))));

    private static RestartSettings Settings(RestartWay way, StopWay stop, RestartScope scope, int? migrate) =>
        new() { Way = way, Stop = stop, Scope = scope, MigrateReq = migrate };
}
