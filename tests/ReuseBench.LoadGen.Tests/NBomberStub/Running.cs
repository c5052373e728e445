using System.Diagnostics;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.CSharp;

public static class Response
{
    public static Response<object> Ok(string statusCode = "", int sizeBytes = 0) => new(false, statusCode, sizeBytes);

    public static Response<object> Fail(string statusCode = "", int sizeBytes = 0) => new(true, statusCode, sizeBytes);
}

public static class Simulation
{
    public static LoadSimulation KeepConstant(int copies, TimeSpan during) => new(copies, 0, TimeSpan.Zero, during);

    public static LoadSimulation Inject(int rate, TimeSpan interval, TimeSpan during) => new(0, rate, interval, during);
}

public static class Scenario
{
    public static ScenarioProps Create(string name, Func<IScenarioContext, Task<IResponse>> run) =>
        new(run, name.Length > 0 ? [] : throw new ArgumentException("no name", nameof(name)));

    public static ScenarioProps WithoutWarmUp(this ScenarioProps scenario) => scenario;

    public static ScenarioProps WithLoadSimulations(this ScenarioProps scenario, params LoadSimulation[] simulations) =>
        scenario with { Simulations = simulations };
}

public static class NBomberRunner
{
    public static NBomberContext RegisterScenarios(params ScenarioProps[] scenarios) => new(scenarios.Single());

    public static NBomberContext WithReportFolder(this NBomberContext context, string folder) =>
        folder.Length > 0 ? context : throw new ArgumentException("no folder", nameof(folder));

    public static NBomberContext WithReportFormats(this NBomberContext context, params ReportFormat[] formats) =>
        formats.Length > 0 ? context : throw new ArgumentException("no formats", nameof(formats));

    public static NBomberContext WithoutReports(this NBomberContext context) => context;

    public static NodeStats Run(this NBomberContext context)
    {
        LoadSimulation simulation = context.Scenario.Simulations.Single();
        Task<int[]> all = Task.Run(() => simulation.Copies > 0 ? KeepConstant(context.Scenario, simulation) : Inject(context.Scenario, simulation));
        int failed = all.Result.Sum();
        return new NodeStats([new ScenarioStats(all.Result.Length - failed, failed)]);
    }

    private static Task<int[]> KeepConstant(ScenarioProps scenario, LoadSimulation simulation)
    {
        Stopwatch clock = Stopwatch.StartNew();
        return Task.WhenAll(Enumerable.Range(0, simulation.Copies).Select(async _ =>
        {
            int failed = 0;
            while (clock.Elapsed < simulation.During)
            {
                failed += (await scenario.Run(null!)).IsError ? 1 : 0;
            }

            return failed;
        }));
    }

    private static async Task<int[]> Inject(ScenarioProps scenario, LoadSimulation simulation)
    {
        List<Task<int>> injected = [];
        Stopwatch clock = Stopwatch.StartNew();
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
        while (clock.Elapsed < simulation.During && await timer.WaitForNextTickAsync())
        {
            while (injected.Count < clock.Elapsed / simulation.Interval * simulation.Rate)
            {
                injected.Add(Once(scenario));
            }
        }

        return await Task.WhenAll(injected);
    }

    private static async Task<int> Once(ScenarioProps scenario) => (await scenario.Run(null!)).IsError ? 1 : 0;
}
