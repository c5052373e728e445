using System.Diagnostics;
using ReuseBench.Bench.Adapters;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Shared;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>Servers of somebody else in a matrix: measured, reloaded, skipped where they are not installed, and gone with a run that is killed.</summary>
public sealed class AdaptedRunTests
{
    [Fact]
    public void Nginx_is_measured_as_a_variant_is_and_its_sockets_are_counted()
    {
        Require("nginx");
        ResultRow[] measured = BusyHost.OneOfFew(
            MeasureNginx,

            // A host that stands still for all of a window leaves nothing in it.
            rows => Assert.All(rows, row => Assert.True(row.Requests > 0 && row.ServerCpuS > 0, $"{row.Requests} requests, {row.ServerCpuS} s of CPU time")));
        ResultRow counted = measured.Single(r => r.Cell.Experiment == Experiment.Latency);
        Assert.Equal(counted.AcceptsUntold is null && counted.Isolation == Isolation.Netns, counted.AcceptsMaxOverMean is not null);
    }

    private static ResultRow[] MeasureNginx()
    {
        using TestFolder folder = new();
        string run = Run(folder, """
            defaults: {server: nginx, warmup: 100ms, duration: 500ms, connections: 8, workers: 2}
            groups:
              - {server_mode: [shared, reuseport], workload: [connect, keepalive]}
              - {experiment: latency, rate: 200, workload: connect, server_mode: reuseport}
            """);
        ResultRow[] rows = [.. TableFile.Read<ResultRow>(Path.Combine(run, Tables.Results.FileName))];
        Assert.Equal(5, rows.Length);
        Assert.All(rows, row =>
        {
            Assert.True(row.Failure is null, row.Failure);
            Assert.StartsWith("nginx 1.", row.ServerVersion, StringComparison.Ordinal);
            Assert.Equal(row.Cell.Server.ProgramMode == "shared" ? 1 : 2, row.Listeners);
            Assert.Equal(row.Listeners, row.ListenersMeant);
            Assert.Null(row.LifeResponsesServer);

            // The kernel's handshakes, without those that looked whether it answers; null where the counters are those of the whole host.
            Assert.Equal(row.Isolation == Isolation.Netns ? row.LifeConnectionsClient : null, row.LifeConnectionsKernel);
            Assert.Equal(row.LifeConnectionsServer is not null || row.LifeConnectionsKernel is not null, row.CountsAgree is true);
            Assert.True(row.LifeConnectionsServer is not null || row.AcceptsUntold is not null, "nothing is said of what the server accepted");
        });
        ResultRow counted = rows.Single(r => r.Cell.Experiment == Experiment.Latency);
        Assert.True(counted.LifeConnectionsServer is null || counted.LifeConnectionsServer == counted.LifeConnectionsClient, counted.AcceptsUntold);
        Assert.All(rows.Where(r => r != counted), row => Assert.StartsWith("at full load nobody counts", row.AcceptsUntold, StringComparison.Ordinal));
        string report = File.ReadAllText(Path.Combine(run, RunFiles.ReportMarkdown));
        Assert.Contains("nginx, reuseport", report, StringComparison.Ordinal);
        Assert.Contains("worker_processes {workers};", report, StringComparison.Ordinal);
        Assert.Equal(5, Directory.GetFiles(Path.Combine(run, RunFiles.Logs, "servers"), "nginx.conf", SearchOption.AllDirectories).Length);
        return rows;
    }

    /// <summary>What Apache and nginx lose is for a run with many reloads to say; here a reload is one, and its counts are there.</summary>
    [Fact]
    public void A_reload_of_nginx_is_a_restart_with_its_losses_counted()
    {
        Require("nginx");
        BusyHost.OneOfFew(
            () =>
            {
                using TestFolder folder = new();
                string run = Run(folder, """
                    defaults: {experiment: restart, server: nginx, rate: 500, timeout: 20s, connect_timeout: 20s, restart_timeout: 20s}
                    groups:
                      - {server_mode: shared, server_reload: hup, restart_load: [idle, frozen], workers: 2}
                      - {server_mode: reuseport, server_reload: fewer, restart_load: frozen, workers: 4}
                    """);
                Assert.All(TableFile.Read<ResultRow>(Path.Combine(run, Tables.Results.FileName)), row => Assert.True(row.Failure is null, row.Failure));
                return TableFile.Read<RestartRow>(Path.Combine(run, Tables.Restarts.FileName));
            },
            rows =>
            {
                Assert.Equal(3, rows.Count);
                Assert.All(rows, row =>
                {
                    Assert.Equal((RestartStatus.Measured, GapBound.Exact), (row.Status, row.GapBound!.Value));
                    Assert.True(row.Attempts is not null && row.ProcessGoneMs > 0, $"{row.Attempts} attempts, gone after {row.ProcessGoneMs} ms; {row.Reason}");
                    Assert.Null(row.Reason);
                });
                Assert.All(rows.Where(r => r.ServerReload == "hup"), row => Assert.Equal(0, row.Refused + row.Reset + row.TimedOut + row.FailedOther));
            });
    }

