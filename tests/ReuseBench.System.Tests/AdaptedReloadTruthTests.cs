using ReuseBench.Bench.Adapters;
using ReuseBench.Core.Results;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>What a reload of a server of somebody else loses, as a restart cell counts it, against what went over the wire.</summary>
[Trait("needs", "quiet")]
public sealed class AdaptedReloadTruthTests
{
    [Theory]
    [InlineData("nginx", "reuseport", "fewer", 4, true)]
    [InlineData("nginx", "shared", "fewer", 4, false)]
    [InlineData("haproxy", "alone", "sf", 2, true)]
    [InlineData("haproxy", "master", "usr2", 2, false)]
    public void Connections_that_a_reload_loses_are_those_of_a_packet_capture(string server, string mode, string reload, int workers, bool loses)
    {
        ServerAdapter adapter = AdapterCatalogue.Require(server);
        Assert.SkipWhen(adapter.FindProgram() is null, adapter.NotInstalled);

        // Without a queue at the reload there is nothing to lose: the host may have kept the swarm from making one.
        BusyHost.OneOf(() => Reset(server, mode, reload, workers), reset => Assert.True(loses == reset > 0, $"{reset} were reset"), attempts: 3);
    }

    /// <returns>Connections that were reset, as the capture and the swarm have it.</returns>
    private static long Reset(string server, string mode, string reload, int workers)
    {
        long reset = 0;

        // The namespace is the test's own, so that tcpdump is in it too; the experiment is told to make none.
        CapturedRun.Run(
            folder =>
            {
                string matrix = folder.At("matrix.yaml");
                File.WriteAllText(matrix, $$"""
                    repeats: 1
                    groups:
                      - {experiment: restart, server: {{server}}, server_mode: {{mode}}, server_reload: {{reload}}, restart_load: frozen, workers: {{workers}}}
                    """);
                return $"{RunningProgram.ReuseBench} run {matrix} --isolate none --out {folder.At("run")}";
            },
            (folder, capture) =>
            {
                ResultRow result = Assert.Single(TableFile.Read<ResultRow>(folder.At("run", Tables.Results.FileName)));
                Assert.True(result.Failure is null, result.Failure);
                RestartRow row = Assert.Single(TableFile.Read<RestartRow>(folder.At("run", Tables.Restarts.FileName)));
                Outcome text = RunningProgram.Run(Tools.Require("tcpdump"), "-r", capture, "-tt", "-n");
                PacketCapture seen = PacketCapture.Parse(text.Output, PacketCapture.BusiestPort(text.Output));
                TestContext.Current.TestOutputHelper?.WriteLine(
                    $"{server}, {mode}: {row.Reset} reset, {row.Refused} refused by the swarm; {seen.Connections.Count} connections on the wire");

                // A connection is reset on the wire, also where the swarm had sent its request and reads the end of the stream.
                Assert.Equal(seen.Refused, row.Refused);
                Assert.Equal(seen.Connections.Count(c => c.IsAccepted && c.IsReset), row.Reset);
                Assert.Equal(0, row.TimedOut + row.FailedOther);
                reset = row.Reset!.Value;
            });
        return reset;
    }
}
