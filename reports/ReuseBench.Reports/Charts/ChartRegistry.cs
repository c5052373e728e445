using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Charts;

/// <summary>The charts of a report, in their order.</summary>
public static class ChartRegistry
{
    public static IReadOnlyList<IChart> All { get; } =
    [
        new FigureByWorkersChart("throughput", "Throughput by workers and variant", Figure.Throughput),
        new FigureByWorkersChart("cpu-per-request", "Server CPU per request by workers and variant", _ => Figure.ServerCpuPerRequest),
        new LatencyTailChart(),
        new RestartGapChart(),
        new RestartFailuresChart(),
        new RestartTimelineChart(),
        new ListenerShareChart(),
        new ChanceBySizeChart(),
        new AffinityChart(),
        new TailAgainstUnevennessChart(),
    ];
}