    [Fact]
    public void Reloads_that_do_not_wait_for_each_other_are_one_restart_with_all_that_they_lose()
    {
        Require("nginx");
        BusyHost.OneOfFew(
            () =>
            {
                using TestFolder folder = new();
                string run = Run(folder, """
                    defaults: {experiment: restart, server: nginx, rate: 500, timeout: 20s, connect_timeout: 20s, restart_timeout: 20s, workers: 2}
                    groups:
                      - {server_mode: shared, server_reload: hup, restart_load: idle, restart_count: 4, restart_every: 200ms}
                    """);
                ResultRow result = Assert.Single(TableFile.Read<ResultRow>(Path.Combine(run, Tables.Results.FileName)));
                Assert.True(result.Failure is null, result.Failure);
                Assert.NotEqual(false, result.CountsAgree);
                Assert.Contains(
                    "a reload every 200 ms, 4 reloads in a row", File.ReadAllText(Path.Combine(run, RunFiles.ReportMarkdown)), StringComparison.Ordinal);
                return Assert.Single(TableFile.Read<RestartRow>(Path.Combine(run, Tables.Restarts.FileName)));
            },
            row =>
            {
                Assert.Equal((RestartStatus.Measured, 1), (row.Status, row.Restart));
                Assert.Null(row.Reason);
                Assert.Equal(0, row.Refused + row.Reset + row.TimedOut + row.FailedOther);

                // Three times the interval lie between the first that was told and the last.
                Assert.True(row.ProcessGoneMs >= 600, $"over after {row.ProcessGoneMs} ms");
            });
    }

    [Fact]
    public void A_program_that_is_not_installed_is_left_out_with_the_package_to_install()
    {
        Require("nginx");
        using TestFolder folder = new();
        string adapter = folder.At("missing.yaml");
        string nginx = File.ReadAllText(Repository.At("servers", "adapters", "nginx.yaml"));
        File.WriteAllText(adapter, nginx.Replace("find: [nginx, /usr/sbin/nginx]", "find: [no-such-server]", StringComparison.Ordinal));
        string run = Run(folder, $"groups: [{{server: [nginx, {adapter}], warmup: 100ms, duration: 200ms, connections: 4}}]");
        Assert.Contains(
            "1 throughput cells need nginx, which is not installed: left out; apt-get install nginx-light.", RunManifestFile.Read(run).Skipped);
        Assert.Single(TableFile.Read<ResultRow>(Path.Combine(run, Tables.Results.FileName)));
    }

    [Fact]
    public void A_server_in_another_mode_than_it_means_is_invalid()
    {
        using TestFolder folder = new();
        string python = Tools.Require("python3");
        string adapter = folder.At("one-socket.yaml");
        File.WriteAllText(adapter, $$"""
            name: one-socket
            find: [{{python}}]
            version: {arguments: [--version], pattern: 'Python (\S+)'}
            modes: {each: {listeners: "{workers}"} }
            start: ["{program}", -m, http.server, --bind, "{bind}", --directory, "{dir}", "{port}"]
            workers: {are: main}
            stop: {signal: INT}
            """);
        string run = Run(folder, $"groups: [{{server: {adapter}, workers: 2, workload: connect, warmup: 100ms, duration: 300ms, connections: 2}}]");
        ResultRow row = Assert.Single(TableFile.Read<ResultRow>(Path.Combine(run, Tables.Results.FileName)));
        Assert.Equal((1, 2, Grade.Invalid), (row.Listeners, row.ListenersMeant, row.Grade));
        Assert.Contains("not-the-mode", row.Verdict.Codes, StringComparison.Ordinal);
    }

    /// <summary>A reload that never ends: what it is to replace stays. Who waits for it longer or shorter says so, and the report has the time.</summary>
    [Fact]
    public void A_reload_is_waited_for_as_long_as_restart_timeout_says()
    {
        using TestFolder folder = new();
        string python = Tools.Require("python3");
        string adapter = folder.At("stays.yaml");
        File.WriteAllText(adapter, $$"""
            name: stays
            find: [{{python}}]
            version: {arguments: [--version], pattern: 'Python (\S+)'}
            modes: {shared: {listeners: 1} }
            start: ["{program}", -m, http.server, --bind, "{bind}", --directory, "{dir}", "{port}"]
            workers: {are: main}
            reloads:
              never: {run: ["{program}", -c, pass], replaces: all}
            stop: {signal: INT}
            """);
        string run = Run(
            folder, $"groups: [{{experiment: restart, server: {adapter}, restart_timeout: 300ms, rate: 100, timeout: 2s, connect_timeout: 2s}}]");
        RestartRow row = Assert.Single(TableFile.Read<RestartRow>(Path.Combine(run, Tables.Restarts.FileName)));
        Assert.Contains("the reload never was not over within 300ms", row.Reason, StringComparison.Ordinal);
        Assert.Null(row.ProcessGoneMs);
    }

