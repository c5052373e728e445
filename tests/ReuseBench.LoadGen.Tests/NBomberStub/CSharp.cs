using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.CSharp;

public static class Response
{
    public static Response<object> Ok() => Ok("", 0, "", 0);

    public static Response<object> Fail() => Fail("", "", 0, 0);

    public static Response<object> Ok(string statusCode = "", int sizeBytes = 0, string message = "", double latencyMs = 0) =>
        new(statusCode, false, sizeBytes, latencyMs, message, null);

    public static Response<T> Ok<T>(string statusCode = "", int sizeBytes = 0, string message = "", double latencyMs = 0) =>
        new(statusCode, false, sizeBytes, latencyMs, message, default);

    public static Response<T> Ok<T>(T payload, string statusCode = "", int sizeBytes = 0, string message = "", double latencyMs = 0) =>
        new(statusCode, false, sizeBytes, latencyMs, message, payload);

    public static Response<object> Fail(string statusCode = "", string message = "", int sizeBytes = 0, double latencyMs = 0) =>
        new(statusCode, true, sizeBytes, latencyMs, message, null);

    public static Response<T> Fail<T>(string statusCode = "", string message = "", int sizeBytes = 0, double latencyMs = 0) =>
        new(statusCode, true, sizeBytes, latencyMs, message, default);

    public static Response<T> Fail<T>(T payload, string statusCode = "", string message = "", int sizeBytes = 0, double latencyMs = 0) =>
        new(statusCode, true, sizeBytes, latencyMs, message, payload);
}

public static class Simulation
{
    public static LoadSimulation RampingConstant(int copies, TimeSpan during) => new LoadSimulation.RampingConstant(copies, during);

    public static LoadSimulation KeepConstant(int copies, TimeSpan during) => new LoadSimulation.KeepConstant(copies, during);

    public static LoadSimulation RampingInject(int rate, TimeSpan interval, TimeSpan during) => new LoadSimulation.RampingInject(rate, interval, during);

    public static LoadSimulation Inject(int rate, TimeSpan interval, TimeSpan during) => new LoadSimulation.Inject(rate, interval, during);
}

public static class Scenario
{
    private static readonly TimeSpan DefaultWarmUp = TimeSpan.FromSeconds(30);

    public static ScenarioProps Create(string name, Func<IScenarioContext, Task<IResponse>> run) =>
        new(name.Length > 0 ? name : throw new ArgumentException("no name", nameof(name)), run, DefaultWarmUp, [], 5_000);

    public static ScenarioProps WithoutWarmUp(this ScenarioProps scenario) => scenario with { WarmUpDuration = null };

    public static ScenarioProps WithMaxFailCount(this ScenarioProps scenario, int failCount) => scenario with { MaxFailCount = failCount };

    public static ScenarioProps WithLoadSimulations(this ScenarioProps scenario, params LoadSimulation[] loadSimulations) =>
        scenario with { LoadSimulations = loadSimulations };
}

public static class NBomberRunner
{
    public static NBomberContext RegisterScenarios(params ScenarioProps[] scenarios) =>
        new(scenarios, "./reports", [ReportFormat.Txt, ReportFormat.Html, ReportFormat.Csv, ReportFormat.Md]);

    public static NBomberContext WithReportFolder(this NBomberContext context, string reportFolderPath) =>
        context with { ReportFolder = reportFolderPath };

    public static NBomberContext WithReportFormats(this NBomberContext context, params ReportFormat[] reportFormats) =>
        context with { ReportFormats = reportFormats };

    public static NBomberContext WithoutReports(this NBomberContext context) => context with { ReportFormats = [] };

    public static NodeStats Run(this NBomberContext context)
    {
        NodeStats stats = new([.. context.RegisteredScenarios.Select(scenario => ScenarioSchedule.Run(scenario).Result)]);
        foreach (ReportFormat format in context.ReportFormats)
        {
            Directory.CreateDirectory(context.ReportFolder!);
            File.WriteAllText(Path.Combine(context.ReportFolder!, $"nbomber_report.{format.ToString().ToLowerInvariant()}"), $"{stats.ScenarioStats[0]}");
        }

        return stats;
    }

    public static NodeStats Run(this NBomberContext context, params string[] args) =>
        args.Length == 0 ? context.Run() : throw new NotSupportedException("no test passes arguments");
}
