using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Drivers;

namespace ReuseBench.LoadGen.NBomber;

/// <summary>NBomber schedules, our sessions measure. Only API that versions 4 to 6 of NBomber share is used.</summary>
public sealed class NBomberDriver : ILoadDriver
{
    private const string Name = "nbomber";

    /// <inheritdoc/>
    public LoadDocument Run(LoadSettings settings, Target target, ILoadSignals signals, string? reportFolder, CancellationToken stop)
    {
        using SessionSwarm swarm = new(settings, target, signals, NBomberLoad.Entry, stop);
        LoadSimulation[] simulations = NBomberLoad.Of(settings, swarm.Length);
        // Our warm-up lies within the load: NBomber's own would end before the window begins, with its connections. And a server that
        // refuses is a result: after 5000 failures NBomber would end the run.
        ScenarioProps scenario = Scenario.Create(Name, async _ => Answer(await swarm.RequestAsync()))
            .WithoutWarmUp()
            .WithMaxFailCount(int.MaxValue)
            .WithLoadSimulations(simulations);
        NBomberContext run = NBomberRunner.RegisterScenarios(scenario);
        run = reportFolder is null
            ? run.WithoutReports()
            : run.WithReportFolder(reportFolder).WithReportFormats(ReportFormat.Html, ReportFormat.Csv);
        run.Run();
        return swarm.Finish(Name);
    }

    private static Response<object> Answer(Exchange exchange) => exchange.IsOk
        ? Response.Ok(statusCode: $"{exchange.Status}", sizeBytes: exchange.Bytes)
        : Response.Fail(statusCode: exchange.Failure ?? $"{exchange.Status}", sizeBytes: exchange.Bytes);
}