    [Fact]
    public void Nothing_of_a_server_is_left_where_the_run_is_killed()
    {
        Require("nginx");
        using TestFolder folder = new();
        string matrix = folder.At("long.yaml");
        File.WriteAllText(matrix, "groups: [{server: nginx, workers: 2, duration: 60s, connections: 4}]");
        using RunningProgram run = RunningProgram.Start(RunningProgram.ReuseBench, "run", "--matrix", matrix, "--out", folder.At("run"));
        Eventually.Holds(() => Servers(folder).Length > 0 || run.Process.HasExited, () => run.Errors);
        Assert.False(run.Process.HasExited, run.Errors);
        run.Process.Kill();
        Eventually.Holds(() => Servers(folder).Length == 0, () => string.Join('\n', Servers(folder)));
    }

    [Theory]
    [InlineData("{server: ngnix}", "server: 'ngnix' is unknown; did you mean 'nginx'?")]
    [InlineData("{server: nginx, server_mode: sharde}", "server_mode of nginx: 'sharde' is unknown; did you mean 'shared'?")]
    [InlineData("{server: nginx, variant: shared}", "variant: shared has no effect here, since only our own server has it, and the server is nginx")]
    [InlineData("{server: [node, nginx], service_time: 5ms:wait}", "service_time: nginx runs no program of ours that could spend '5ms:wait' on a request; "
        + "leave it out, or use one of gunicorn (cpu, wait)")]
    [InlineData("{server: gunicorn, service_time: 1ms}", "service_time: '1ms' is work, and gunicorn takes cpu, wait; write 1ms:cpu or 1ms:wait")]
    [InlineData("{experiment: fairness, server: nginx, rate: 100}", "server: nginx is of somebody else, and fairness needs what only our own server tells")]
    [InlineData("{experiment: restart, server: nginx, restart_method: handoff}", "restart_method: handoff is of our own servers; use reload for nginx")]
    [InlineData("{experiment: restart, restart_method: reload}", "restart_method: reload is of a server of somebody else; name one, such as server: nginx")]
    [InlineData("{experiment: restart, server: nginx, server_reload: huup}", "server_reload of nginx in the mode shared: 'huup' is unknown; did you mean "
        + "'hup'?")]
    [InlineData("{experiment: restart, server: nginx, server_reload: restart, restart_load: frozen}",
        "restart_load: the reload restart of nginx stops it first")]
    [InlineData("{experiment: restart, server: nginx, server_reload: restart, restart_count: 2}", "restart_count: the reload restart of nginx stops it first")]
    [InlineData("{experiment: restart, server: nginx, server_mode: daemon, server_reload: upgrade, restart_load: frozen}",
        "restart_load: the reload upgrade of nginx ends the old workers before it is done")]
    [InlineData("{experiment: restart, server: nginx, restart_every: 100ms}", "restart_every: 100ms has no effect here")]
    [InlineData("{experiment: restart, server: nginx, restart_stop: kill}", "restart_stop: kill has no effect here, since a reload is what server_reload says")]
    public void What_cannot_be_is_one_line_that_names_file_and_line(string group, string says)
    {
        using TestFolder folder = new();
        string matrix = folder.At("bad.yaml");
        File.WriteAllText(matrix, $"groups:\n  - {group}\n");
        Outcome outcome = ProgramInProcess.Run("run", matrix, "--dry-run");
        Assert.Equal(2, outcome.ExitCode);
        string line = Assert.Single(outcome.Errors.Trim().Split('\n'));
        Assert.Contains($"{matrix}, line 2: ", line, StringComparison.Ordinal);
        Assert.Contains(says, line, StringComparison.Ordinal);
    }

    private static void Require(string server)
    {
        ServerAdapter adapter = AdapterCatalogue.Require(server);
        Assert.SkipWhen(adapter.FindProgram() is null, adapter.NotInstalled);
    }

    private static string Run(TestFolder folder, string matrix)
    {
        string path = folder.At("matrix.yaml");
        File.WriteAllText(path, matrix);
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "run", path, "--out", folder.At("run"));
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        return folder.At("run");
    }

    /// <summary>Processes that run in a folder of the run's: a server and all that it forks do.</summary>
    private static int[] Servers(TestFolder folder) =>
        [.. Process.GetProcesses().Select(p => p.Id).Where(pid => FolderOf(pid)?.StartsWith(folder.At("run"), StringComparison.Ordinal) == true)];

    private static string? FolderOf(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/cwd").LinkTarget;
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }
}
