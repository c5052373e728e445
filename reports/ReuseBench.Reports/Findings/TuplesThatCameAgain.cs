using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Findings;

/// <summary>Whether a tuple that came again within a repeat met the listener that it had met before, as the hash must have it.</summary>
public sealed class TuplesThatCameAgain
{
    private readonly ResultRow[] _counted;

    /// <param name="summaries">Of the kernel's hash.</param>
    public TuplesThatCameAgain(IReadOnlyList<ChanceSummary> summaries)
    {
        _counted = [.. summaries.SelectMany(s => s.Rows).Where(r => r.Row is { MovedTuples: not null, DistinctTuples: not null }).Select(r => r.Row)];
        Again = _counted.Sum(r => r.ConnectionsOpened - r.DistinctTuples!.Value);
        Moved = _counted.Sum(r => r.MovedTuples!.Value);
    }

    /// <summary>Connections whose tuple had come before in the same repeat.</summary>
    public long Again { get; }

    /// <summary>Of these, those that met another listener.</summary>
    public long Moved { get; }

    /// <summary>One sentence after the rule; a contradiction is said as one.</summary>
    public string Sentence => _counted.Length == 0 ? "Whether it did was not counted here."
        : Moved > 0 ? $"Here that is contradicted: {Contradiction}."
        : Again == 0 ? "No tuple came again here, so that this run does not show it."
        : $"So it was here: of {Again} connections whose tuple came again none met another listener (moved_tuples, summed: 0).";

    /// <summary>Null where nothing contradicts the rule.</summary>
    public string? Contradiction => Moved == 0 ? null
        : $"{Moved} of {Again} connections whose tuple came again met another listener than before, so that figures over tuples are not to be trusted";
}
