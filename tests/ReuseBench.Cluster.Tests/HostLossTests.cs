using System.Globalization;
using System.Net;
using ReuseBench.Bench.Hosted;
using ReuseBench.Core.Hosts;

namespace ReuseBench.ClusterTests;

/// <summary>What follows where a repeat lost a host, after what the hosts file says.</summary>
public sealed class HostLossTests : IDisposable
{
    private static readonly HostsFile File = new()
    {
        Name = "lab.yaml",
        Server = new HostEntry { Name = "a", Address = IPAddress.Parse("10.0.0.1") },
        Clients = [new HostEntry { Name = "b", Address = IPAddress.Parse("10.0.0.2") }, new HostEntry { Name = "c", Address = IPAddress.Parse("10.0.0.3") }],
    };

    private readonly StringWriter _log = new(CultureInfo.InvariantCulture);

    public void Dispose() => _log.Dispose();

    /// <summary>Where ssh does not get to a host nobody starts its agent, and somebody may where agents run by themselves.</summary>
    [Theory]
    [InlineData(HostLaunch.Ssh, true)]
    [InlineData(HostLaunch.Agents, false)]
    public void A_host_that_does_not_come_back_ends_a_run_by_ssh_and_costs_others_the_repeat(HostLaunch launch, bool ends)
    {
        int asked = 0;
        HostLosses losses = Of(File with { Launch = launch }, _ => asked++ < 0, TimeSpan.FromMilliseconds(1));
        Assert.False(losses.MayGoOn("b", CancellationToken.None));
        Assert.Equal(ends, losses.MustStop);
        Assert.Equal(ends, $"{_log}".Contains("the run ends, and --resume goes on with it", StringComparison.Ordinal));
        Assert.True(asked > 0, "nobody looked for the host");
        Assert.Empty(losses.Given);
    }

    [Theory]
    [InlineData(HostLaunch.Ssh)]
    [InlineData(HostLaunch.Agents)]
    public void A_host_that_comes_back_takes_part_in_another_attempt(HostLaunch launch)
    {
        int asked = 0;
        HostLosses losses = Of(File with { Launch = launch }, host => host.Name == "b" && ++asked == 3, TimeSpan.FromMinutes(2));
        Assert.True(losses.MayGoOn("b", CancellationToken.None));
        Assert.False(losses.MustStop);
        Assert.Equal("hosts: b is back", $"{_log}".Trim());
    }

    [Fact]
    public void A_run_that_is_to_end_with_a_host_asks_nobody()
    {
        HostLosses losses = Of(File with { OnHostLoss = HostLoss.Stop }, _ => throw new InvalidOperationException("asked"), TimeSpan.FromMinutes(2));
        Assert.False(losses.MayGoOn("b", CancellationToken.None));
        Assert.True(losses.MustStop);
    }

    [Fact]
    public void A_run_goes_on_without_a_client_as_long_as_one_is_left_and_never_without_the_server()
    {
        HostLosses losses = Of(File with { OnHostLoss = HostLoss.Continue }, _ => false, TimeSpan.FromMilliseconds(1));
        Assert.False(losses.MayGoOn("a", CancellationToken.None));
        Assert.True(losses.MayGoOn("b", CancellationToken.None));
        Assert.Equal(["b"], losses.Given);
        Assert.False(losses.MayGoOn("c", CancellationToken.None));
        Assert.Equal(["b"], losses.Given);
    }

    [Fact]
    public void Nobody_waits_for_a_host_once_the_run_is_ended()
    {
        using CancellationTokenSource cancel = new();
        HostLosses losses = Of(File, _ => CancelOn(cancel), TimeSpan.FromMinutes(2));
        Assert.Throws<OperationCanceledException>(() => losses.MayGoOn("b", cancel.Token));
        Assert.False(losses.MustStop);
    }

    private static bool CancelOn(CancellationTokenSource cancel)
    {
        cancel.Cancel();
        return false;
    }

    private HostLosses Of(HostsFile file, Func<HostEntry, bool> isBack, TimeSpan limit) => new(file, isBack, _log, limit);
}
