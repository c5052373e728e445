using ReuseBench.Core.Results;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>The gap and the failures that the restart experiment reports, against what went over the wire.</summary>
[Trait("needs", "quiet")]
public sealed class RestartTruthTests
{
    /// <summary>Of probes at 1 kHz on a host that is not busy the uncertainty is one to two milliseconds.</summary>
    private const double LaggingProbeMs = 3;

    private const double TimeoutMs = 1000;

    [Theory]
    [InlineData("reuseaddr", "graceful", "idle")]
    [InlineData("reuseaddr", "kill", "idle")]
    [InlineData("reuseaddr", "graceful", "queued")]
    public void A_gap_is_what_a_packet_capture_shows(string way, string stop, string under)
    {
        BusyHost.OneOf(
            () => Restart(way, stop, under),
            run =>
            {
                Assert.Equal(GapBound.Exact, run.Row.GapBound);
                AssertAlike(run.Row, run.Seen);
                Assert.True(run.Seen.LongestGapMs > LaggingProbeMs, $"{run.Seen.LongestGapMs} ms on the wire: too short to be told from the uncertainty");
            },
            untold: WhyUntold);
    }

    [Theory]
    [InlineData("reuseport-overlap", "graceful", "queued")]
    [InlineData("reuseport-drain", "graceful", "queued")]
    [InlineData("handoff", "graceful", "queued")]
    [InlineData("socket-activation", "graceful", "queued")]
    public void Where_somebody_always_listens_the_capture_shows_no_gap_either(string way, string stop, string under)
    {
        BusyHost.OneOf(
            () => Restart(way, stop, under),
            run =>
            {
                Assert.Equal(GapBound.Exact, run.Row.GapBound);
                AssertAlike(run.Row, run.Seen);
            },
            untold: WhyUntold);
    }

    [Fact]
    public void Where_the_port_stays_taken_the_capture_shows_nobody_served_for_as_long()
    {
        BusyHost.OneOf(
            () => Restart("none", "graceful", "idle"),
            run =>
            {
                Assert.Equal(GapBound.AtLeast, run.Row.GapBound);
                Assert.InRange(run.Row.GapMs!.Value, TimeoutMs - LaggingProbeMs, double.MaxValue);
                Assert.InRange(run.Seen.OpenGapMs, run.Row.GapMs.Value - LaggingProbeMs, double.MaxValue);
            });
    }

    /// <summary>
    /// Of a hole in the loopback's packets from success to success, too, the truth is up to two intervals shorter. Where the swarm did not hold its
    /// schedule the wire shows its lag, anywhere in the run, and not the gap: such an attempt tells nothing.
    /// </summary>
    private static void AssertAlike(RestartRow row, PacketCapture seen)
    {
        string both = $"{row.GapLowMs} to {row.GapMs} ms reported, {seen.LongestGapMs} ms on the wire, uncertainty {row.GapUncertaintyMs} ms";
        Assert.True(seen.LongestGapMs >= row.GapLowMs && Math.Abs(seen.LongestGapMs - row.GapMs!.Value) <= row.GapUncertaintyMs, both);
    }

    private static string? WhyUntold((RestartRow Row, PacketCapture Seen) run) => run.Row.GapUncertaintyMs < LaggingProbeMs ? null
        : $"the swarm did not hold its schedule; uncertainty {run.Row.GapUncertaintyMs} ms";

    private static (RestartRow Row, PacketCapture Seen) Restart(string way, string stop, string under)
    {
        (RestartRow Row, PacketCapture Seen)? restart = null;

        // The namespace is the test's own, so that tcpdump is in it too; the experiment is told to make none.
        CapturedRun.Run(
            folder => $"{RunningProgram.ReuseBench} restart --isolate none --method {way} --stop {stop} --load {under} --repeats 1 "
                + $"--restart-timeout {TimeoutMs}ms --out {folder.At("run")}",
            (folder, capture) =>
            {
                string results = folder.At("run");
                ResultRow result = Assert.Single(TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName)));
                Assert.True(result.Failure is null, result.Failure);
                RestartRow row = Assert.Single(TableFile.Read<RestartRow>(Path.Combine(results, Tables.Restarts.FileName)));
                PacketCapture seen = Read(Tools.Require("tcpdump"), capture);
                Assert.Equal(row.Refused, seen.Refused);

                // What the swarm calls a reset may have been one before its answer was read: each of them is a RST on the wire.
                Assert.Equal(row.Reset, seen.Connections.Count(c => c.IsAccepted && c.IsReset));
                restart = (row, seen);
            });
        return restart!.Value;
    }

    private static PacketCapture Read(string tcpdump, string capture)
    {
        Outcome text = RunningProgram.Run(tcpdump, "-r", capture, "-tt", "-n");
        return PacketCapture.Parse(text.Output, PacketCapture.BusiestPort(text.Output));
    }
}
