using System.Text.RegularExpressions;
using ReuseBench.Linux;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>What persistent connections cost the swarm: a table entry each, no thread and no buffer.</summary>
public sealed partial class StandingConnectionsTests
{
    private const int Connections = 10_000;
    private const long MostResidentKb = 120 * 1024;

    [Fact]
    [Trait("needs", "quiet")]
    public void Ten_thousand_standing_connections_stay_under_120_mebibytes()
    {
        Assert.SkipUnless(FileLimit.Current().Hard >= Connections + 1000, $"the hard limit of descriptors is below {Connections + 1000}");
        using RunningProgram server = RunningProgram.Start(RunningProgram.ReuseBench, "serve", "--variant", "single", "--backlog", "1024");
        string port = Port().Match(server.WaitForLine("READY ")).Groups[1].Value;
        using RunningProgram swarm = RunningProgram.Start(
            RunningProgram.ReuseBench,
            "load", "--target", $"127.0.0.1:{port}", "--connections", $"{Connections}", "--duration", "300s", "--warmup", "1s", "--timeout", "45s", "--json");

        // The window begins once all of them have had their first request.
        BusyHost watch = BusyHost.Watch();
        if (!Eventually.Is(() => swarm.Errors.Contains("\"begin\"", StringComparison.Ordinal)))
        {
            watch.SkipIfBusyElseFail("the window did not begin: " + swarm.Errors);
        }

        string status = File.ReadAllText($"/proc/{swarm.Process.Id}/status");
        int sockets = Directory.GetFiles($"/proc/{swarm.Process.Id}/fd").Length;
        Assert.Equal(0, ChildProcess.Kill(swarm.Process.Id, Signal.Terminate));
        Outcome outcome = swarm.WaitForExit();

        Assert.True(outcome.ExitCode == 130, outcome.Errors);
        Assert.True(sockets >= Connections, $"{sockets} descriptors are open");
        Assert.InRange(long.Parse(PeakKb().Match(status).Groups[1].Value), 1, MostResidentKb);
        Assert.InRange(int.Parse(Threads().Match(status).Groups[1].Value), 1, 20);
    }

    [GeneratedRegex("\"port\":(\\d+)")]
    private static partial Regex Port();

    [GeneratedRegex("VmHWM:\\s+(\\d+) kB")]
    private static partial Regex PeakKb();

    [GeneratedRegex("Threads:\\s+(\\d+)")]
    private static partial Regex Threads();
}
