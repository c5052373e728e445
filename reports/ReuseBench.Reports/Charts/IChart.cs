using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Charts;

/// <summary>One kind of chart. A new one is a class of its own and a line in <see cref="ChartRegistry"/>.</summary>
public interface IChart
{
    /// <summary>The topic of the section that shows it; see <see cref="Topics"/>.</summary>
    string Topic { get; }

    /// <summary>Lays the chart out from the tables alone.</summary>
    ChartDrawing Draw(RunTables tables, ChartStyle style);
}

/// <summary>The topics by which charts find their section.</summary>
public static class Topics
{
    public const string Throughput = "throughput";
    public const string Latency = "latency";
    public const string Restart = "restart";
    public const string Fairness = "fairness";
    public const string Chance = "chance";
    public const string Affinity = "affinity";
}
