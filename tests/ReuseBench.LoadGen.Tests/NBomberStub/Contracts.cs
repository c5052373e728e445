// The part of NBomber's API that the plug-in touches, with the namespaces, names, parameters and overloads of NBomber 4.1
// (https://github.com/PragmaticFlow/NBomber, src/NBomber/Api/CSharp.fs; https://github.com/PragmaticFlow/NBomber.Contracts), so that the
// plug-in compiles and runs in tests without the package. It schedules as NBomber's sources do; it measures nothing.
namespace NBomber.Contracts
{
    public interface IResponse
    {
        string StatusCode { get; }

        bool IsError { get; }

        int SizeBytes { get; }

        double LatencyMs { get; }

        string Message { get; }
    }

    public interface IScenarioContext
    {
        int InvocationNumber { get; }

        Dictionary<string, object> Data { get; }

        void StopScenario(string scenarioName, string reason);

        void StopCurrentTest(string reason);
    }

    public sealed record Response<T>(string StatusCode, bool IsError, int SizeBytes, double LatencyMs, string Message, T? Payload) : IResponse;

    public abstract record LoadSimulation(TimeSpan Interval, TimeSpan During)
    {
        public sealed record RampingConstant(int Copies, TimeSpan During) : LoadSimulation(TimeSpan.FromSeconds(1), During);

        public sealed record KeepConstant(int Copies, TimeSpan During) : LoadSimulation(TimeSpan.FromSeconds(1), During);

        public sealed record RampingInject(int Rate, TimeSpan Interval, TimeSpan During) : LoadSimulation(Interval, During);

        public sealed record Inject(int Rate, TimeSpan Interval, TimeSpan During) : LoadSimulation(Interval, During);
    }

    public sealed record ScenarioProps(
        string ScenarioName, Func<IScenarioContext, Task<IResponse>> Run, TimeSpan? WarmUpDuration, IReadOnlyList<LoadSimulation> LoadSimulations,
            int MaxFailCount);

    public sealed record NBomberContext(IReadOnlyList<ScenarioProps> RegisteredScenarios, string? ReportFolder,
        IReadOnlyList<Stats.ReportFormat> ReportFormats);
}

namespace NBomber.Contracts.Stats
{
    public enum ReportFormat
    {
        Txt = 0,
        Html = 1,
        Csv = 2,
        Md = 3,
    }

    public sealed record ScenarioStats(string ScenarioName, int AllOkCount, int AllFailCount);

    public sealed record NodeStats(ScenarioStats[] ScenarioStats);
}
