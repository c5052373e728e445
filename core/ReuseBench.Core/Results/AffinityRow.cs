using CsvHelper;

namespace ReuseBench.Core.Results;

/// <summary>One row of <c>affinity.csv</c>: which share of client tuples came back to the same listener after a change of the group.</summary>
[CsvRecord]
public sealed partial record AffinityRow : IRepeatRow
{
    public int SchemaVersion { get; init; } = Schema.Version;

    public string RunId { get; init; } = "";

    public string CellId { get; init; } = "";

    public int Repeat { get; init; }

    /// <summary>Size of the group before the change.</summary>
    public int Listeners { get; init; }

    /// <summary>Processes that the listeners were spread over.</summary>
    public int Processes { get; init; }

    /// <summary>What happened to the group: <c>unchanged</c>, <c>added</c>, <c>first-closed</c>, <c>middle-closed</c>, <c>last-closed</c>, <c>rebuilt</c>, …</summary>
    public string Change { get; init; } = "";

    /// <summary>Listeners after the change.</summary>
    public int ListenersAfter { get; init; }

    /// <summary>How a tuple was joined to its listener: <c>accept</c> (the server's record) or <c>x-worker</c> (the answer).</summary>
    public string JoinedBy { get; init; } = "";

    public long Tuples { get; init; }

    /// <summary>Tuples at the same listener before and after.</summary>
    public long Kept { get; init; }

    /// <summary>0 to 1.</summary>
    public double? KeptShare { get; init; }

    /// <summary>By the kernel's rule, for a uniform hash.</summary>
    public double? ExpectedShare { get; init; }

    /// <summary>95 % band of the share of so many independent tuples.</summary>
    public double? BandLow { get; init; }

    public double? BandHigh { get; init; }

    /// <summary>
    /// Tuples whose move the rule does not allow, whatever their hash, and those that met another listener than at first when the change was undone
    /// again; 0 if the kernel follows the rule.
    /// </summary>
    public long AgainstRule { get; init; }

    /// <summary>Tuples whose listener was closed: no rule could have kept them.</summary>
    public long LostListener { get; init; }
}
