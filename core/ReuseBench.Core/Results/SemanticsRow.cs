using ReuseBench.Core.Csv;

namespace ReuseBench.Core.Results;

/// <summary>
/// One row of <c>semantics.csv</c>: a claim, a case of the matrix, or a use of .NET's socket classes (<see cref="Kind"/>). Results of calls are
/// <c>ok</c> or the errno's name; what was not tried, or does not apply, is null.
/// </summary>
public sealed record SemanticsRow : IRow
{
    [Column("Run that the row belongs to.")]
    public string RunId { get; init; } = "";

    [Column("claim, case or dotnet.")]
    public string Kind { get; init; } = "";

    [Column("Stable within its kind.")]
    public string Name { get; init; } = "";

    [Column("tried, skipped or failed.")]
    public string Status { get; init; } = "tried";

    [Column("Why it was skipped or failed.")]
    public string? Reason { get; init; }

    [Column("Of a claim: what is said. Of dotnet: the calls made.")]
    public string? Sentence { get; init; }

    [Column("Of a claim: where it is said.")]
    public string? Source { get; init; }

    [Column("Of a claim: holds, does-not-hold or holds-if.")]
    public string? Verdict { get; init; }

    [Column("Of a claim that holds-if.")]
    public string? Condition { get; init; }

    [Column("Of a claim: what was tried and what happened.")]
    public string? Evidence { get; init; }

    [Column("From here on of a case: tcp or udp.")]
    public string? Transport { get; init; }

    [Column("Name of the pair of addresses.")]
    public string? Addresses { get; init; }

    [Column("Address of the first socket.")]
    public string? FirstAddress { get; init; }

    [Column("Address of the second socket.")]
    public string? SecondAddress { get; init; }

    [Column("What the first socket had come to.")]
    public string? FirstState { get; init; }

    [Column("Options of the first socket: none, reuseaddr, reuseport or both.")]
    public string? FirstOptions { get; init; }

    [Column("Options of the second socket, likewise.")]
    public string? SecondOptions { get; init; }

    [Column("Who owns the second socket: same or other.")]
    public string? User { get; init; }

    [Column("SO_BINDTODEVICE of the second socket: none, same or other.")]
    public string? Device { get; init; }

    [Column("Result that the rule predicts for the bind of the second socket.")]
    public string? BindPredicted { get; init; }

    [Column("Result of the bind of the second socket.")]
    public string? Bind { get; init; }

    [Column("Result that the rule predicts for its listen.")]
    public string? ListenPredicted { get; init; }

    [Column("Result of its listen.")]
    public string? Listen { get; init; }

    [Column("Result that the rule predicts for the listen of the first socket.")]
    public string? FirstListenPredicted { get; init; }

    [Column("Where the first was only bound: result of its own listen after the second listens.")]
    public string? FirstListen { get; init; }

    [Column("Who gets what is sent, by the rule.")]
    public string? ReceiversPredicted { get; init; }

    [Column("Who got what was sent: first, second, both, none, or each where nothing is addressed to both.")]
    public string? Receivers { get; init; }

    [Column("Whether kernel and rule agree.")]
    public bool? Agrees { get; init; }

    [Column("Of dotnet: what getsockopt(2) says of SO_REUSEADDR.")]
    public bool? Reuseaddr { get; init; }

    [Column("Of dotnet: what getsockopt(2) says of SO_REUSEPORT.")]
    public bool? Reuseport { get; init; }

    [Column("Of dotnet: what .NET says of its own ReuseAddress.")]
    public bool? ReuseAddressGetter { get; init; }
}
