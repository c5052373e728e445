using HdrHistogram;
using ReuseBench.ClusterTests.Lab;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;
using ReuseBench.SystemTests;
using ReuseBench.TestSupport;

namespace ReuseBench.ClusterTests;

/// <summary>Runs over three hosts, each in namespaces of its own, with a real engine and real agents.</summary>
public sealed class SeveralHostsTests(NamespacedLab lab) : IClassFixture<NamespacedLab>
{
    private const string Matrix = """
        name: several
        description: a closed loop, an open loop and who gets the connections, for a moment
        defaults: {variant: reuseport, workers: 2, warmup: 200ms, duration: 1s, timeout: 2s, connect_timeout: 2s}
        groups:
          - {workload: keepalive, connections: 8}
          - {experiment: latency, workload: keepalive, connections: 16, rate: 400}
          - {experiment: fairness, workload: connect, connections: 8, client_hosts: 1}
        """;

    private readonly NamespacedLab _lab = lab;

    [Fact]
    public void A_run_over_three_hosts_counts_everything_once_and_knows_the_clocks()
    {
        _lab.Start();
        string folder = Run(out Outcome outcome);
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors + _lab.Said("a") + _lab.Said("b") + _lab.Said("c"));

        IReadOnlyList<ResultRow> results = Tables.Results.Read(folder);
        Assert.Equal(3, results.Count);
        Assert.All(results, r => Assert.Null(r.Failure));
        Assert.All(results, r => Assert.True(r.CountsAgree == true, r.CellId));
        Assert.All(results, r => Assert.Equal("a", r.ServerHost));
        Assert.Equal([1, 2, 2], results.Select(r => r.SwarmHosts ?? 0).Order());

        ILookup<string, HostRow> hosts = Tables.Hosts.Read(folder).ToLookup(h => h.CellId);
        Assert.All(results, result =>
        {
            HostRow[] swarms = [.. hosts[result.CellId].Where(h => h.Role == HostRole.Swarm)];
            Assert.Equal(result.SwarmHosts, swarms.Length);
            Assert.Equal(result.Requests, swarms.Sum(s => s.Requests));
            Assert.All(swarms, s => Assert.True(s.Requests > 0, s.Host));

            // What time namespaces have put between the clocks lies within what is published.
            Assert.All(hosts[result.CellId], h => Assert.InRange(
                h.ClockOffsetUs!.Value, (_lab.OffsetsS[h.Host] * 1e6) - h.ClockBoundUs!.Value, (_lab.OffsetsS[h.Host] * 1e6) + h.ClockBoundUs.Value));

            // Each began when it was told, by a clock of its own, and its start error says how much later: on the one physical clock these are the spread.
            double[] starts = [.. swarms.Select(s => s.StartErrorUs!.Value)];
            Assert.InRange(
                result.StartSpreadUs!.Value, starts.Max() - starts.Min() - (2 * result.ClockBoundUs!.Value),
                starts.Max() - starts.Min() + (2 * result.ClockBoundUs.Value));
        });

        // The histogram that every percentile comes from is the sum of the hosts', bucket by bucket.
        ILookup<(string, string), HistogramRow> histograms = Tables.Histograms.Read(folder).ToLookup(h => (h.CellId, h.Phase));
        Assert.Contains(histograms, h => h.Key.Item2 == Phases.Request);
        Assert.All(histograms, phase =>
        {
            HistogramRow merged = Assert.Single(phase, h => h.Host is null);
            HistogramBase[] parts = [.. phase.Where(h => h.Host is not null).Select(h => HistogramCodec.FromBase64(h.HdrV2Base64))];
            Assert.Equal(hosts[merged.CellId].Count(h => h.Role == HostRole.Swarm), parts.Length);
            Assert.Equal(merged.Count, parts.Sum(p => p.TotalCount));
            Assert.All(HistogramCodec.FromBase64(merged.HdrV2Base64).RecordedValues(), bucket => Assert.Equal(
                bucket.CountAtValueIteratedTo, parts.Sum(p => p.GetCountAtValue(bucket.ValueIteratedTo))));
        });

