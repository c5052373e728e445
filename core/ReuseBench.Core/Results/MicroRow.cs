using ReuseBench.Core.Csv;
using static ReuseBench.Core.Csv.Better;
using static ReuseBench.Core.Verdicts.Figures;

namespace ReuseBench.Core.Results;

/// <summary>One row of <c>micro.csv</c>: what one operation of one case costs.</summary>
public sealed record MicroRow : IRow
{
    [Column("Run that the row belongs to; empty where the micro-benchmarks ran by themselves.")]
    public string RunId { get; init; } = "";

    [Column("Iterations of a round and how long one lasts, 6 x 100 ms; an operation that needs a set-up of its own has shorter ones.")]
    public string Job { get; init; } = "";

    [Column("netns: each case in a network namespace of its own; none: in that of the host.")]
    public string Isolation { get; init; } = "";

    [Column("Benchmarks that are to be compared with each other.")]
    public string Group { get; init; } = "";

    [Column("The operation, by the calls that it consists of.")]
    public string Benchmark { get; init; } = "";

    [Column("name=value, several separated by \"; \"; empty for none.")]
    public string Parameters { get; init; } = "";

    [Column("Rounds, minutes apart, that the values are from.")]
    public int? Rounds { get; init; }

    [Column("Iterations of all rounds; none is left out.")]
    public int Iterations { get; init; }

    [Metric("ns", Lower, None,
        "Mean time of one operation, over iterations that are means of many operations each; empty where nothing was measured.", Label = "mean")]
    public double? MeanNs { get; init; }

    [Metric("ns", Lower, None,
        "Half the width of the 95 % confidence interval of the mean, from the means of the rounds; empty with one round.", Label = "error")]
    public double? ErrorNs { get; init; }

    [Metric("ns", Lower, None, "Standard deviation over the iterations.", Label = "standard deviation")]
    public double? StddevNs { get; init; }

    [Metric("ns", Lower, None, "Fastest iteration.", Label = "fastest")]
    public double? MinNs { get; init; }

    [Metric("ns", Lower, None, "Median iteration.", Label = "median")]
    public double? MedianNs { get; init; }

    [Metric("ns", Lower, None, "Slowest iteration.", Label = "slowest")]
    public double? MaxNs { get; init; }

    [Metric("bytes", Lower, None, "Managed memory allocated per operation.")]
    public double? AllocatedBytes { get; init; }

    [Column("Why there is no value.")]
    public string? Failure { get; init; }
}
