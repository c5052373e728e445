using System.Text.Json;
using System.Text.RegularExpressions;
using HdrHistogram;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>
/// The server is stopped by SIGSTOP for a known time in the middle of the window. What the schedule implies: arrivals come at the rate R
/// all the while, so the latencies of the R·T requests that fall into the stop of length T are spread evenly from T down to 0.
/// </summary>
[Trait("needs", "quiet")]
public sealed partial class StalledServerTests
{
    private const int Rate = 500;
    private const double WindowS = 3;
    private const double StopS = 0.6;

    /// <summary>What the test host may add: the signal's delivery, and working off the queue.</summary>
    private const double ToleranceS = 0.15;

    [Fact]
    public void An_open_loop_shows_what_the_stall_costs_and_its_uncorrected_figures_hide_it()
    {
        BusyHost.OneOf(
            () =>
            {
                LoadDocument document = LoadWhileStopped("--rate", $"{Rate}", "--connections", "16");
                HistogramBase latency = HistogramCodec.FromBase64(document.Histograms[Phases.Request]);

                // Whatever else the host did, it did stop: of R·W requests R·(T − t) took longer than t, at t = T/2 one in ten.
                Assert.InRange(latency.GetMaxValue() / 1e9, StopS - ToleranceS, double.MaxValue);
                Assert.InRange(CountAbove(latency, StopS / 2), (Rate * StopS / 2) - (Rate * ToleranceS), double.MaxValue);
                Assert.True(document.WaitedShare > 0.05, "that requests waited for a connection is said");
                return (document, latency);
            },
            run =>
            {
                double shareAboveHalf = Rate * StopS / 2 / (Rate * WindowS);
                Assert.Equal(StopS / 2, run.latency.GetValueAtPercentile(100 * (1 - shareAboveHalf)) / 1e9, ToleranceS);
                Assert.InRange(run.latency.GetMaxValue() / 1e9, StopS - 0.01, StopS + ToleranceS);
                Assert.InRange(CountAbove(run.latency, StopS / 2), 0, (Rate * StopS / 2) + (Rate * ToleranceS));

                // Only the 16 requests that were on the wire when the server stopped know of it.
                HistogramBase uncorrected = HistogramCodec.FromBase64(run.document.Histograms[Phases.FromSend]);
                Assert.InRange(CountAbove(uncorrected, StopS / 2), 0, 2 * 16);
            });
    }

    [Fact]
    public void A_closed_loop_hides_the_stall_in_one_request_for_each_connection()
    {
        BusyHost.OneOf(
            () => LoadWhileStopped("--connections", "16"),
            document =>
            {
                HistogramBase latency = HistogramCodec.FromBase64(document.Histograms[Phases.Request]);
                Assert.Equal(16, CountAbove(latency, StopS - 0.01));
                Assert.True(document.LatencyP99Us < 1e6 * StopS / 2, $"p99 is {document.LatencyP99Us} us");
            });
    }

    private static LoadDocument LoadWhileStopped(params string[] load)
    {
        BusyHost watch = BusyHost.Watch();
        for (int attempt = 0; attempt < BusyHost.Attempts; attempt++)
        {
            if (TryLoadWhileStopped(load) is { } document)
            {
                return document;
            }
        }

        watch.SkipIfBusyElseFail("the server was not stopped for the time that was meant, within the window");
        throw new InvalidOperationException();
    }

    /// <returns>Null where the host was too busy to stop the server for the time that was meant, within the window.</returns>
    private static LoadDocument? TryLoadWhileStopped(string[] load)
    {
        using RunningProgram server = RunningProgram.Start(RunningProgram.ReuseBench, "serve", "--variant", "single");
        string port = Port().Match(server.WaitForLine("READY ")).Groups[1].Value;
        using RunningProgram swarm = RunningProgram.Start(
            RunningProgram.ReuseBench,
            ["load", "--target", $"127.0.0.1:{port}", "--duration", $"{WindowS}s", "--warmup", "500ms", "--workload", "keepalive", "--json", .. load]);
        Eventually.Holds(() => swarm.Errors.Contains("\"begin\"", StringComparison.Ordinal), () => "the window did not begin: " + swarm.Errors);
        MonotonicClock.SleepUntil(MonotonicClock.NowNs() + 500_000_000);

        long stopped = MonotonicClock.NowNs();
        Assert.Equal(0, ChildProcess.Kill(server.Process.Id, Signal.Stop));
        MonotonicClock.SleepUntil(stopped + (long)(StopS * 1e9));
        Assert.Equal(0, ChildProcess.Kill(server.Process.Id, Signal.Continue));
        long continued = MonotonicClock.NowNs();

        Outcome outcome = swarm.WaitForExit();
        Assert.True(outcome.HasMeasured, outcome.Errors);
        LoadDocument document = JsonSerializer.Deserialize(outcome.Output, WireJson.Default.LoadDocument)!;
        return stopped > document.WindowBeginNs && continued < document.WindowEndNs - 500_000_000
            && continued - stopped < (StopS + (ToleranceS / 3)) * 1e9
            ? document
            : null;
    }

    private static double CountAbove(HistogramBase histogram, double seconds) =>
        histogram.RecordedValues().Where(v => v.ValueIteratedTo > seconds * 1e9).Sum(v => v.CountAtValueIteratedTo);

    [GeneratedRegex("\"port\":(\\d+)")]
    private static partial Regex Port();
}
