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
                AssertMeasured(run.Row);
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
                AssertMeasured(run.Row);
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
                AssertMeasured(run.Row);
                Assert.Equal(GapBound.AtLeast, run.Row.GapBound);
                Assert.InRange(run.Row.GapMs!.Value, TimeoutMs - LaggingProbeMs, double.MaxValue);
                Assert.InRange(run.Seen.OpenGapMs, run.Row.GapMs.Value - LaggingProbeMs, double.MaxValue);
            });
    }

    /// <summary>A host that stands still may let a time limit of the experiment pass, and its next attempt is another one.</summary>
    private static void AssertMeasured(RestartRow row) => Assert.True(row.Status == RestartStatus.Measured, row.Reason);

    /// <summary>Of a hole in the loopback's packets from success to success, too, the truth is up to two intervals shorter.</summary>
    private static void AssertAlike(RestartRow row, PacketCapture seen)
    {
        string both = $"{row.GapLowMs} to {row.GapMs} ms reported, {seen.LongestGapMs} ms on the wire, uncertainty {row.GapUncertaintyMs} ms";
        Assert.True(seen.LongestGapMs >= row.GapLowMs && Math.Abs(seen.LongestGapMs - row.GapMs!.Value) <= row.GapUncertaintyMs, both);
    }

    /// <summary>
    /// Where the swarm did not hold its schedule a hole on the wire is as long as it lagged: the row says so of the restart, and the wire of anywhere in
    /// the run. Such an attempt tells nothing.
    /// </summary>
    private static string? WhyUntold((RestartRow Row, PacketCapture Seen) run) => run switch
    {
        { Row.Status: not RestartStatus.Measured } => null,
        { Row.GapUncertaintyMs: >= LaggingProbeMs } => $"the swarm did not hold its schedule; uncertainty {run.Row.GapUncertaintyMs} ms",
        { Seen.LongestUntriedMs: >= LaggingProbeMs } => $"the swarm sent no SYN for {run.Seen.LongestUntriedMs} ms of {run.Seen.LongestGapMs} ms",
        _ => null,
    };

    private static (RestartRow Row, PacketCapture Seen) Restart(string way, string stop, string under)
    {
        (RestartRow Row, PacketCapture Seen)? restart = null;

        // The namespace is the test's own, so that tcpdump is in it too; the experiment is told to make none. Exit code 1: its one restart failed.
        CapturedRun.Run(
            folder => $"""
                {RunningProgram.ReuseBench} restart --isolate none --method {way} --stop {stop} --load {under} --repeats 1 \
                    --restart-timeout {TimeoutMs}ms --out {folder.At("run")}
                code=$?
                [ $code -ne 1 ] || code=0
                exit $code
                """,
            (folder, capture) =>
            {
                RestartRow row = Assert.Single(Tables.Restarts.Read(folder.At("run")));
                PacketCapture seen = Read(Tools.Require("tcpdump"), capture);
                if (row.Status == RestartStatus.Measured)
                {
                    AssertSameCounts(row, seen);
                }

                restart = (row, seen);
            });
        return restart!.Value;
    }

    /// <summary>
    /// What the swarm calls a reset may have been one before its answer was read: each of them is a RST on the wire. Where patience ended, too, a swarm that
    /// was held up may have looked at its clock first.
    /// </summary>
    private static void AssertSameCounts(RestartRow row, PacketCapture seen)
    {
        long givenUp = row.TimedOut!.Value + row.TimedOutQueued!.Value;
        Assert.InRange(seen.Refused, row.Refused!.Value, row.Refused.Value + givenUp);
        Assert.InRange(seen.Connections.Count(c => c.IsAccepted && c.IsReset), row.Reset!.Value, row.Reset.Value + givenUp);
    }

    private static PacketCapture Read(string tcpdump, string capture)
    {
        Outcome text = RunningProgram.Run(tcpdump, "-r", capture, "-tt", "-n");
        return PacketCapture.Parse(text.Output, PacketCapture.BusiestPort(text.Output));
    }
}
