using ReuseBench.Core.Results;

namespace ReuseBench.SystemTests;

/// <summary>The gap and the failures that the restart experiment reports, against what went over the wire.</summary>
public sealed class RestartTruthTests
{
    /// <summary>Of probes at 1 kHz on a host that is not busy the uncertainty is one to two milliseconds.</summary>
    private const double LaggingProbeMs = 3;

    [Theory]
    [InlineData("none", "graceful", "idle")]
    [InlineData("reuseaddr", "graceful", "idle")]
    [InlineData("reuseaddr", "kill", "idle")]
    [InlineData("reuseaddr", "graceful", "queued")]
    [InlineData("reuseport-overlap", "graceful", "queued")]
    [InlineData("reuseport-drain", "graceful", "queued")]
    [InlineData("handoff", "graceful", "queued")]
    [InlineData("socket-activation", "graceful", "queued")]
    public void A_gap_is_what_a_packet_capture_shows(string way, string stop, string under)
    {
        string tcpdump = Tools.Require("tcpdump");
        string unshare = Tools.Require("unshare");
        string ip = Tools.Require("ip");
        Assert.SkipUnless(RunningProgram.Run(unshare, "-n", "true").ExitCode == 0, "no right to make a network namespace");
        using TestFolder folder = new();
        string capture = folder.At("lo.pcap");
        string results = folder.At("run");

        // The namespace is the test's own, so that tcpdump is in it too; the experiment is told to make none.
        string script = $"""
            {ip} link set lo up
            {tcpdump} -i lo -n -s 128 -B 65536 -U -w {capture} tcp 2> {folder.At("tcpdump.log")} &
            dump=$!
            tries=0
            while ! grep -q 'listening on' {folder.At("tcpdump.log")} && [ $tries -lt 500 ]; do sleep 0.01; tries=$((tries + 1)); done
            {RunningProgram.ReuseBench} restart --isolate none --method {way} --stop {stop} --load {under} --repeats 1 --restart-timeout 1s --out {results}
            code=$?
            kill -INT $dump
            wait $dump
            exit $code
            """;
        using RunningProgram run = RunningProgram.Start(unshare, "-n", "sh", "-c", script);
        Outcome outcome = run.WaitForExit(TimeSpan.FromSeconds(90));
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);

        ResultRow result = Assert.Single(TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName)));
        Assert.True(result.Failure is null, result.Failure);
        RestartRow row = Assert.Single(TableFile.Read<RestartRow>(Path.Combine(results, Tables.Restarts.FileName)));
        PacketCapture seen = Read(tcpdump, capture);
        Assert.Equal(row.Refused, seen.Refused);
        // What the swarm calls a reset may have been one before its answer was read: each of them is a RST on the wire.
        Assert.Equal(row.Reset, seen.Connections.Count(c => c.IsAccepted && c.IsReset));
        // Where the swarm did not hold its schedule the wire shows its lag, anywhere in the run, and not the gap.
        if (row.GapBound == GapBound.Exact && row.GapMs > 3 && row.GapUncertaintyMs < LaggingProbeMs)
        {
            // Of a hole in the loopback's packets from success to success, too, the truth is up to two intervals shorter.
            Assert.True(
                seen.LongestGapMs >= row.GapLowMs && Math.Abs(seen.LongestGapMs - row.GapMs!.Value) <= row.GapUncertaintyMs,
                $"{row.GapLowMs} to {row.GapMs} ms reported, {seen.LongestGapMs} ms on the wire, uncertainty {row.GapUncertaintyMs} ms");
        }
    }

    private static PacketCapture Read(string tcpdump, string capture)
    {
        Outcome text = RunningProgram.Run(tcpdump, "-r", capture, "-tt", "-n");
        int port = ServerPort(text.Output);
        return PacketCapture.Parse(text.Output, port);
    }

    /// <summary>The port that most SYNs go to.</summary>
    private static int ServerPort(string text) => text.Split('\n')
        .Where(line => line.Contains("Flags [S],", StringComparison.Ordinal))
        .Select(line => line.Split(' ')[4].TrimEnd(':'))
        .GroupBy(target => int.Parse(target[(target.LastIndexOf('.') + 1)..]))
        .MaxBy(group => group.Count())!.Key;
}
