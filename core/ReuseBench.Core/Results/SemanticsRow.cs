using CsvHelper;

namespace ReuseBench.Core.Results;

/// <summary>
/// One row of <c>semantics.csv</c>: a claim, a case of the matrix, or a use of .NET's socket classes (<see cref="Kind"/>). Results of
/// calls are <c>ok</c> or the errno's name; what was not tried, or does not apply, is null.
/// </summary>
[CsvRecord]
public sealed partial record SemanticsRow : IRow
{
    public int SchemaVersion { get; init; } = Schema.Version;

    public string RunId { get; init; } = "";

    /// <summary><c>claim</c>, <c>case</c> or <c>dotnet</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Stable within its kind.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>tried</c>, <c>skipped</c> or <c>failed</c>.</summary>
    public string Status { get; init; } = "tried";

    /// <summary>Why it was skipped or failed.</summary>
    public string? Reason { get; init; }

    /// <summary>Of a claim: what is said. Of dotnet: the calls made.</summary>
    public string? Sentence { get; init; }

    /// <summary>Of a claim: where it is said.</summary>
    public string? Source { get; init; }

    /// <summary>Of a claim: <c>holds</c>, <c>does-not-hold</c> or <c>holds-if</c>.</summary>
    public string? Verdict { get; init; }

    /// <summary>Of a claim that <c>holds-if</c>.</summary>
    public string? Condition { get; init; }

    /// <summary>Of a claim: what was tried and what happened.</summary>
    public string? Evidence { get; init; }

    /// <summary>From here on of a case: <c>tcp</c> or <c>udp</c>.</summary>
    public string? Transport { get; init; }

    /// <summary>The name of the pair of addresses.</summary>
    public string? Addresses { get; init; }

    public string? FirstAddress { get; init; }

    public string? SecondAddress { get; init; }

    /// <summary>What the first socket had come to.</summary>
    public string? FirstState { get; init; }

    /// <summary><c>none</c>, <c>reuseaddr</c>, <c>reuseport</c> or <c>both</c>.</summary>
    public string? FirstOptions { get; init; }

    public string? SecondOptions { get; init; }

    /// <summary>Who owns the second socket: <c>same</c> or <c>other</c>.</summary>
    public string? User { get; init; }

    /// <summary><c>none</c>, <c>same</c> or <c>other</c>.</summary>
    public string? Device { get; init; }

    public string? BindPredicted { get; init; }

    public string? Bind { get; init; }

    public string? ListenPredicted { get; init; }

    public string? Listen { get; init; }

    public string? FirstListenPredicted { get; init; }

    /// <summary>Where the first was only bound: its own listen after the second listens.</summary>
    public string? FirstListen { get; init; }

    public string? ReceiversPredicted { get; init; }

    /// <summary><c>first</c>, <c>second</c>, <c>both</c>, <c>none</c>, or <c>each</c> where nothing is addressed to both.</summary>
    public string? Receivers { get; init; }

    public bool? Agrees { get; init; }

    /// <summary>Of dotnet: what getsockopt(2) says of SO_REUSEADDR, SO_REUSEPORT, and .NET of its ReuseAddress.</summary>
    public bool? Reuseaddr { get; init; }

    public bool? Reuseport { get; init; }

    public bool? ReuseAddressGetter { get; init; }
}
