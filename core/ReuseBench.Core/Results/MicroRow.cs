using CsvHelper;

namespace ReuseBench.Core.Results;

/// <summary>One row of <c>micro.csv</c>: what one operation of one case costs. Times are over iterations, each a mean of many operations.</summary>
[CsvRecord]
public sealed partial record MicroRow : IRow
{
    public int SchemaVersion { get; init; } = Schema.Version;

    /// <summary>Empty where the micro-benchmarks ran by themselves.</summary>
    public string RunId { get; init; } = "";

    /// <summary>Iterations of a round and how long one lasts, <c>6 x 100 ms</c>; an operation that needs a set-up of its own has shorter ones.</summary>
    public string Job { get; init; } = "";

    /// <summary><c>netns</c>: each case in a network namespace of its own; <c>none</c>: in the host's.</summary>
    public string Isolation { get; init; } = "";

    /// <summary>The benchmarks that are to be compared with each other.</summary>
    public string Group { get; init; } = "";

    /// <summary>The operation, by the calls that it consists of.</summary>
    public string Benchmark { get; init; } = "";

    /// <summary><c>name=value</c>, several separated by <c>; </c>; empty for none.</summary>
    public string Parameters { get; init; } = "";

    /// <summary>Rounds, minutes apart, that the figures are from.</summary>
    public int? Rounds { get; init; }

    /// <summary>Iterations of all rounds; none is left out.</summary>
    public int Iterations { get; init; }

    /// <summary>Null where nothing was measured.</summary>
    public double? MeanNs { get; init; }

    /// <summary>Half the width of the 95 % confidence interval of the mean, from the means of the rounds; null for a single round.</summary>
    public double? ErrorNs { get; init; }

    public double? StddevNs { get; init; }

    public double? MinNs { get; init; }

    public double? MedianNs { get; init; }

    public double? MaxNs { get; init; }

    /// <summary>Managed memory, bytes for each operation.</summary>
    public double? AllocatedBytes { get; init; }

    /// <summary>Why there is no figure.</summary>
    public string? Failure { get; init; }
}
