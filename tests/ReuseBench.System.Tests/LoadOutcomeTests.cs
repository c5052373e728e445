using System.Text.Json;
using System.Text.RegularExpressions;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>What <c>load</c> tells whoever started it: on its last lines, and by its exit code.</summary>
public sealed partial class LoadOutcomeTests : IDisposable
{
    private readonly RunningProgram _server = RunningProgram.Start(RunningProgram.ReuseBench, "serve", "--variant", "single", "--workers", "1");

    private string Target => $"127.0.0.1:{Port().Match(_server.WaitForLine("READY ")).Groups[1].Value}";

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(Signal.Interrupt)]
    [InlineData(Signal.Terminate)]
    public void One_that_is_stopped_says_how_long_it_measured(Signal signal)
    {
        using RunningProgram load = RunningProgram.Start(
            RunningProgram.ReuseBench, "load", "--target", Target, "--connections", "2", "--warmup", "100ms", "--duration", "40s", "--json");
        Eventually.Holds(() => load.Errors.Contains("\"begin\"", StringComparison.Ordinal), () => "the window did not begin: " + load.Errors);
        Assert.Equal(0, ChildProcess.Kill(load.Process.Id, signal));

        Outcome outcome = load.WaitForExit();

        Assert.Equal(130, outcome.ExitCode);
        Assert.Matches(@"reusebench: stopped after [\d.]+ of 40 s of measuring", outcome.Errors);
        Assert.InRange(JsonSerializer.Deserialize(outcome.Output, WireJson.Default.LoadDocument)!.DurationS, 0.0001, 39);
    }

    [Fact]
    public void A_load_whose_schedule_was_not_carried_still_shows_it()
    {
        using RunningProgram server = RunningProgram.Start(
            RunningProgram.ReuseBench, "serve", "--variant", "single", "--workers", "1", "--service-time", "10ms:cpu");
        string port = Port().Match(server.WaitForLine("READY ")).Groups[1].Value;
        Outcome outcome = RunningProgram.Run(
            RunningProgram.ReuseBench, "load", "--target", $"127.0.0.1:{port}", "--rate", "1000", "--connections", "2", "--timeout", "200ms",
            "--warmup", "0s", "--duration", "1s");

        // A host that keeps the swarm from its CPU makes it invalid, and shows the same.
        Assert.True(outcome.HasMeasured, outcome.Errors);
        Assert.Matches(@"schedule +\d+ due, [\d.]+ per second carried, [1-9]\d* dropped unstarted", outcome.Output);
        Assert.Matches("lag +p50 ", outcome.Output);

        // Why it is left out depends on how much of the second the host gave to either side.
        Assert.Contains("left out: p50", outcome.Output, StringComparison.Ordinal);
        Assert.Matches(@"failed +\d+ × dropped unstarted: no connection came free within the timeout", outcome.Output);
        Assert.Matches("verdict: throughput .*, latency .*rate-not-reached:", outcome.Output.ReplaceLineEndings(" "));
    }

    [Fact]
    public void A_load_that_was_never_answered_well_has_failed()
    {
        // The server knows no such path, or no such request: whatever it says, it is no 2xx.
        using RunningProgram shell = RunningProgram.Start(
            Tools.Require("python3"), "-c", "import http.server; s = http.server.HTTPServer(('127.0.0.1', 0), http.server.BaseHTTPRequestHandler); "
            + "print('READY', s.server_port, flush=True); s.serve_forever()");
        string port = shell.WaitForLine("READY ");
        BusyHost.OneOfFew(
            () => RunningProgram.Run(
                RunningProgram.ReuseBench, "load", "--target", $"127.0.0.1:{port}", "--workload", "connect", "--connections", "1", "--worker-header", "",
                "--warmup", "100ms", "--duration", "2s"),
            outcome =>
            {
                Assert.Equal(4, outcome.ExitCode);
                Assert.Matches(@"nothing valid was measured: none of (\d+) responses had a status of 2xx \(\1 × 501\)", outcome.Errors);
                Assert.Contains("× answered with status 501", outcome.Output, StringComparison.Ordinal);
            });
    }

    [GeneratedRegex("\"port\":(\\d+)")]
    private static partial Regex Port();
}
