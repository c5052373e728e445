using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Analysis;

/// <summary>A metric of a repeat as a report shows it; over repeats the median is shown.</summary>
/// <param name="Metric">What is measured, which way is better, and which verdicts spoil it.</param>
/// <param name="Name">As in a heading.</param>
/// <param name="Quantity">Unit and scale.</param>
public sealed record Figure(Metric<ResultRow> Metric, string Name, Quantity Quantity)
{
    public static Figure Requests { get; } = Of("throughput_rps", "Throughput", Quantity.RequestsPerSecond);

    public static Figure Connections { get; } = Of("connections_per_s", "Throughput", Quantity.ConnectionsPerSecond);

    /// <summary>What the server paid for a response, whatever its number of threads.</summary>
    public static Figure ServerCpuPerRequest { get; } = Of("server_cpu_us_per_request", "Server CPU per request", Quantity.Microseconds);

    /// <summary>What a response cost the machine: both sides, and what the kernel did for either in threads of its own.</summary>
    public static Figure BothCpuPerRequest { get; } = Of("both_cpu_us_per_request", "CPU per request of both sides", Quantity.Microseconds);

    public static Figure AcceptedMaxOverMean { get; } = Of("accepted_max_over_mean", "Busiest listener over the mean", Quantity.OverMean);

    public static Figure AcceptedMinOverMean { get; } = Of("accepted_min_over_mean", "Least loaded listener over the mean", Quantity.OverMean);

    public static Figure AcceptedJain { get; } = Of("accepted_jain", "Jain's index", Quantity.Ratio);

    /// <summary>Every metric of <c>results.csv</c>, under its own name: what an experiment without a topic is shown by.</summary>
    public static IReadOnlyList<Figure> All { get; } = [.. Metrics.Of<ResultRow>().Select(m => new Figure(m, m.Name, Quantity.Ratio))];

    /// <summary>As in <c>findings.json</c>: the column.</summary>
    public string Key => Metric.Column;

    /// <summary>The figures that a verdict must leave alone for a value to be valid.</summary>
    public Figures Affects => Metric.Affects;

    public Better Better => Metric.Better;

    /// <summary>What throughput means under these conditions: connections where each request opens one, otherwise requests.</summary>
    public static Figure Throughput(Conditions conditions) => conditions.IsConnect ? Connections : Requests;

    /// <returns>Null where the repeat has no such figure.</returns>
    public double? Of(ResultRow row) => Metric.Get(row);

    private static Figure Of(string column, string name, Quantity quantity) => new(Metrics.Find<ResultRow>(column), name, quantity);
}
