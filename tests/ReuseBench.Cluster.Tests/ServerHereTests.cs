using ReuseBench.ClusterTests.Lab;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.SystemTests;

namespace ReuseBench.ClusterTests;

/// <summary>What the run starts itself, on the server's host, and other hosts load: servers of somebody else.</summary>
public sealed class ServerHereTests : IDisposable
{
    private readonly LoopbackLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void A_server_of_somebody_else_is_measured_and_reloaded_under_the_load_of_two_hosts()
    {
        _ = Tools.Require("nginx");
        _lab.Start();
        string matrix = _lab.At("nginx.yaml");
        File.WriteAllText(matrix, """
            name: nginx
            defaults: {server: nginx, server_mode: shared, workers: 2, timeout: 2s, connect_timeout: 2s}
            groups:
              - {experiment: throughput, workload: keepalive, connections: 8, warmup: 100ms, duration: 500ms}
              - {experiment: restart, server_reload: hup, restart_load: idle, rate: 200}
            """);
        Outcome outcome = _lab.StartRun(matrix, "--out", _lab.At("run")).WaitForExit();
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors + _lab.Said("b") + _lab.Said("c"));

        ResultRow[] rows = [.. Tables.Results.Read(_lab.At("run"))];
        Assert.Equal(2, rows.Length);
        Assert.Single(rows, r => r.Cell.Experiment == Experiment.Restart);
        Assert.All(rows, row =>
        {
            Assert.Null(row.Failure);
            Assert.StartsWith("nginx ", row.ServerVersion, StringComparison.Ordinal);
            Assert.Equal("a", row.ServerHost);
            Assert.Equal(2, row.SwarmHosts);
        });
        Assert.All(Tables.Hosts.Read(_lab.At("run")).Where(h => h.Role == HostRole.Swarm), host => Assert.True(host.Requests > 0, host.Host));
        RestartRow reload = Assert.Single(Tables.Restarts.Read(_lab.At("run")));
        Assert.Equal((RestartStatus.Measured, 2), (reload.Status, reload.ProbeHosts!.Value));

        // No agent was asked for a server.
        Assert.DoesNotContain("serve prepared", _lab.Said("a"), StringComparison.Ordinal);
    }
}