        // All of a rate is there, whoever sends which part.
        HostRow[] open = [.. hosts[results.Single(r => r.Cell.Experiment == Experiment.Latency).CellId].Where(h => h.Role == HostRole.Swarm)];
        Assert.Equal([200.0, 200.0], open.Select(h => h.ShareRateRps!.Value));
        Assert.Contains("server on a, swarm on b and c", File.ReadAllText(Path.Combine(folder, RunFiles.ReportMarkdown)), StringComparison.Ordinal);
        Assert.Equal(["a", "b", "c"], RunManifestFile.Read(folder).Hosts!.Hosts.Select(h => h.Name));
    }

    [Fact]
    public void A_host_that_is_killed_in_the_window_costs_an_attempt_and_no_row()
    {
        _lab.Start();
        string matrix = Written();
        string folder = _lab.At("killed");
        RunningProgram run = _lab.StartRun("run", matrix, "--hosts", _lab.HostsFile, "--out", folder, "--filter", "experiment=throughput", "--duration", "2s");
        _lab.WaitFor("b", "told when to begin");
        _lab.KillAgent("b");
        Eventually.Holds(() => run.Errors.Contains("hosts: lost b", StringComparison.Ordinal), () => run.Output + run.Errors);
        _ = _lab.StartAgent("b");
        Outcome outcome = run.WaitForExit();
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);

        ResultRow row = Assert.Single(Tables.Results.Read(folder));
        Assert.Null(row.Failure);

        // A busy host may hear of a start too late: that is an attempt more, and no lost host. Or it answers too late, and is lost as well.
        Assert.True(row.HostsLost >= 1, outcome.Errors);
        Assert.Equal(row.HostsLost + outcome.Errors.Split("told earlier in the next attempt").Length, row.Attempt);
        Assert.Equal(["a", "b", "c"], Tables.Hosts.Read(folder).Select(h => h.Host));
    }

    [Fact]
    public void A_run_that_goes_on_without_a_host_marks_what_the_others_did_alone()
    {
        _lab.Start("on_host_loss: continue");
        string matrix = _lab.At("left.yaml");
        File.WriteAllText(matrix, """
            name: left
            defaults: {variant: reuseport, workers: 2, workload: keepalive, connections: 8, warmup: 200ms, duration: 4s}
            groups:
              - {}
              - {client_hosts: 2}
            """);
        string folder = _lab.At("left");
        RunningProgram run = _lab.StartRun("run", matrix, "--hosts", _lab.HostsFile, "--out", folder);
        _lab.WaitFor("b", "load prepared");
        _lab.KillAgent("b");
        Outcome outcome = run.WaitForExit();
        Assert.Contains("hosts: going on without b", outcome.Errors, StringComparison.Ordinal);

        IReadOnlyList<ResultRow> rows = Tables.Results.Read(folder);
        ResultRow two = Assert.Single(rows, r => r.Cell.ClientHosts == 2);
        Assert.StartsWith("client_hosts: 2, and 1 are left; lost before: b", two.Failure, StringComparison.Ordinal);
        ResultRow all = Assert.Single(rows, r => r.Cell.ClientHosts is null);
        Assert.Null(all.Failure);
        Assert.Equal(1, all.SwarmHosts);
        Assert.Contains("hosts-fewer", all.Verdict.Codes, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_that_is_killed_in_the_window_costs_the_repeat_and_hangs_nobody()
    {
        _lab.Start("on_host_loss: stop");
        string folder = _lab.At("dead");
        RunningProgram run = _lab.StartRun(
            "run", Written(), "--hosts", _lab.HostsFile, "--out", folder, "--filter", "experiment=throughput", "--duration", "2s");
        _lab.WaitFor("c", "told when to begin");
        _lab.KillEngine();
        Outcome outcome = run.WaitForExit();
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("hosts: lost ", outcome.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Errors, StringComparison.Ordinal);

        ResultRow row = Assert.Single(Tables.Results.Read(folder));
        Assert.NotNull(row.Failure);
        Assert.Equal("a", row.ServerHost);
        Assert.Equal(RunStatus.Interrupted, RunManifestFile.Read(folder).Status);

        // Who has no coordinator any more ends what it does.
        _lab.WaitFor("a", "no word from the coordinator");
    }

    [Fact]
    public void A_cell_that_several_hosts_cannot_keep_is_refused_in_one_line()
    {
        _lab.Start();
        string path = _lab.At("one.yaml");
        foreach ((string setting, string remedy) in (ReadOnlySpan<(string, string)>)
            [("open_spacing: 1ms", "measure them without --hosts"), ("sources: 10.77.1.2", "leave out sources")])
        {
            File.WriteAllText(path, $"name: one\ndefaults: {{variant: single, workload: keepalive, connections: 8, {setting}}}\ngroups:\n  - {{}}\n");
            Outcome outcome = _lab.StartRun("run", path, "--hosts", _lab.HostsFile, "--out", _lab.At("never")).WaitForExit();
            Assert.NotEqual(0, outcome.ExitCode);
            Assert.Contains(remedy, Assert.Single(outcome.Errors.Trim().Split('\n')), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_host_whose_link_is_cut_ends_its_load_by_itself_and_its_repeat_is_one_row()
    {
        _lab.Start();
        string matrix = _lab.At("cut.yaml");
        File.WriteAllText(matrix, """
            name: cut
            description: what a client waits for, it waits for longer than an agent for its coordinator
            defaults: {variant: reuseport, workload: keepalive, connections: 8, warmup: 100ms, timeout: 20s, connect_timeout: 20s}
            groups:
              - {duration: 2s}
            """);
        string folder = _lab.At("cut");
        RunningProgram run = _lab.StartRun("run", matrix, "--hosts", _lab.HostsFile, "--out", folder);
        _lab.WaitFor("b", "told when to begin");
        _lab.WaitForLoad();
        _lab.SetLink("b", isUp: false);
        try
        {
            _lab.WaitFor("b", "ended: no word from the coordinator");
        }
        finally
        {
            _lab.SetLink("b", isUp: true);
        }

        Outcome outcome = run.WaitForExit();
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors + _lab.Said("b"));
        ResultRow row = Assert.Single(Tables.Results.Read(folder));
        Assert.Null(row.Failure);
        Assert.True(row.HostsLost >= 1, outcome.Errors);
        Assert.True(row.Attempt >= 2, outcome.Errors);
        Assert.Equal(["a", "b", "c"], Tables.Hosts.Read(folder).Select(h => h.Host));
    }

    [Fact]
    public void A_link_that_drops_what_the_server_sends_is_said_to_limit_the_figures()
    {
        _lab.Start();
        _lab.Throttle("b");
        string matrix = _lab.At("narrow.yaml");
        File.WriteAllText(matrix, """
            name: narrow
            defaults: {variant: reuseport, workers: 2, workload: keepalive, connections: 8, response_bytes: 65536, warmup: 200ms, timeout: 5s}
            groups:
              - {duration: 1s}
            """);
        int runs = 0;
        try
        {
            // A server that stands still in the window sends too little for the link to drop any.
            _ = BusyHost.OneOfFew(
                () =>
                {
                    string run = _lab.At($"narrow-{runs++}");
                    Outcome outcome = _lab.StartRun("run", matrix, "--hosts", _lab.HostsFile, "--out", run).WaitForExit();
                    Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
                    return run;
                },
                run =>
                {
                    ResultRow row = Assert.Single(Tables.Results.Read(run));
                    Assert.Contains("network-limited", row.Verdict.Codes, StringComparison.Ordinal);
                    HostRow server = Tables.Hosts.Read(run).Single(h => h.Role == HostRole.Server);
                    Assert.True(server.TcpRetransmits > 0, "the server's host sent nothing again");
                });
        }
        finally
        {
            _lab.EndThrottle("b");
        }
    }

    [Fact]
    public void A_restart_is_seen_from_two_hosts_on_the_clock_of_the_server()
    {
        _lab.Start();
        string matrix = _lab.At("restarts.yaml");
        File.WriteAllText(matrix, """
            name: restarts
            defaults: {experiment: restart, restart_method: reuseaddr, start_delay: 400ms, workers: 2, rate: 200, timeout: 1s, connect_timeout: 1s}
            groups:
              - {}
              - {client_hosts: 1}
            """);
        int runs = 0;
        string folder = BusyHost.OneOfFew(
            () =>
            {
                string run = _lab.At($"restarts-{runs++}");
                Outcome outcome = _lab.StartRun("run", matrix, "--hosts", _lab.HostsFile, "--out", run).WaitForExit();
                Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors + _lab.Said("b") + _lab.Said("c"));
                return run;
            },
            run => Assert.All(Tables.Restarts.Read(run), row => Assert.NotNull(row.GapMs)));

        ResultRow[] results = [.. Tables.Results.Read(folder)];
        Assert.Equal([1, 2], results.Select(r => r.SwarmHosts!.Value).Order());
        Assert.All(results, r => Assert.Null(r.Failure));
        Assert.All(results, r => Assert.Equal("a", r.ServerHost));
        ILookup<string, HostRow> hosts = Tables.Hosts.Read(folder).ToLookup(h => h.CellId);
        Assert.All(Tables.Restarts.Read(folder), row =>
        {
            HostRow[] swarms = [.. hosts[row.CellId].Where(h => h.Role == HostRole.Swarm)];
            Assert.Equal(swarms.Length, row.ProbeHosts);
            Assert.All(swarms, s => Assert.True(s.Requests > 0, s.Host));

            // The clocks of the hosts are 1000 and 100 s away from the server's: what the probes saw lies where the server was away, or at their timeouts.
            Assert.Equal(RestartStatus.Measured, row.Status);
            Assert.True(row.ServerGapMs >= 400, $"{row.ServerGapMs}");
            Assert.InRange(row.LastSuccessMs!.Value, -10_000, row.ListenerClosedMs!.Value + 1000);
            Assert.InRange(row.FirstSuccessMs!.Value, row.ListeningMs!.Value - 10_000, row.ListeningMs.Value + 10_000);
            Assert.InRange(row.GapMs!.Value, 200, 20_000);

            // What the clocks leave open is in the bounds: on several clocks at both ends, on one on which side of the stop a probe was.
            double open = row.ClockBoundMs!.Value * (swarms.Length > 1 ? 4 : 1);
            Assert.True(row.ClockBoundMs > 0, "the clocks are known exactly");
            Assert.True(row.GapUncertaintyMs >= open, $"{row.GapUncertaintyMs} of {open}");
            Assert.InRange(row.GapLowMs!.Value, 0, row.GapMs.Value);
        });
    }

    [Fact]
    public void A_client_that_has_no_way_to_the_server_is_named_before_anything_is_measured()
    {
        // An address of the server's host, on its link to the other client.
        _lab.Start(serverAddress: "10.77.2.1");
        string folder = _lab.At("unreached");
        Outcome outcome = _lab.StartRun("run", Written(), "--hosts", _lab.HostsFile, "--out", folder).WaitForExit();
        Assert.Equal(2, outcome.ExitCode);
        string line = Assert.Single(outcome.Errors.Trim().Split('\n'));
        Assert.Contains("host b: has no way to 10.77.2.1", line, StringComparison.Ordinal);
        Assert.Contains("give it a route", line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    private string Run(out Outcome outcome)
    {
        string folder = _lab.At("run");
        outcome = _lab.StartRun("run", Written(), "--hosts", _lab.HostsFile, "--out", folder).WaitForExit();
        return folder;
    }

    private string Written()
    {
        string path = _lab.At("several.yaml");
        File.WriteAllText(path, Matrix);
        return path;
    }
}
