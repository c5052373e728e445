// The part of NBomber's API that the plug-in uses, as its documentation names it, so that the plug-in compiles and runs in tests
// without the package. It schedules; it measures nothing.
namespace NBomber.Contracts
{
    public interface IResponse
    {
        bool IsError { get; }
    }

    public interface IScenarioContext;

    public sealed record Response<T>(bool IsError, string StatusCode, int SizeBytes) : IResponse;

    public sealed record LoadSimulation(int Copies, int Rate, TimeSpan Interval, TimeSpan During);

    public sealed record ScenarioProps(Func<IScenarioContext, Task<IResponse>> Run, LoadSimulation[] Simulations);

    public sealed record NBomberContext(ScenarioProps Scenario);
}

namespace NBomber.Contracts.Stats
{
    public enum ReportFormat
    {
        Html,
        Csv,
    }

    public sealed record ScenarioStats(int Ok, int Fail);

    public sealed record NodeStats(ScenarioStats[] ScenarioStats);
}
