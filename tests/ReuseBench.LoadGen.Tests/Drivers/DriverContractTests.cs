using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Drivers;
using ReuseBench.LoadGen.NBomber;
using ReuseBench.LoadGen.Tests.Server;

namespace ReuseBench.LoadGen.Tests.Drivers;

/// <summary>What holds of every driver. The plug-in runs on a stub of NBomber's API here; on NBomber itself where its assembly is named.</summary>
public sealed class DriverContractTests
{
    private const string PluginVariable = "REUSEBENCH_NBOMBER_PLUGIN";

    public static TheoryData<string> Drivers => ["native", "nbomber-stub", "nbomber"];

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task A_closed_loop_counts_what_the_server_counts(string driver)
    {
        await using TestServer server = new(TestServer.Ok);
        KeptSignals signals = new();
        LoadDocument document = await Run(driver, SwarmRuns.Short with { Workload = Workload.Keepalive }, server.Target, signals);
        Balanced(document, server);
        Assert.Equal(8, document.Life.ConnectionsOpened);
        Assert.True(document.Requests > 0);
        Assert.True(document.LatencyP50Us > 0);
        Assert.Equal([LoadSignal.Begin, LoadSignal.End], signals.All.Select(s => s.Signal).Where(s => s != LoadSignal.Progress));
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task A_connection_for_each_request_comes_from_the_plan(string driver)
    {
        await using TestServer server = new(TestServer.Ok);
        LoadSettings settings = SwarmRuns.Short with
        {
            Workload = Workload.Connect,
            SourcePlan = SourcePlan.Parse("fixed:8", "plan"),
            Sources = AddressSet.Parse("127.0.0.11-127.0.0.12", "sources"),
        };
        LoadDocument document = await Run(driver, settings, server.Target, new KeptSignals());
        Balanced(document, server);
        Assert.Equal(document.Life.Answers, document.Life.ConnectionsOpened);
        Assert.Equal(8, document.Life.DistinctTuples);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task An_open_loop_keeps_its_rate(string driver)
    {
        await using TestServer server = new(TestServer.Ok);
        LoadSettings settings = SwarmRuns.Short with { Workload = Workload.Keepalive, Rate = 200, Duration = Duration.FromSeconds(1) };
        LoadDocument document = await Run(driver, settings, server.Target, new KeptSignals());
        Balanced(document, server);
        Assert.InRange(document.Requests, 140, 260);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task Connections_that_are_refused_are_counted_as_such(string driver)
    {
        LoadDocument document = await Run(driver, SwarmRuns.Short with { ProbeTarget = false }, TestServer.Nobody(), new KeptSignals());
        Assert.Equal(0, document.Requests);
        Assert.True(document.ErrorsRefused > 0);
        Assert.Equal(document.Life.FailedConnects, SwarmRuns.Errors(document, "connect", "ECONNREFUSED"));
        SwarmRuns.CountsBalance(document);
    }

    [Fact]
    public void NBomber_has_no_poisson_arrivals_and_says_so()
    {
        LoadSettings settings = SwarmRuns.Short with { Rate = 100, Arrivals = Arrivals.Poisson };
        UsageException e = Assert.Throws<UsageException>(() => NBomberLoad.Of(settings, TimeSpan.FromSeconds(1)));
        Assert.Contains("--driver native", e.Message, StringComparison.Ordinal);
    }

    private static void Balanced(LoadDocument document, TestServer server)
    {
        SwarmRuns.CountsBalance(document);
        Assert.Empty(document.Errors);
        Assert.Equal(server.Requests, document.Life.Answers);
        Assert.Equal(server.Accepted, document.Life.ConnectionsOpened);
        Assert.Equal(server.Requests, document.AnswersByWorker["1"]);
        Assert.Equal(server.Accepted, document.ConnectionsByWorker["1"]);
    }

    private static async Task<LoadDocument> Run(string driver, LoadSettings settings, Target target, KeptSignals signals)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        Func<LoadDocument> run = driver == "native"
            ? () => Swarm.Run(settings, target, signals, stop)
            : () => Driver(driver).Run(settings, target, signals, null, stop);
        LoadDocument document = await Task.Run(run, stop).WaitAsync(SwarmRuns.Limit, stop);
        Assert.Equal(driver.Split('-')[0], document.Driver);
        return document;
    }

    private static ILoadDriver Driver(string driver)
    {
        if (driver == "nbomber-stub")
        {
            return new NBomberDriver();
        }

        string? assembly = Environment.GetEnvironmentVariable(PluginVariable);
        Assert.SkipWhen(assembly is null, $"NBomber is on no feed here; build loadgen/ReuseBench.LoadGen.NBomber and name its assembly in {PluginVariable}");
        return DriverAssembly.Load(assembly!);
    }
}
