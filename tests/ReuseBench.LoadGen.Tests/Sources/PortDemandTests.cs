using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Sources;
using ReuseBench.LoadGen.Tests.Server;

namespace ReuseBench.LoadGen.Tests.Sources;

public sealed class PortDemandTests
{
    private const long OneAddress = 28_232;

    private static readonly LoadSettings Connecting = new() { Workload = Workload.Connect, Close = ConnectionClose.Fin, Connections = 64 };

    /// <summary>Settings, seconds that a port is held, and what is said before the load.</summary>
    public static TheoryData<LoadSettings, double, string?> Before { get; } = new()
    {
        { new LoadSettings { Connections = 14_000 }, 0, null },
        { new LoadSettings { Connections = 19_000 }, 0, "source ports nearly used up: 19000 of 28232; use more source addresses" },
        { new LoadSettings { Connections = 19_000, SourcePlan = SourcePlan.Parse("sequential", "plan") }, 0, null },
        { Connecting with { Rate = 200 }, 60, null },
        { Connecting with { Rate = 400 }, 60, "source ports nearly used up: 24064 of 28232; use more source addresses or --close rst" },
        { Connecting with { Rate = 400 }, 1, null },
        {
            Connecting, 60,
            "28232 source ports, each held 60 s by --close fin, carry at most 471 connections/s for long; use more source addresses or --close rst"
        },
        { Connecting, 1, null },
        { Connecting with { Close = ConnectionClose.Rst }, 0, null },
    };

    [Theory]
    [MemberData(nameof(Before), DisableDiscoveryEnumeration = true)]
    public void A_load_that_nearly_uses_up_the_ports_is_told_so_before_it_begins(LoadSettings settings, double holdSeconds, string? saying) =>
        Assert.Equal(saying, new PortDemand(settings, OneAddress, holdSeconds).WarningBefore());

    [Fact]
    public void Afterwards_the_ports_that_were_taken_at_once_are_known_and_what_the_search_cost()
    {
        PortDemand ports = new(Connecting, OneAddress, holdSeconds: 1);

        Assert.Equal(64 + 11_000, ports.Needed(opened: 110_000, perSecond: 11_000));
        Assert.Equal(64 + 500, ports.Needed(opened: 500, perSecond: 11_000));
        Assert.Null(ports.Warning(11_064, slowConnects: 3, refused: 0)); // Busy hosts are slow at times.
        Assert.Equal(
            "source ports nearly used up: 20000 of 28232; use more source addresses or --close rst "
            + "(17 calls of connect(2) took 1 ms or more to find one)",
            ports.Warning(20_000, slowConnects: 17, refused: 0));
        Assert.StartsWith("source ports nearly used up: 28232 of 28232;", ports.Warning(64, slowConnects: 0, refused: 1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_document_says_how_many_there_are_and_how_many_were_taken()
    {
        await using TestServer server = new(TestServer.Ok);
        KeptSignals signals = new();
        LoadSettings settings = SwarmRuns.Short with
        {
            Connections = 8,
            Sources = Core.Units.AddressSet.Parse("127.0.0.2", "sources"),
        };
        LoadDocument document = Swarm.Run(settings, server.Target, signals, TestContext.Current.CancellationToken);

        Assert.Equal(HostCheck.EphemeralPorts().Count, document.SourcePortsAvailable);
        Assert.Equal(8, document.SourcePortsNeeded);
        Assert.DoesNotContain(document.Warnings, warning => warning.Contains("port", StringComparison.Ordinal));
        Assert.DoesNotContain(signals.All, signal => signal.Signal == LoadSignal.Warning);
    }
}
