using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>The restarts that there are to measure: every combination of what is asked for, less those that do not exist.</summary>
internal sealed record RestartCatalogue
{
    public IReadOnlyList<RestartMethod> Methods { get; init; } = [.. Enum.GetValues<RestartMethod>().Where(RestartRules.IsOfOwnServers)];

    public IReadOnlyList<StopSignal> Stops { get; init; } = Enum.GetValues<StopSignal>();

    public IReadOnlyList<RestartScope> Scopes { get; init; } = Enum.GetValues<RestartScope>();

    public IReadOnlyList<RestartLoad> Loads { get; init; } = [.. Enum.GetValues<RestartLoad>().Where(load => load != RestartLoad.Frozen)];

    public Duration Timeout { get; init; } = new RestartSettings().Timeout;

    /// <summary>Workers after a resize; null leaves that method out.</summary>
    public int? ResizeTo { get; init; }

    /// <summary>Of restarts from process to process.</summary>
    public Duration StartDelay { get; init; }

    /// <returns>The combinations in the order of the methods, and one sentence for each that is left out.</returns>
    public (IReadOnlyList<RestartSettings> Restarts, IReadOnlyList<string> LeftOut) List()
    {
        List<RestartSettings> restarts = [];
        List<string> leftOut = [];
        foreach (RestartSettings restart in Product())
        {
            if (RestartRules.WhyNot(restart) is not { } why)
            {
                restarts.Add(restart);
            }
            else if (LeftOutText(restart, why) is { } text && !leftOut.Contains(text))
            {
                leftOut.Add(text);
            }
        }

        return (restarts, leftOut);
    }

    /// <summary>The sentence that a list of what was left out has for a combination.</summary>
    public static string LeftOutText(RestartSettings restart, string why) => $"Restart {RestartRules.Describe(restart)}: left out, since {why}.";

    private IEnumerable<RestartSettings> Product() =>
        from method in Methods
        from migrate in method is RestartMethod.ReuseportOverlap or RestartMethod.Resize or RestartMethod.Transient ? [0, 1] : new int?[] { null }
        from scope in Scopes
        from stop in Stops
        from load in Loads
        select new RestartSettings
        {
            Method = method,
            Stop = stop,
            Scope = scope,
            Load = load,
            MigrateReq = migrate,
            ResizeTo = method == RestartMethod.Resize ? ResizeTo : null,
            Timeout = Timeout,
            StartDelay = scope == RestartScope.Process ? StartDelay : Duration.Zero,
        };
}
