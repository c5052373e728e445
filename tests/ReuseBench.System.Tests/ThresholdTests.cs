using System.Text.Json;
using ReuseBench.Core.Results;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>Thresholds of the user's, on real runs. Where a busy host makes all of one invalid, the code is 4, and the words are of that.</summary>
public sealed class ThresholdTests
{
    private const string Matrix = """
        name: held
        description: two cells
        expect:
          throughput_rps: "> 1"
          requests: "> 1e15"
          ratio: reuseport/single > 0
        defaults: {warmup: 50ms, duration: 300ms, connections: 4, workload: keepalive, service_time: 300us}
        groups:
          - {variant: [single, reuseport], workers: 1}
        """;

    [Fact]
    public void A_matrix_holds_its_runs_to_thresholds()
    {
        using TestFolder folder = new();
        File.WriteAllText(folder.At("m.yaml"), Matrix);
        string run = "";
        int attempt = 0;

        // Another threshold is missed, too, where the host stands still for all of a window.
        BusyHost.OneOfFew(
            () => RunningProgram.Run(
                RunningProgram.ReuseBench, "run", "--matrix", folder.At("m.yaml"), "--expect", "errors = 0", "--out", run = folder.At($"run-{attempt++}")),
            outcome =>
            {
                Assert.Contains(outcome.ExitCode, (int[])[3, 4]);
                Assert.Contains("expect requests > 1000000000000000: ", outcome.Output, StringComparison.Ordinal);
                Assert.Contains(outcome.ExitCode == 3 ? "expect: 1 of 4 failed" : "nothing valid was measured", outcome.Errors, StringComparison.Ordinal);
            });
        Assert.Equal(
            ["throughput_rps > 1", "requests > 1000000000000000", "ratio reuseport/single > 0", "errors == 0"], RunManifestFile.Read(run).Expect!);
        Assert.Contains("## Do the thresholds hold?", File.ReadAllText(Path.Combine(run, RunFiles.ReportMarkdown)), StringComparison.Ordinal);
        Assert.Equal(
            4,
            JsonDocument.Parse(File.ReadAllText(Path.Combine(run, RunFiles.Findings))).RootElement.GetProperty("findings").EnumerateArray()
                .Count(f => f.GetProperty("topic").GetString() == "expectations"));
    }

    [Fact]
    public void A_load_is_held_to_thresholds()
    {
        using LoadedServer server = LoadedServer.Start("--service-time", "300us");

        Outcome missed = server.RunLoad("--connections", "2", "--warmup", "50ms", "--duration", "400ms", "--expect", "requests > 1e15");
        Assert.Contains(missed.ExitCode, (int[])[3, 4]);
        Assert.Contains(missed.ExitCode == 3 ? "✗ expect requests > 1000000000000000: fail" : "nothing valid", missed.Output + missed.Errors,
            StringComparison.Ordinal);
        BusyHost.OneOfFew(
            () => server.RunLoad("--connections", "2", "--warmup", "50ms", "--duration", "400ms", "--expect", "requests > 0"),
            kept =>
            {
                Assert.Contains(kept.ExitCode, (int[])[0, 4]);
                Assert.Contains(kept.ExitCode == 0 ? "✓ expect requests > 0: pass" : "nothing valid", kept.Output + kept.Errors, StringComparison.Ordinal);
            });
    }

    [Fact]
    public void A_restart_is_held_to_thresholds()
    {
        using TestFolder folder = new();
        Outcome outcome = RunningProgram.Run(
            RunningProgram.ReuseBench, "restart", "--method", "reuseaddr", "--stop", "graceful", "--load", "idle", "--repeats", "1", "--isolate", "none",
            "--expect", "gap_ms < 0.001", "--out", folder.At("run"));

        Assert.Contains(outcome.ExitCode, (int[])[3, 4]);
        Assert.Contains("expect gap_ms < 0.001: ", outcome.Output, StringComparison.Ordinal);
    }
}
