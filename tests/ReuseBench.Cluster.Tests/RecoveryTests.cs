using ReuseBench.Cluster;
using ReuseBench.ClusterTests.Lab;
using ReuseBench.Core.Results;
using ReuseBench.SystemTests;

namespace ReuseBench.ClusterTests;

/// <summary>Runs whose engine, coordinator or clock fails on the way: each repeat is one row all the same.</summary>
public sealed class RecoveryTests : IDisposable
{
    /// <summary>A busy host may be told of a start too late, or this test of its window: then another lab is tried, so often.</summary>
    private const int MostTries = 5;

    private static readonly string[] Hosts = ["a", "b", "c"];

    private readonly List<LoopbackLab> _labs = [];

    public void Dispose() => _labs.ForEach(lab => lab.Dispose());

    [Fact]
    public void An_engine_that_is_killed_in_the_window_and_started_again_costs_no_row()
    {
        LoopbackLab lab = Started();
        RunningProgram run = Begin(lab, "2s");
        lab.RestartEngine();
        Outcome outcome = run.WaitForExit();
        Assert.True(outcome.HasMeasured, Everything(lab, outcome));
        _ = OnlyRow(lab);
    }

    [Fact]
    public void A_run_goes_on_with_what_the_engine_kept_of_a_repeat_whose_coordinator_was_killed()
    {
        LoopbackLab lab = Interrupted();
        Assert.Contains("no word from the coordinator", lab.Said("a"), StringComparison.Ordinal);
        Outcome outcome = lab.StartRun("--resume", lab.At("run")).WaitForExit();
        Assert.True(outcome.HasMeasured, Everything(lab, outcome));
        Assert.Contains("hosts: took what the engine kept of ", outcome.Errors, StringComparison.Ordinal);

        ResultRow row = OnlyRow(lab);
        Assert.Equal(1, row.Attempt);
        Assert.Equal(0, row.HostsLost);
        Assert.True(row.CountsAgree, row.CellId);

        // Nobody measured twice.
        Assert.All(Hosts, host => Assert.Equal(2, lab.Said(host).Split(" prepared for ").Length));
        Assert.Equal(RunStatus.Complete, RunManifestFile.Read(lab.At("run")).Status);

        // What stands in a row is forgotten.
        using EngineLink link = lab.Connect();
        string session = RunManifestFile.Read(lab.At("run")).Hosts!.Session!;
        Eventually.Holds(() => link.OpenStore(session) == 0, () => "the engine keeps results that stand in a row");
    }

    [Fact]
    public void A_clock_that_does_not_go_on_as_clocks_do_makes_no_figures()
    {
        LoopbackLab lab = Started();
        RunningProgram run = Begin(lab, "2s");
        lab.Hasten("b");
        Outcome outcome = run.WaitForExit();
        ResultRow row = Assert.Single(Tables.Results.Read(lab.At("run")));
        Assert.True(row.Failure is not null, Everything(lab, outcome));
        Assert.Contains("a clock was set meanwhile, or a host was suspended", row.Failure, StringComparison.Ordinal);
        Assert.Null(row.ThroughputRps);
    }

    private LoopbackLab Started()
    {
        LoopbackLab lab = new();
        _labs.Add(lab);
        lab.Start();
        return lab;
    }

    /// <returns>A run of one repeat whose hosts have all been told when to begin.</returns>
    private static RunningProgram Begin(LoopbackLab lab, string duration)
    {
        string matrix = lab.At("one.yaml");
        File.WriteAllText(matrix, $$"""
            name: one
            defaults: {variant: reuseport, workers: 2, workload: keepalive, connections: 8, warmup: 200ms, timeout: 500ms, connect_timeout: 500ms}
            groups:
              - {duration: {{duration}}}
            """);
        RunningProgram run = lab.StartRun(matrix, "--out", lab.At("run"));
        lab.WaitFor("c", "told when to begin");
        return run;
    }

    /// <summary>Kills a coordinator in its window, and waits until the engine has what the hosts measured without it.</summary>
    private LoopbackLab Interrupted()
    {
        for (int attempt = 1; ; attempt++)
        {
            LoopbackLab lab = Started();
            using CancellationTokenSource end = new();
            using ManualResetEventSlim looks = new();
            using ManualResetEventSlim isNoted = new();
            using EngineLink onlooker = lab.Connect();
            _ = onlooker.Listen(
                Subjects.AllResults,
                looks.Set,
                message =>
                {
                    if (message.Subject.Contains($".{Coordinator.Name}.", StringComparison.Ordinal))
                    {
                        isNoted.Set();
                    }

                    return Task.CompletedTask;
                },
                end.Token);
            Wait(looks, "nobody looks on");
            RunningProgram run = Begin(lab, "2s");
            Wait(isNoted, "the coordinator noted nothing of the attempt");
            run.Process.Kill(entireProcessTree: true);
            end.Cancel();
            Assert.All(Hosts, host => lab.WaitFor(host, " handed over"));
            bool isWhole = Hosts.All(host => !lab.Said(host).Contains(" without a result", StringComparison.Ordinal)
                && lab.Said(host).Split(" prepared for ").Length == 2);
            if ((isWhole && Tables.Results.Read(lab.At("run")).Count == 0) || attempt == MostTries)
            {
                return lab;
            }
        }
    }

    private static void Wait(ManualResetEventSlim happened, string otherwise) =>
        Assert.True(happened.Wait(RunningProgram.DefaultLimit, TestContext.Current.CancellationToken), otherwise);

    private static ResultRow OnlyRow(LoopbackLab lab)
    {
        ResultRow row = Assert.Single(Tables.Results.Read(lab.At("run")));
        Assert.Null(row.Failure);
        HostRow[] hosts = [.. Tables.Hosts.Read(lab.At("run"))];
        Assert.Equal(Hosts, hosts.Select(h => h.Host));
        Assert.Equal(row.Requests, hosts.Sum(h => h.Requests ?? 0));
        Assert.True(row.Requests > 0, "nothing was measured");
        return row;
    }

    private static string Everything(LoopbackLab lab, Outcome outcome) =>
        $"{outcome.Output}{outcome.Errors}{string.Join('\n', Hosts.Select(lab.Said))}";
}
