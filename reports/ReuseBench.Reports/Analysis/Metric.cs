using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Analysis;

public enum Better
{
    Higher,
    Lower,
}

/// <summary>A figure that each repeat has one value of; over repeats the median is shown.</summary>
/// <param name="Key">As in <c>findings.json</c>: the column in <c>results.csv</c>.</param>
/// <param name="Name">As in a heading.</param>
/// <param name="Quantity">Unit and scale.</param>
/// <param name="Affects">The figures that a verdict must leave alone for a value to be valid.</param>
/// <param name="Better">Which end of the scale wins a ranking.</param>
/// <param name="Of">Null where the repeat has no such figure.</param>
public sealed record Metric(string Key, string Name, Quantity Quantity, Figures Affects, Better Better, Func<ResultRow, double?> Of)
{
    public static Metric Requests { get; } = new(
        "throughput_rps", "Throughput", Quantity.RequestsPerSecond, Figures.Throughput, Better.Higher, r => r.ThroughputRps);

    public static Metric Connections { get; } = new(
        "connections_per_s", "Throughput", Quantity.ConnectionsPerSecond, Figures.Throughput, Better.Higher, r => r.ConnectionsPerS);

    /// <summary>What the server paid for an answer, whatever its number of threads.</summary>
    public static Metric ServerCpuPerRequest { get; } = new(
        "server_cpu_us_per_request", "Server CPU per request", Quantity.Microseconds, Figures.Throughput, Better.Lower, r => r.ServerCpuUsPerRequest);

    public static Metric AcceptedMaxOverMean { get; } = new(
        "accepted_max_over_mean", "Busiest listener over the mean", Quantity.OverMean, Figures.Fairness, Better.Lower, r => r.AcceptedMaxOverMean);

    public static Metric AcceptedMinOverMean { get; } = new(
        "accepted_min_over_mean", "Least loaded listener over the mean", Quantity.OverMean, Figures.Fairness, Better.Higher,
        r => r.AcceptedMinOverMean);

    public static Metric AcceptedJain { get; } = new(
        "accepted_jain", "Jain's index", Quantity.Ratio, Figures.Fairness, Better.Higher, r => r.AcceptedJain);

    /// <summary>What throughput means under these conditions: connections where each request opens one, otherwise requests.</summary>
    public static Metric Throughput(Conditions conditions) => conditions.IsConnect ? Connections : Requests;
}
