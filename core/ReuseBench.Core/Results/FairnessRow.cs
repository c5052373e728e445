using CsvHelper;

namespace ReuseBench.Core.Results;

/// <summary>One row of <c>fairness.csv</c>: what one listener (worker) of a cell and repeat got, whole life.</summary>
[CsvRecord]
public sealed partial record FairnessRow : IRepeatRow
{
    public int SchemaVersion { get; init; } = Schema.Version;

    public string RunId { get; init; } = "";

    public string CellId { get; init; } = "";

    public int Repeat { get; init; }

    public string Variant { get; init; } = "";

    public string Accept { get; init; } = "";

    public string Selector { get; init; } = "";

    public int Workers { get; init; }

    /// <summary>Index of the worker, from 0; with <c>reuseport</c> that of its listener.</summary>
    public int Listener { get; init; }

    /// <summary>Connections that the server says it accepted there.</summary>
    public long Accepted { get; init; }

    /// <summary>Answers that the server says it gave there.</summary>
    public long Served { get; init; }

    /// <summary>Answers that the swarm saw from there, by <c>X-Worker</c>.</summary>
    public long ServedSeen { get; init; }

    /// <summary>Of all accepted connections, 0 to 1.</summary>
    public double? Share { get; init; }

    /// <summary>1 over the number of listeners.</summary>
    public double? EvenShare { get; init; }

    public double? CpuS { get; init; }

    /// <summary>Distinct source tuples that it got; null where they were not tracked.</summary>
    public long? Tuples { get; init; }

    /// <summary>What is independent of each other, so that chance can be computed: <c>tuples</c>, <c>connections</c>, or null.</summary>
    public string? ChanceOver { get; init; }

    /// <summary>Independent choices that fell on this listener.</summary>
    public long? Choices { get; init; }

    /// <summary>Of all choices, 0 to 1.</summary>
    public double? ChoiceShare { get; init; }

    /// <summary>What the selector is meant to give it, 0 to 1; null where it means to give nothing in particular.</summary>
    public double? ExpectedShare { get; init; }

    /// <summary>
    /// An ideal uniform hash keeps the choice shares of *all* listeners between these two, with <see cref="ResultRow.BandCoverage"/>. Where
    /// there are no independent choices it is a yardstick for <see cref="Share"/>, made for as many connections.
    /// </summary>
    public double? BandLowShare { get; init; }

    public double? BandHighShare { get; init; }

    /// <summary>Connections that were received on the CPU of its worker, 0 to 1; null where that was not counted.</summary>
    public double? RxCpuMatchShare { get; init; }

    /// <summary>Only for <c>stall</c>: requests that it answered while the first worker stood still.</summary>
    [CsvColumn("answered_meanwhile", Optional = true)]
    public long? AnsweredMeanwhile { get; init; }

    /// <summary>Only for <c>stall</c>: requests that had no answer while the first worker stood still, by the worker that answered them afterwards.</summary>
    public long? Waiting { get; init; }
}
