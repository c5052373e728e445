using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Tables;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Findings;

public enum Better
{
    Higher,
    Lower,
}

/// <summary>A figure that each repeat has one value of; over repeats the median is shown.</summary>
/// <param name="Name">As in a heading.</param>
/// <param name="Quantity">Unit and scale.</param>
/// <param name="Affects">The figures that a verdict must leave alone for a value to be valid.</param>
/// <param name="Better">Which end of the scale wins a ranking.</param>
/// <param name="Of">Null where the repeat has no such figure.</param>
public sealed record Figure(string Name, Quantity Quantity, Figures Affects, Better Better, Func<ResultRow, double?> Of)
{
    public static Figure Requests { get; } = new(
        "Throughput", Quantity.RequestsPerSecond, Figures.Throughput, Better.Higher, r => r.ThroughputRps);

    public static Figure Connections { get; } = new(
        "Throughput", Quantity.ConnectionsPerSecond, Figures.Throughput, Better.Higher, r => r.ConnectionsPerS);

    /// <summary>What the server paid for an answer, whatever its number of threads.</summary>
    public static Figure ServerCpuPerRequest { get; } = new(
        "Server CPU per request", Quantity.Microseconds, Figures.Throughput, Better.Lower, r => r.ServerCpuUsPerRequest);

    public static Figure AcceptedMaxOverMean { get; } = new(
        "Busiest listener over the mean", Quantity.OverMean, Figures.Fairness, Better.Lower, r => r.AcceptedMaxOverMean);

    public static Figure AcceptedMinOverMean { get; } = new(
        "Least loaded listener over the mean", Quantity.OverMean, Figures.Fairness, Better.Higher, r => r.AcceptedMinOverMean);

    public static Figure AcceptedJain { get; } = new(
        "Jain's index", Quantity.Ratio, Figures.Fairness, Better.Higher, r => r.AcceptedJain);

    /// <summary>What throughput means under these conditions: connections where each request opens one, otherwise requests.</summary>
    public static Figure Throughput(Conditions conditions) => conditions.IsConnect ? Connections : Requests;
}
